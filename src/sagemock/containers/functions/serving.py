"""A function, or a class, that serves in the place of a container."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sagemock.algorithms.base import Stopped
from sagemock.containers.callbacks import Log
from sagemock.containers.functions.log import LineLog, captured
from sagemock.containers.functions.served_model import InvocationRequest, ServedModel
from sagemock.containers.local_process.tree import write_model
from sagemock.containers.serving import (
    ArtifactError,
    InferenceError,
    InferenceRequest,
    InferenceResponse,
    ModelData,
    Predictor,
)
from sagemock.formats.content import Workspace
from sagemock.formats.media_type import JSON

TEXT = "text/plain; charset=utf-8"
"""The content type of an answer that is a `str`."""


class FunctionServing:
    """Serves by a function, or by an instance of a class, in the thread of the request.

    Parameters
    ----------
    serve
        A function of a request; or a class, which is called with the model at deployment, and
        whose instances have a method `invoke`, or are callable, and may have `ping`, `close` and
        `execution_parameters`.
    """

    def __init__(self, serve: Callable[..., Any]) -> None:
        self._serve = serve

    def load(
        self,
        model: ModelData,
        *,
        document: Mapping[str, Any],
        environment: Mapping[str, str],
        log: Log,
    ) -> Predictor:
        """Unpack the model, and make the instance of a class. Raises `ArtifactError`."""
        workspace = Workspace()
        try:
            served = ServedModel(
                _unpacked(model, workspace), dict(environment), dict(document), log
            )
            instance = self._instance(served) if isinstance(self._serve, type) else self._serve
        except BaseException:
            workspace.remove()
            raise
        return FunctionPredictor(instance, served, workspace)

    def _instance(self, served: ServedModel) -> Any:
        try:
            with captured(LineLog(served.log)):
                return self._serve(served)
        except (Exception, SystemExit) as error:
            raise ArtifactError(_traceback(error)) from error


class FunctionPredictor(Predictor):
    """A function, or an instance of a class, with the model that it serves."""

    def __init__(self, serve: Any, model: ServedModel, workspace: Workspace) -> None:
        self._serve = serve
        self._invoke = getattr(serve, "invoke", serve)
        self._model = model
        self._log = LineLog(model.log)
        self._workspace = workspace

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """Answer with what the function returns.

        An `InferenceResponse` as it is; bytes; a `str`; a body and its content type; anything else
        as JSON. What it raises is a status 500, with the traceback in the log.
        """
        of_function = InvocationRequest(
            request.body,
            request.content_type,
            request.accept,
            request.headers,
            request.timeout,
            model=self._model,
        )
        return _response(self._called(self._invoke, of_function))

    def ping(self) -> None:
        """Call its `ping`, which raises for a model that is not well."""
        self._optional("ping")

    def execution_parameters(self) -> Mapping[str, Any] | None:
        """Return what its `execution_parameters` returns; None without one."""
        answer: Mapping[str, Any] | None = self._optional("execution_parameters")
        return answer

    def close(self) -> None:
        """Call its `close`, and delete the folder of the model."""
        try:
            self._optional("close")
        finally:
            self._workspace.remove()

    def _optional(self, name: str) -> Any:
        method = getattr(self._serve, name, None)
        return None if method is None else self._called(method)

    def _called(self, function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            with captured(self._log):
                return function(*arguments)
        except (InferenceError, Stopped):
            raise
        except (Exception, SystemExit) as error:  # an exit would end the test or the server
            self._model.log(_traceback(error))
            raise InferenceError(500, f"{type(error).__name__}: {error}") from error


def _unpacked(model: ModelData, workspace: Workspace) -> Path:
    folder = workspace.folder() / "model"
    write_model(folder, model.files)
    return folder


def _traceback(error: BaseException) -> str:
    # Without the frame of this module.
    frames = error.__traceback__.tb_next if error.__traceback__ is not None else None
    return "".join(traceback.format_exception(type(error), error, frames)).rstrip()


def _response(answer: Any) -> InferenceResponse:
    if isinstance(answer, InferenceResponse):
        return answer
    if isinstance(answer, tuple) and len(answer) == 2:
        body, content_type = answer
        return InferenceResponse(_bytes(body), content_type)
    if isinstance(answer, (bytes, bytearray)):
        return InferenceResponse(bytes(answer))
    return InferenceResponse(_bytes(answer), TEXT if isinstance(answer, str) else JSON)


def _bytes(body: Any) -> bytes:
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    if isinstance(body, str):
        try:
            return body.encode()
        except UnicodeEncodeError as error:
            raise InferenceError(500, f"the answer cannot be UTF-8: {error}") from error
    try:
        return json.dumps(body, default=_plain).encode()
    except (TypeError, ValueError) as error:
        raise InferenceError(500, f"the answer cannot be JSON: {error}") from error


def _plain(value: Any) -> Any:
    """An array or number of numpy as lists and numbers of Python."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is not JSON serializable")
