"""A registered command that serves HTTP, as a container of SageMaker does."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

from sagemock.containers.base import (
    ArtifactError,
    InferenceError,
    InferenceRequest,
    InferenceResponse,
    Log,
)
from sagemock.containers.local_process import limits
from sagemock.containers.local_process.fixed_port import FIXED, fixed_port
from sagemock.containers.local_process.http_connections import (
    Connections,
    HttpAnswer,
    HttpRequest,
)
from sagemock.containers.local_process.limits import Deadline, LimitExceeded
from sagemock.containers.local_process.machine import LOOPBACK, free_port
from sagemock.containers.local_process.model_process import (
    PORT,
    ContainerPlace,
    ContainerPlan,
    ProcessContainer,
)
from sagemock.containers.local_process.served_process import ServedProcess
from sagemock.containers.local_process.worker_client import TIMED_OUT

PORT_VARIABLE = "SAGEMAKER_BIND_TO_PORT"

NO_RESPONSE = (
    "Amazon SageMaker could not get a response from the endpoint. This can occur when CPU or "
    "memory utilization is high. To check your utilization, see Amazon CloudWatch. To fix this "
    "problem, use an instance type with more CPU capacity or memory."
)
"""AWS's text for a container that closes the connection; its status is 0."""

ONE_AT_A_TIME = (
    "sagemock: this server listens on port 8080, not on {port} or SAGEMAKER_BIND_TO_PORT, so it "
    "does not run while another one like it does"
)
SUSPENDED = "sagemock: this server has ended, as another one needs port 8080"

ENDING = 0.5
"""Seconds in which a server that does not answer shows whether it has ended."""

PAUSE = 0.02
"""Seconds between two questions whether it is healthy."""

_OF_CONNECTION = ("connection", "content-length", "date", "server", "transfer-encoding")
"""Headers of a response that are no part of an answer."""


class HttpContainer(ProcessContainer):
    """A container whose process answers over HTTP, as many requests at a time as it likes."""

    def __init__(self, place: ContainerPlace, plan: ContainerPlan, log: Log) -> None:
        super().__init__(place, plan, log)
        self._port = 0
        self._connections = Connections(0)

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """Post the request to `/invocations`. Raises `InferenceError`."""
        headers = dict(request.headers)
        if request.content_type is not None:
            headers["Content-Type"] = request.content_type
        if request.accept is not None:
            headers["Accept"] = request.accept
        answer = self._ask(
            HttpRequest("POST", "/invocations", request.body, headers, request.timeout)
        )
        if not 200 <= answer.status < 300:
            raise InferenceError(answer.status, answer.body.decode("utf-8", "replace"))
        others = {
            name: value for name, value in answer.headers.items() if name not in _OF_CONNECTION
        }
        return InferenceResponse(answer.body, others.pop("content-type", None), others)

    def execution_parameters(self) -> Mapping[str, Any] | None:
        """Return the answer of `/execution-parameters`; None without one."""
        answer = self._ask(HttpRequest("GET", "/execution-parameters"))
        if answer.status != 200:
            return None
        with suppress(ValueError):
            parameters = json.loads(answer.body)
            if isinstance(parameters, dict):
                return parameters
        return None

    def _ask(self, request: HttpRequest) -> HttpAnswer:
        if self._port == FIXED:
            # Only one server on the fixed port runs, so one that has it not must get it first.
            with self._lock, fixed_port.turn:
                return self._answer(self._running(), request)
        with self._lock:
            process, moved = self._running(), self._port == FIXED
        return self._ask(request) if moved else self._answer(process, request)

    def _answer(self, process: ServedProcess, request: HttpRequest) -> HttpAnswer:
        deadline = Deadline(limits.of_invocation(request.timeout))
        try:
            return self._connections.ask(
                request, deadline, is_alive=lambda: not process.ends_within(ENDING)
            )
        except LimitExceeded:
            raise InferenceError(0, TIMED_OUT) from None
        except (http.client.HTTPException, OSError) as error:
            if process.ends_within(ENDING):
                process.wait()
            raise self._dead() from error
        finally:
            process.drain()

    def _start(self) -> None:
        if self._names_port:
            self._start_on({})
            return
        with fixed_port.turn:
            try:
                self._start_on({FIXED} if fixed_port.take(self) else {})
            except BaseException:
                # The port is free only once the process has ended.
                self._discard()
                fixed_port.give(self)
                raise
            if self._port == FIXED:
                self._log(ONE_AT_A_TIME)
            else:
                fixed_port.give(self)

    def _start_on(self, others: Collection[int]) -> None:
        """Start on a free port; the server may choose one of the others instead."""
        free = free_port()
        process = self._launch({PORT_VARIABLE: str(free)}, port=free)
        deadline = self._plan.health_deadline
        while (port := next(filter(_is_healthy, (free, *others)), None)) is None:
            if process.ended:
                process.wait()
                raise ArtifactError(f"the container exited with status {process.exit_code}")
            if deadline.passed:
                raise ArtifactError("the container was not healthy in time")
            time.sleep(PAUSE)
        self._port, self._connections = port, Connections(port)
        process.drain()

    def suspend(self) -> None:
        """End the process, until there is another request: another server needs its port."""
        self._log(SUSPENDED)
        process = self._process
        if process is not None:
            process.stop()
        self._connections.close()

    @property
    def _names_port(self) -> bool:
        """Whether its arguments say on which port it listens."""
        steps = self._plan.steps(self._place.host)
        return any(PORT in argument for argument in steps[-1].arguments)

    def _discard(self) -> None:
        self._connections.close()
        super()._discard()
        if self._port == FIXED:
            fixed_port.give(self)

    def _dead(self) -> InferenceError:
        return InferenceError(0, NO_RESPONSE)

    def after_fork(self) -> None:
        """Leave the process and the connection to the parent."""
        super().after_fork()
        self._connections.close()


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, limits.PING)
    try:
        connection.request("GET", "/ping")
        return connection.getresponse().status == 200
    except (http.client.HTTPException, OSError):
        return False
    finally:
        connection.close()
