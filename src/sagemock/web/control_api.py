"""`sagemock.control` over HTTP: `/moto-api/sagemock/<control>`, next to moto's own API.

The body of a request is a JSON object of the arguments of the method of that name, and so is the
response. A GET of the path without a name lists the controls.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sagemock.moto_adapter.control import control
from sagemock.moto_adapter.execution_role import execution_roles
from sagemock.suggestions import closest
from sagemock.web import remote_containers, remote_loops, remote_options
from sagemock.web.control_arguments import InvalidArguments, check, described
from sagemock.wire.serialization import json_value

log = logging.getLogger("sagemock")

JsonResponse = tuple[int, dict[str, str], str]


@dataclass(frozen=True, slots=True)
class Remote:
    """A control over HTTP.

    Attributes
    ----------
    run
        The function behind it. Its signature has the names and types of the arguments.
    shown
        Turns what `run` returns into the JSON object of the response.
    method
        The HTTP method.
    """

    run: Callable[..., Any]
    shown: Callable[[Any], dict[str, Any]]
    method: str = "POST"


def handle(request: Any, url: str, headers: Any) -> JsonResponse:
    """Handle one request, from moto's botocore stub or from its server."""
    try:
        name = _name(url)
        remote = CONTROLS.get(name) if name else _LIST
        if remote is None:
            known = ", ".join(closest(name, sorted(CONTROLS)))
            return _answer(404, {"error": f"no such control; there are: {known}"})
        if request.method != remote.method:
            return _answer(405, {"error": f"use {remote.method}"})
        arguments = _arguments(request, headers) if remote.method == "POST" else {}
        check(remote.run, arguments)
        return _answer(200, remote.shown(remote.run(**arguments)))
    except (InvalidArguments, ValueError) as error:
        return _answer(400, {"error": str(error)})
    except Exception as error:
        log.exception("%s failed", url)
        return _answer(500, {"error": f"{type(error).__name__}: {error}"})


PATHS = {"{0}/moto-api/sagemock/(?P<action>[^/]*)$": handle}
"""Rows for the URL table of moto's own API."""


def _answer(status: int, body: Mapping[str, Any]) -> JsonResponse:
    return status, {"Content-Type": "application/json"}, json.dumps(body)


def _name(url: str) -> str:
    match = re.search(r"/moto-api/sagemock/([^/?#]+)", url)
    return match[1] if match else ""


def _arguments(request: Any, headers: Any) -> dict[str, Any]:
    """The JSON object in a request's body; empty without a body. Raises `InvalidArguments`."""
    environ = getattr(request, "environ", None)
    if environ is None:
        body = request.body or b""
    else:
        body = environ["wsgi.input"].read(int(headers.get("Content-Length", 0)))
    try:
        value = json_value(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise InvalidArguments(f"the body is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise InvalidArguments("the body must be a JSON object")
    return value


def answer_invocations(
    body: str,
    content_type: str = "application/json",
    endpoint: str = "*",
    times: int | None = None,
) -> int:
    """Make InvokeEndpoint return a fixed body. Over HTTP this replaces the function of Python."""
    answer = (body, content_type)
    return control.answer_invocations(lambda *_: answer, endpoint=endpoint, times=times)


def add_training_jobs(jobs: list[Mapping[str, Any]]) -> list[str]:
    """Add ready-made jobs in order. The first invalid one ends the call with an error."""
    for job in jobs:
        check(control.add_training_job, job)
    return control.add_training_jobs(jobs)


def rules() -> list[dict[str, Any]]:
    """List the rules in force. `applied` is how often a rule has applied, `used` whether it has."""
    applied = control.applied_rules()
    return [
        {
            "number": number,
            "kind": type(rule).__name__,
            **_in_json(asdict(rule)),
            "times": times,
            "applied": applied.get(number, 0),
            "used": bool(applied.get(number)),
        }
        for number, (rule, times) in control.rules().items()
    ]


def _in_json(rule: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if callable(value) else value for name, value in rule.items()}


def _list_controls() -> dict[str, Any]:
    return {
        name: {
            "method": each.method,
            "arguments": described(each.run),
            "does": " ".join((each.run.__doc__ or "").split("\n\n")[0].split()),
        }
        for name, each in CONTROLS.items()
    }


def _as(member: str) -> Callable[[Any], dict[str, Any]]:
    """A response with one member."""
    return lambda value: {member: value}


_RULES = (
    control.fail_training_job,
    control.stop_training_job,
    control.hold_training_job,
    control.fail_processing_job,
    control.stop_processing_job,
    control.hold_processing_job,
    control.fail_transform_job,
    control.stop_transform_job,
    control.hold_transform_job,
    control.exceed_max_runtime,
    control.lose_spot_instance,
    control.fail_endpoint,
    control.fail_invocation,
    control.throttle,
    control.deny,
    answer_invocations,
)
"""Controls that make a rule and return its number."""

CONTROLS: Mapping[str, Remote] = {
    **{rule.__name__.replace("_", "-"): Remote(rule, _as("number")) for rule in _RULES},
    "add-training-jobs": Remote(add_training_jobs, _as("arns")),
    "release": Remote(control.release, _as("released")),
    "remove": Remote(control.remove, _as("removed")),
    "clear": Remote(control.clear, lambda _: {}),
    "assume-execution-role": Remote(execution_roles.assume, dict),
    "wait": Remote(remote_loops.wait, dict),
    "register-container": Remote(remote_containers.register_container, _as("number")),
    "unregister-container": Remote(remote_containers.unregister_container, _as("removed")),
    "rules": Remote(rules, _as("rules"), method="GET"),
    "options": Remote(remote_options.show, _as("options"), method="GET"),
    "set-options": Remote(remote_options.change, _as("options")),
}

_LIST = Remote(_list_controls, _as("controls"), method="GET")
