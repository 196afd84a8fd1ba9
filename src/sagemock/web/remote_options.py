"""The options of a running server, over HTTP."""

from __future__ import annotations

import inspect
from typing import Any

from sagemock.config import Config
from sagemock.moto_adapter.patch import moto_patch
from sagemock.options import OPTIONS


def show() -> dict[str, Any]:
    """List the options in force that have a JSON value."""
    return _in_json(moto_patch.options)


def change(**options: Any) -> dict[str, Any]:
    """Change options for later requests. Returns all options in force."""
    if options.get("containers") == "local" and not moto_patch.allows_code:
        raise ValueError(
            "containers can be set to 'local' only where the mock or server was started with it"
        )
    return _in_json(moto_patch.change_options(**options))


def _in_json(config: Config) -> dict[str, Any]:
    return {name: getattr(config, name) for name in OPTIONS}


_JSON_TYPES = {str: "str", int: "int", float: "float"}
change.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
    [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=_JSON_TYPES[type(option.default)],
        )
        for name, option in OPTIONS.items()
    ]
)
