"""Serves with handlers as `sagemaker-inference` 1.10.1 does behind AWS's model server."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import json
import traceback

from . import formats
from .context import ServerContext, request_headers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

DEFAULT_PROGRAM = "inference.py"

DOCUMENTATION = "https://sagemaker.readthedocs.io/en/stable/"

BASE_ERROR = "BaseInferenceToolkitError"
"""The class of errors with a status of their own, whichever module defines it."""

UNSERIALIZABLE = "Unsupported model output data type."


class BaseInferenceToolkitError(Exception):
    """An error with a status, a body and a reason."""

    def __init__(self, status_code: int, message: str, phrase: str) -> None:
        self.status_code = status_code
        self.message = message
        self.phrase = phrase
        super().__init__(status_code, message, phrase)


class GenericInferenceToolkitError(BaseInferenceToolkitError):
    """An error with a status, and a body for which there is a default."""

    def __init__(
        self, status_code: int, message: str | None = None, phrase: str | None = None
    ) -> None:
        message = message or "Invalid Request"
        super().__init__(status_code, message, phrase or message)


class Answer:
    """The response to a request.

    Attributes
    ----------
    status, body, content_type, headers
        Of the response; the names of headers are in lower case.
    """

    def __init__(
        self,
        status: int,
        body: bytes,
        content_type: str | None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.body = body
        self.content_type = content_type
        self.headers = dict(headers or {})


class DefaultHandlers:
    """What the toolkit does where the user has no handler. Containers replace some of it."""

    def default_model_fn(self, model_dir: str) -> Any:
        """Refuse: only some containers can load a model by themselves."""
        raise NotImplementedError(missing("model_fn", DOCUMENTATION))

    def default_input_fn(self, input_data: Any, content_type: Any) -> Any:
        """Return the array of a body."""
        return formats.decode(input_data, content_type)

    def default_predict_fn(self, data: Any, model: Any) -> Any:
        """Refuse: only some containers can predict by themselves."""
        raise NotImplementedError(missing("predict_fn", DOCUMENTATION))

    def default_output_fn(self, prediction: Any, accept: str) -> Any:
        """Return the first of the accepted types that can be written."""
        for content_type in formats.accepted(accept):
            if content_type in formats.ENCODERS:
                return formats.encode(prediction, content_type), content_type
        raise formats.UnsupportedFormatError(accept)


def missing(handler: str, documentation: str) -> str:
    """Return the text of the error about a handler that the user has to write."""
    return (
        f"\nPlease provide a {handler} implementation.\n"
        f"See documentation for {handler} at {documentation}\n"
    )


class ToolkitServer:
    """Handlers, the model that they have loaded, and their context.

    Parameters
    ----------
    defaults
        What the container does without handlers.
    environment
        The environment variables.
    """

    def __init__(self, defaults: Any, environment: Mapping[str, str]) -> None:
        self._defaults = defaults
        self._accept = environment.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", formats.JSON)
        program = environment.get("SAGEMAKER_PROGRAM", DEFAULT_PROGRAM)
        self._module = program[:-3] if program.endswith(".py") else program
        self._context: Any = None
        self._model: Any = None
        self._transform: Any = None

    def load(self, model_dir: str) -> None:
        """Import the handlers, and load the model. Raises what they raise."""
        self._context = ServerContext(model_dir)
        handlers = self._handlers()
        if handlers["pre_model_fn"] is not None:
            self._run(handlers["pre_model_fn"], model_dir)
        self._model = self._run(handlers["model_fn"], model_dir)
        if handlers["model_warmup_fn"] is not None:
            self._run(handlers["model_warmup_fn"], model_dir, self._model)

    def _handlers(self) -> dict[str, Any]:
        user: Any = None
        if importlib.util.find_spec(self._module) is not None:
            user = importlib.import_module(self._module)
        own = {name: getattr(user, name, None) for name in HANDLERS}
        if own["transform_fn"] and (own["input_fn"] or own["predict_fn"] or own["output_fn"]):
            raise ValueError(
                "Cannot use transform_fn implementation in conjunction with "
                "input_fn, predict_fn, and/or output_fn implementation"
            )
        handlers = {
            name: own[name] or getattr(self._defaults, f"default_{name}", None) for name in HANDLERS
        }
        self._transform = own["transform_fn"] or self._default_transform
        self._steps = handlers["input_fn"], handlers["predict_fn"], handlers["output_fn"]
        return handlers

    def _default_transform(self, model: Any, body: Any, content_type: Any, accept: str) -> Any:
        read, predict, write = self._steps
        data = self._run(read, body, content_type)
        return self._run(write, self._run(predict, data, model), accept)

    def _run(self, handler: Any, *arguments: Any) -> Any:
        """Call a handler, with the context if it has one more parameter."""
        count = len(inspect.signature(handler).parameters)
        if count == len(arguments):
            return handler(*arguments)
        if count == len(arguments) + 1:
            return handler(*arguments, self._context)
        raise TypeError(
            f"{handler.__name__} takes {count} arguments but {len(arguments)} were given."
        )

    def answer(
        self, body: bytearray, content_type: str | None, accept: str | None, headers: dict[str, str]
    ) -> Answer:
        """Answer a request; whatever handlers raise is in the response."""
        request = self._context.begin(request_headers(content_type, accept, headers))
        if not accept or accept == formats.ANY:
            accept = self._accept
        try:
            data: Any = body
            if content_type in formats.UTF8_TYPES:
                data = body.decode("utf-8")
            result = self._run(self._transform, self._model, data, content_type, accept)
            of_result = accept
            if isinstance(result, tuple):
                result, of_result = result[0], result[1]
            self._context.set_response_content_type(0, of_result)
        except Exception as error:
            result = self._failed(error)
        of_response = dict(request.get_response_headers())
        kind = of_response.pop("content-type", None)
        status = request.get_response_status_code()
        try:
            return Answer(status, _bytes(result), kind, _lower(of_response))
        except TypeError:
            traceback.print_exc()
            return model_server_error(503, "ServiceUnavailableException", UNSERIALIZABLE)

    def _failed(self, error: Exception) -> str:
        trace = _trace(error)
        code, message, phrase = 500, str(error), str(error)
        if any(kind.__name__ == BASE_ERROR for kind in type(error).__mro__):
            refused: Any = error
            code, message, phrase = refused.status_code, refused.message, refused.phrase
        else:
            # As the toolkit's own generic error words one without a text.
            message = phrase = message or "Invalid Request"
        phrase = phrase.replace("\r", " ").replace("\n", " ")
        self._context.set_response_status(code=code, phrase=phrase)
        return f"{message}\n{trace}"

    def execution_parameters(self) -> None:
        """Return nothing: the model server says nothing about transform jobs."""


HANDLERS = (
    "pre_model_fn",
    "model_fn",
    "model_warmup_fn",
    "transform_fn",
    "input_fn",
    "predict_fn",
    "output_fn",
)


def model_server_error(status: int, kind: str, message: str) -> Answer:
    """Return a response of the model server itself."""
    body = json.dumps({"code": status, "type": kind, "message": message}, indent=2) + "\n"
    return Answer(status, body.encode(), formats.JSON)


def _bytes(result: Any) -> bytes:
    """What the model server makes of the result of handlers. Raises TypeError."""
    if isinstance(result, str):
        return result.encode("utf-8")
    if isinstance(result, (bytes, bytearray)):
        return bytes(result)
    return json.dumps(result, indent=2).encode("utf-8")


def _lower(headers: Mapping[str, Any]) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in headers.items()}


def _trace(error: BaseException) -> str:
    """The traceback from the first frame of the user's on."""
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_globals.get("__package__") == __package__:
        frames = frames.tb_next
    # All of them are the toolkit's where a handler cannot be called.
    frames = frames or error.__traceback__
    return "".join(traceback.format_exception(type(error), error, frames))
