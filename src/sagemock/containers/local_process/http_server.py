"""A registered command that serves HTTP, as a container of SageMaker does."""

from __future__ import annotations

import http.client
import json
import selectors
import socket
import time
from collections.abc import Collection, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What is asked."""

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float | None = None


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What is answered; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpContainer(ProcessContainer):
    """A container whose process answers over HTTP."""

    def __init__(self, place: ContainerPlace, plan: ContainerPlan, log: Log) -> None:
        super().__init__(place, plan, log)
        self._port = 0
        self._connection: http.client.HTTPConnection | None = None

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """Post the request to `/invocations`. Raises `InferenceError`."""
        headers = dict(request.headers)
        if request.content_type is not None:
            headers["Content-Type"] = request.content_type
        if request.accept is not None:
            headers["Accept"] = request.accept
        with self._lock:
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
        with self._lock:
            answer = self._ask(HttpRequest("GET", "/execution-parameters"))
        if answer.status != 200:
            return None
        with suppress(ValueError):
            parameters = json.loads(answer.body)
            if isinstance(parameters, dict):
                return parameters
        return None

    def _ask(self, request: HttpRequest) -> HttpAnswer:
        # Only one server on the fixed port runs, so one that has it not must get it first.
        with fixed_port.turn if self._port == FIXED else nullcontext():
            process = self._running()
            answer = self._answer(process, request)
            process.drain()
        return answer

    def _answer(self, process: ServedProcess, request: HttpRequest) -> HttpAnswer:
        deadline = Deadline(limits.of_invocation(request.timeout))
        is_new = self._connection is None
        try:
            try:
                return self._exchange(request, deadline)
            except (http.client.RemoteDisconnected, ConnectionError):
                if is_new or process.ends_within(ENDING):
                    raise
                # It may have closed a connection that was not used for a while.
                self._disconnect()
                return self._exchange(request, deadline)
        except LimitExceeded:
            self._disconnect()
            raise InferenceError(0, TIMED_OUT) from None
        except (http.client.HTTPException, OSError) as error:
            self._disconnect()
            if process.ends_within(ENDING):
                process.wait()
            process.drain()
            raise self._dead() from error

    def _exchange(self, request: HttpRequest, deadline: Deadline) -> HttpAnswer:
        connection = self._connection
        if connection is None:
            connection = http.client.HTTPConnection(LOOPBACK, self._port)
            connection.connect()
            self._connection = connection
        connection.sock.settimeout(limits.of_invocation(request.timeout))
        body = request.body if request.method == "POST" else None
        connection.request(request.method, request.path, body, dict(request.headers))
        _await(connection.sock, deadline)
        response = connection.getresponse()
        content = response.read()
        if response.will_close:
            self._disconnect()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return HttpAnswer(response.status, headers, content)

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
        self._port = port
        process.drain()

    def suspend(self) -> None:
        """End the process, until there is another request: another server needs its port."""
        self._log(SUSPENDED)
        process = self._process
        if process is not None:
            process.stop()
        self._disconnect()

    @property
    def _names_port(self) -> bool:
        """Whether its arguments say on which port it listens."""
        steps = self._plan.steps(self._place.host)
        return any(PORT in argument for argument in steps[-1].arguments)

    def _discard(self) -> None:
        self._disconnect()
        super()._discard()
        if self._port == FIXED:
            fixed_port.give(self)

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _dead(self) -> InferenceError:
        return InferenceError(0, NO_RESPONSE)

    def after_fork(self) -> None:
        """Leave the process and the connection to the parent."""
        super().after_fork()
        self._disconnect()


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, limits.PING)
    try:
        connection.request("GET", "/ping")
        return connection.getresponse().status == 200
    except (http.client.HTTPException, OSError):
        return False
    finally:
        connection.close()


def _await(readable: socket.socket, deadline: Deadline) -> None:
    """Wait for the first byte of a response. Raises `LimitExceeded`."""
    with selectors.DefaultSelector() as selector:
        selector.register(readable, selectors.EVENT_READ)
        while not selector.select(limits.LOOK):
            deadline.check()
