"""Step Functions on a server: moto runs state machines whose tasks call that server.

moto's interpreter reaches AWS at `http://localhost:<MOTO_PORT>`, and is disabled by default. So a
server sets that variable to its port and enables the interpreter. Both are restored when the last
server stops.

On AWS, the output of a task is JSON. moto leaves Python values of boto3 in it: DescribeExecution
fails on a datetime, and shows a stream as the name of its class.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from sagemock import forks

PORT = "MOTO_PORT"
SWITCH = "execute_state_machine"

SERVICE_NAMES = {
    "sagemakerfeaturestoreruntime": "sagemaker-featurestore-runtime",
    "sagemakermetrics": "sagemaker-metrics",
    "sagemakerruntime": "sagemaker-runtime",
}
"""The boto3 names of services that `aws-sdk` resources spell as one word."""


class StateMachines:
    """Lets moto run state machines while a server is on; tasks call the most recent one."""

    def __init__(self) -> None:
        self._lock = forks.rlock()
        self._ports: dict[object, int] = {}
        self._port_before: str | None = None
        self._patches: ExitStack | None = None

    def switch_on(self, server: object, port: int) -> None:
        """Run state machines against the server that listens on `port`."""
        with self._lock:
            if self._patches is None:
                self._port_before = os.environ.get(PORT)
                self._patches = _patched()
            self._ports[server] = port
            os.environ[PORT] = str(port)

    def switch_off(self, server: object) -> None:
        """Undo `switch_on`, if that was called; tasks call another server that is still on."""
        with self._lock:
            if self._ports.pop(server, None) is None:
                return
            if self._ports:
                os.environ[PORT] = str(next(reversed(self._ports.values())))
                return
            patches, self._patches = self._patches, None
            if self._port_before is None:
                os.environ.pop(PORT, None)
            else:
                os.environ[PORT] = self._port_before
            if patches is not None:
                patches.close()


def _patched() -> ExitStack:
    from moto.core.config import default_user_config
    from moto.stepfunctions import responses

    with ExitStack() as stack:
        stack.enter_context(patch.dict(default_user_config["stepfunctions"], {SWITCH: True}))
        get_backend = _loading(stack, responses.get_backend)
        stack.enter_context(patch.object(responses, "get_backend", get_backend))
        return stack.pop_all()
    raise AssertionError("unreachable")


def _loading(stack: ExitStack, get_backend: Callable[..., Any]) -> Callable[..., Any]:
    """A wrapper of `get_backend` that patches the interpreter at the first call.

    Loading the interpreter's grammar takes a second, which servers without state machines save.
    """
    lock, loaded = forks.rlock(), False

    def get(*arguments: Any) -> Any:
        nonlocal loaded
        with lock:
            if not loaded:
                _patch_interpreter(stack)
                loaded = True
        return get_backend(*arguments)

    return get


def _patch_interpreter(stack: ExitStack) -> None:
    """Let tasks return JSON, and find SageMaker's services whose names have several words."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
        state_task_service_factory as factory,
    )

    services: Any = factory
    # They pass boto3's response on; both forms of SageMaker tasks are run by one of them.
    for service in (services.StateTaskServiceAwsSdk, services.StateTaskServiceUnsupported):
        stack.enter_context(patch.object(service, "_normalise_response", _to_json))
    names = services.StateTaskService._SERVICE_NAME_SFN_TO_BOTO_OVERRIDES
    stack.enter_context(patch.dict(names, SERVICE_NAMES))


def _to_json(_task: Any, answer: Any, *_: Any, **__: Any) -> None:
    """Convert a response of boto3 to the JSON of Step Functions, in place."""
    if isinstance(answer, dict):
        answer.update({name: json_value(value) for name, value in answer.items()})


def json_value(value: Any) -> Any:
    """A value in a response of boto3 as JSON: times in ISO 8601, bodies as text.

    Examples
    --------
    >>> json_value([datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)])
    ['2026-01-02T03:04:05.678Z']
    """
    if isinstance(value, dict):
        return {name: json_value(member) for name, member in value.items()}
    if isinstance(value, list):
        return [json_value(member) for member in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if hasattr(value, "read"):
        value = value.read()
    return str(value, "utf-8", "replace") if isinstance(value, bytes) else value


state_machines = StateMachines()
