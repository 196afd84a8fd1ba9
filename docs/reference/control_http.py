"""The reference page of the controls over HTTP, from the table that requests are answered by.

`python -m docs.reference.control_http > docs/control-http.md`
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from sagemock.web.control_api import CONTROLS, Remote
from sagemock.web.control_arguments import described

_HEAD = """\
# Controls over HTTP

Generated from the table of the controls in the code.

A server has the controls as paths below `/moto-api/sagemock/`. The body of a POST is a JSON object
of arguments, which are optional unless the table says otherwise. The response is a JSON object too.
`GET /moto-api/sagemock/` lists all controls with their arguments. Inside a mock the URL is
`http://motoapi.amazonaws.com/moto-api/sagemock/`. The [reference of `control`](api/control.md)
describes each control, and [how to](how-to.md#control-a-server-from-outside) has an example.

The response to an invalid argument has status 400 and `{"error": ...}`. An unknown control gives
404, a wrong method 405.

"""


def page() -> str:
    """The page, in Markdown."""
    return _HEAD + "\n".join("".join(_section(name, each)) for name, each in CONTROLS.items())


def _section(name: str, remote: Remote) -> Iterator[str]:
    yield f"## {name}\n\n`{remote.method} /moto-api/sagemock/{name}`\n\n"
    yield f"{_summary(remote.run)}\n"
    response = ", ".join(f'"{member}": ...' for member in remote.shown({}))
    if response:
        yield f"The response is `{{{response}}}`.\n"
    arguments = described(remote.run)
    if not arguments:
        return
    parameters = inspect.signature(remote.run).parameters
    yield "\n| Argument | JSON | Default |\n|---|---|---|\n"
    for argument, accepted in arguments.items():
        yield f"| `{argument}` | {accepted} | {_default(parameters[argument])} |\n"
    others = [each for each in parameters.values() if each.kind is each.VAR_KEYWORD]
    if others:
        yield f"| other names | any | {others[0].name} of the request |\n"


def _default(parameter: inspect.Parameter) -> str:
    if parameter.default is parameter.empty:
        return "**required**"
    if parameter.default is None or isinstance(parameter.default, bool):
        return f"`{json.dumps(parameter.default)}`"
    return f"`{parameter.default}`" if parameter.default != "" else "empty"


def _summary(function: Callable[..., Any]) -> str:
    return " ".join(inspect.cleandoc(function.__doc__ or "").split("\n\n")[0].split())


if __name__ == "__main__":
    sys.stdout.write(page())
