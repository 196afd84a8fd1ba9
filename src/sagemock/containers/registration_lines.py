"""Registrations as lines of text, such as those of the ini option of pytest."""

from __future__ import annotations

import re
import shlex
from importlib import import_module
from typing import Any

_REFERENCE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
_MEMBERS = ("train", "process", "serve", "python")


def arguments(line: str) -> dict[str, Any]:
    """Return the arguments of `register` of a line.

    Parameters
    ----------
    line
        A pattern, and then `train=`, `process=`, `serve=` and `python=`, in quotes where there is
        a space. Each is `module:name`, or a command.

    Raises
    ------
    ValueError
        If the line is something else, or names what is not there.

    Examples
    --------
    >>> arguments("my-* train='python train.py --fast'")
    {'pattern': 'my-*', 'train': ['python', 'train.py', '--fast']}
    """
    pattern, *members = shlex.split(line)
    values: dict[str, Any] = {"pattern": pattern}
    for member in members:
        name, equals, text = member.partition("=")
        if name not in _MEMBERS or not equals:
            raise ValueError(f"{member!r} must be one of {', '.join(_MEMBERS)}, then = and a value")
        values[name] = text if name == "python" else _value(text)
    return values


def _value(text: str) -> Any:
    """What `module:name` names, or the list of arguments of a command."""
    if not _REFERENCE.fullmatch(text):
        return shlex.split(text)
    module, _, name = text.partition(":")
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"{text} is not there ({error})") from error
