"""A model that a process serves by the user's handlers (`worker/`)."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sagemock.containers.base import (
    ArtifactError,
    InferenceError,
    InferenceRequest,
    InferenceResponse,
    Log,
)
from sagemock.containers.frameworks import InferenceToolkit
from sagemock.containers.local_process import limits
from sagemock.containers.local_process.hosts import HostPlace
from sagemock.containers.local_process.limits import Deadline, LimitExceeded
from sagemock.containers.local_process.model_process import (
    ContainerPlace,
    ContainerPlan,
    ProcessContainer,
)
from sagemock.containers.local_process.specification import CommandStep
from sagemock.containers.local_process.worker.frames import Connection

PROGRAM = Path(__file__).with_name("worker")

SOCKET_VARIABLE = "SAGEMOCK_SOCKET"
"""The variable with the file descriptor of the connection, which `worker/` reads."""

TIMED_OUT = (
    "Your invocation timed out while waiting for a response from container primary. Review the "
    "latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again."
)
"""AWS's text for an invocation that takes too long; its status is 0."""

WORKER_DIED = (
    '{\n  "code": 500,\n  "type": "InternalServerException",\n  "message": "Worker died."\n}\n'
)
"""What the model server answers when the process with the handlers has ended."""

BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.18.0 (Ubuntu)</center>\r\n"
    "</body>\r\n</html>\r\n"
)
"""The same of nginx, before the gunicorn of the scikit-learn container."""


def worker_step(interpreter: str, toolkit: InferenceToolkit, place: HostPlace) -> CommandStep:
    """Return the command that serves with handlers."""
    settings = {"container": toolkit, "model_dir": f"{place.ml}/model"}
    return CommandStep([interpreter, str(PROGRAM), json.dumps(settings)], place.work)


class HandlerContainer(ProcessContainer):
    """A container whose process answers by handlers, one request at a time."""

    def __init__(
        self, place: ContainerPlace, plan: ContainerPlan, log: Log, toolkit: InferenceToolkit
    ) -> None:
        super().__init__(place, plan, log)
        self._toolkit = toolkit
        self._connection: Connection | None = None
        self._deadline = Deadline(0)

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """Let the handlers answer. Raises `InferenceError`."""
        with self._lock:
            reply, body = self._ask(
                {
                    "path": "/invocations",
                    "content_type": request.content_type,
                    "accept": request.accept,
                    "headers": dict(request.headers),
                },
                request.body,
                request.timeout,
            )
        if not 200 <= reply["status"] < 300:
            raise InferenceError(reply["status"], body.decode("utf-8", "replace"))
        return InferenceResponse(body, reply["content_type"], reply["headers"])

    def execution_parameters(self) -> Mapping[str, Any] | None:
        """Return what the script says to transform jobs; None without."""
        with self._lock:
            reply, _ = self._ask({"path": "/execution-parameters"}, b"")
        parameters: Mapping[str, Any] | None = reply["parameters"]
        return parameters

    def _ask(
        self, header: dict[str, Any], body: bytes, timeout: float | None = None
    ) -> tuple[dict[str, Any], bytes]:
        process = self._running()
        connection = self._connection
        assert connection is not None
        self._deadline = Deadline(limits.of_invocation(timeout))
        try:
            connection.send(header, body)
            reply, answer = connection.receive()
        except LimitExceeded:
            # As gunicorn and the model server end a worker that does not answer.
            self._discard()
            raise InferenceError(0, TIMED_OUT) from None
        except (EOFError, OSError) as error:
            process.wait()
            self._discard()
            raise self._dead() from error
        process.drain()
        return reply, bytes(answer)

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        try:
            descriptor = theirs.fileno()
            process = self._launch({SOCKET_VARIABLE: str(descriptor)}, pass_fds=[descriptor])
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        ours.settimeout(limits.LOOK)
        self._connection = Connection(ours, lambda: self._deadline.check())
        self._deadline = self._plan.health_deadline
        try:
            reply, _ = self._connection.receive()
        except LimitExceeded:
            raise ArtifactError("the container was not healthy in time") from None
        except EOFError:
            process.wait()
            code = process.exit_code
            raise ArtifactError(f"the container exited with status {code}") from None
        if not reply["ready"]:
            process.wait()
            raise ArtifactError(reply["error"])
        process.drain()

    def _discard(self) -> None:
        super()._discard()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _dead(self) -> InferenceError:
        if self._toolkit == "scikit-learn":
            return InferenceError(502, BAD_GATEWAY)
        return InferenceError(500, WORKER_DIED)

    def after_fork(self) -> None:
        """Leave the process and the connection to the parent."""
        super().after_fork()
        if self._connection is not None:
            self._connection.close()
            self._connection = None
