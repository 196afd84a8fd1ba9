"""`sagemock.control` over HTTP: `/moto-api/sagemock/<action>`, beside moto's own such paths.

A body is a JSON object of the arguments that the method of that name takes; the answer is JSON.
"""

from __future__ import annotations

import inspect
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from sagemock.gateway import remote_loops
from sagemock.gateway.control import control
from sagemock.gateway.execution_role import execution_roles
from sagemock.gateway.serialization import json_value
from sagemock.suggestions import closest

log = logging.getLogger("sagemock")

PATH = "{0}/moto-api/sagemock/(?P<action>[^/]+)$"

Answer = tuple[int, dict[str, str], str]
_JSON = {"Content-Type": "application/json"}


class BadRequest(Exception):
    """The body is not what the action takes."""


def handle(request: Any, url: str, headers: Any) -> Answer:
    """Answer one request; from moto's botocore stub and from its server alike."""
    try:
        action = _ACTIONS.get(_name(url))
        if action is None:
            known = ", ".join(closest(_name(url), sorted(_ACTIONS)))
            return _answer(404, {"error": f"no such action; there are: {known}"})
        method, run = action
        if request.method != method:
            return _answer(405, {"error": f"{method} it"})
        return _answer(200, run(**_arguments(request, headers) if method == "POST" else {}))
    except (BadRequest, ValueError) as error:
        return _answer(400, {"error": str(error)})
    except Exception as error:
        log.exception("%s failed", url)
        return _answer(500, {"error": f"{type(error).__name__}: {error}"})


def _answer(status: int, body: Mapping[str, Any]) -> Answer:
    return status, dict(_JSON), json.dumps(body)


def _name(url: str) -> str:
    match = re.search(r"/moto-api/sagemock/([^/?#]+)", url)
    return match[1] if match else ""


def _arguments(request: Any, headers: Any) -> dict[str, Any]:
    """The JSON object of a request's body; none is an empty one. Raises `BadRequest`."""
    environ = getattr(request, "environ", None)
    if environ is None:
        body = request.body or b""
    else:
        body = environ["wsgi.input"].read(int(headers.get("Content-Length", 0)))
    try:
        found = json_value(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"the body is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise BadRequest("the body must be a JSON object")
    return found


def _checked(method: Callable[..., Any], arguments: Mapping[str, Any]) -> None:
    """Whether a method takes the arguments. Raises `BadRequest`."""
    signature = inspect.signature(method)
    try:
        signature.bind(**arguments)
    except TypeError as error:
        unknown = next((name for name in arguments if name not in signature.parameters), "")
        known = closest(unknown, signature.parameters)
        raise BadRequest(f"{error}; it takes: {', '.join(known) or 'nothing'}") from None
    for name, value in arguments.items():
        expected, holds = _TYPES.get(name, ("anything", _anything))
        if not holds(value):
            raise BadRequest(f"{name} must be {expected}, not {json.dumps(value)}")


def _anything(_: Any) -> bool:
    return True


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _maps(inner: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(map(inner, value.values()))


_TEXT = ("text", _is_text)
_TEXTS = ("an object of texts", _maps(_is_text))
_TYPES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    **dict.fromkeys(("reason", "at", "name", "message", "endpoint", "operation", "body"), _TEXT),
    **dict.fromkeys(("content_type", "failure_reason", "region", "account_id"), _TEXT),
    "tags": _TEXTS,
    "hyperparameters": _TEXTS,
    "metrics": ("an object of numbers", _maps(_is_number)),
    "times": ("a whole number or null", lambda value: value is None or _is_whole(value)),
    **dict.fromkeys(("number", "seen", "vain"), ("a whole number", _is_whole)),
    "created": ("seconds since the epoch", _is_number),
    "seconds": ("a number", _is_number),
    "recovers": ("true or false", lambda value: isinstance(value, bool)),
}


def _rule(name: str) -> Callable[..., dict[str, Any]]:
    method = getattr(control, name)

    def run(**arguments: Any) -> dict[str, Any]:
        if name == "fail_invocation" and not _is_whole(arguments.get("status", 500)):
            raise BadRequest("status must be a whole number")
        _checked(method, arguments)
        return {"number": method(**arguments)}

    return run


def answer_invocations(**arguments: Any) -> dict[str, Any]:
    """A function cannot travel: InvokeEndpoint answers the same body each time."""

    def same(
        body: str, content_type: str = "application/json", endpoint: str = "*", times: Any = None
    ) -> int:
        fixed = (body, content_type)
        return control.answer_invocations(lambda *_: fixed, endpoint=endpoint, times=times)

    _checked(same, arguments)
    return {"number": same(**arguments)}


def release(**arguments: Any) -> dict[str, Any]:
    _checked(control.release, arguments)
    return {"released": control.release(**arguments)}


def remove(**arguments: Any) -> dict[str, Any]:
    _checked(control.remove, arguments)
    return {"removed": control.remove(**arguments)}


def clear(**arguments: Any) -> dict[str, Any]:
    _checked(control.clear, arguments)
    control.clear()
    return {}


def add_training_jobs(**arguments: Any) -> dict[str, Any]:
    """One after another, up to the first that cannot be."""
    jobs = arguments.pop("jobs", None)
    if arguments or not isinstance(jobs, list) or not all(isinstance(job, dict) for job in jobs):
        raise BadRequest('the body must be {"jobs": [{"name": ...}, ...]}')
    for job in jobs:
        _checked(control.add_training_job, job)
        if not _is_text(job.get("status", "")):
            raise BadRequest("status must be text")
    return {"arns": control.add_training_jobs(jobs)}


def _plain(function: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """An action that is a function of the server's own."""

    def run(**arguments: Any) -> dict[str, Any]:
        _checked(function, arguments)
        return function(**arguments)

    return run


def rules() -> dict[str, Any]:
    """Those in force; `used` says whether one has matched anything yet."""
    unused = control.unused_rules()
    return {
        "rules": [
            {
                "number": number,
                "kind": type(rule).__name__,
                **_shown(asdict(rule)),
                "times": times,
                "used": number not in unused,
            }
            for number, (rule, times) in control.rules().items()
        ]
    }


def _shown(rule: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if callable(value) else value for name, value in rule.items()}


RULES = (
    "fail_training_job",
    "stop_training_job",
    "hold_training_job",
    "exceed_max_runtime",
    "lose_spot_instance",
    "fail_endpoint",
    "fail_invocation",
    "throttle",
    "deny",
)
"""The methods of `Control` that make a rule of what JSON can say."""

_ACTIONS: dict[str, tuple[str, Callable[..., dict[str, Any]]]] = {
    **{name.replace("_", "-"): ("POST", _rule(name)) for name in RULES},
    "answer-invocations": ("POST", answer_invocations),
    "add-training-jobs": ("POST", add_training_jobs),
    "release": ("POST", release),
    "remove": ("POST", remove),
    "clear": ("POST", clear),
    "assume-execution-role": ("POST", _plain(execution_roles.assume)),
    "wait": ("POST", _plain(remote_loops.wait)),
    "rules": ("GET", rules),
}


def actions() -> Mapping[str, str]:
    """The name of each action and its HTTP method."""
    return {name: method for name, (method, _) in _ACTIONS.items()}
