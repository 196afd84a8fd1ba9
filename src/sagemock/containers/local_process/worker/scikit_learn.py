"""Serves with handlers as the container `sagemaker-scikit-learn` does: Flask behind gunicorn.

As its repository `aws/sagemaker-scikit-learn-container` has it, with `sagemaker-containers` 2.8.6.
"""

from __future__ import annotations

import importlib
import json
import logging
import traceback

from . import formats
from .frameworks import REPOSITORY
from .toolkit import Answer, missing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

HTML = "text/html; charset=utf-8"

INTERNAL_ERROR = (
    '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n'
    "<title>500 Internal Server Error</title>\n"
    "<h1>Internal Server Error</h1>\n"
    "<p>The server encountered an internal error and was unable to complete your request. Either "
    "the server is overloaded or there is an error in the application.</p>\n"
)
"""What Flask answers when a handler raises; the error itself is in the log only."""

logger = logging.getLogger("flask.app")


class FlaskResponse:
    """`worker.Response` of `sagemaker-containers`, with which scripts may answer."""

    def __init__(
        self,
        response: Any = None,
        accept: str | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        mimetype: str | None = None,
        direct_passthrough: bool = False,  # noqa: ARG002 - the library has it
    ) -> None:
        self.response = response
        self.accept = accept
        self.status_code = int(str(status).split()[0])
        self.headers = dict(headers or {})
        self.mimetype = mimetype or formats.JSON

    def get_data(self) -> bytes:
        """Return the body."""
        if self.response is None:
            return b""
        if isinstance(self.response, str):
            return self.response.encode("utf-8")
        if isinstance(self.response, (bytes, bytearray)):
            return bytes(self.response)
        return b"".join(
            each.encode("utf-8") if isinstance(each, str) else each for each in self.response
        )


class ScikitLearnServer:
    """Handlers, and the model that they have loaded.

    Parameters
    ----------
    environment
        The environment variables.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._accept = environment.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", formats.JSON)
        program = environment.get("SAGEMAKER_PROGRAM", "")
        self._module = program[:-3] if program.endswith(".py") else program
        self._model: Any = None
        self._handlers: dict[str, Any] = {}

    def load(self, model_dir: str) -> None:
        """Import the handlers, and load the model. Raises what they raise."""
        if not self._module:
            raise ValueError("The scikit-learn container needs the variable SAGEMAKER_PROGRAM.")
        user = importlib.import_module(self._module)
        own = {name: getattr(user, name, None) for name in HANDLERS}
        if own["transform_fn"] and (own["input_fn"] or own["predict_fn"] or own["output_fn"]):
            raise ValueError(
                "Cannot use transform_fn implementation with input_fn, predict_fn, and/or output_fn"
            )
        self._handlers = {name: own[name] or DEFAULTS.get(name) for name in HANDLERS}
        self._model = self._handlers["model_fn"](model_dir)

    def answer(
        self,
        body: bytearray,
        content_type: str | None,
        accept: str | None,
        headers: Mapping[str, str],  # noqa: ARG002 - handlers do not get them
    ) -> Answer:
        """Answer a request; what handlers raise is in the log."""
        content_type = content_type or formats.JSON
        if not accept or accept == formats.ANY:
            accept = self._accept
        as_text = content_type in formats.UTF8_TYPES
        data = body.decode("utf-8", "replace") if as_text else bytes(body)
        try:
            return _answer(self._result(data, content_type, accept))
        except Exception:
            logger.exception("Exception on /invocations [POST]")
            return Answer(500, INTERNAL_ERROR.encode(), "text/html")

    def _result(self, data: Any, content_type: str, accept: str) -> Any:
        handlers = self._handlers
        if handlers["transform_fn"] is not None:
            return handlers["transform_fn"](self._model, data, content_type, accept)
        prediction = handlers["predict_fn"](handlers["input_fn"](data, content_type), self._model)
        return handlers["output_fn"](prediction, accept)

    def execution_parameters(self) -> Any:
        """Return what the script's `execution_parameters_fn` says; None without one."""
        function = self._handlers["execution_parameters_fn"]
        if function is None:
            return None
        try:
            return json.loads(_answer(function()).body)
        except Exception:
            traceback.print_exc()
            return None


HANDLERS = (
    "model_fn",
    "transform_fn",
    "input_fn",
    "predict_fn",
    "output_fn",
    "execution_parameters_fn",
)


def default_model_fn(_: str) -> Any:
    """Refuse."""
    raise NotImplementedError(missing("model_fn", REPOSITORY))


def default_input_fn(data: Any, content_type: str) -> Any:
    """Return the array of a body, of single precision if it was text."""
    array = formats.containers_decode(data, content_type)
    return array.astype("float32") if content_type in formats.UTF8_TYPES else array


def default_predict_fn(data: Any, model: Any) -> Any:
    """Call the model's `predict`."""
    return model.predict(data)


def default_output_fn(prediction: Any, accept: str) -> FlaskResponse:
    """Write the prediction in the one type that is accepted."""
    return FlaskResponse(formats.containers_encode(prediction, accept), mimetype=accept)


DEFAULTS = {
    "model_fn": default_model_fn,
    "input_fn": default_input_fn,
    "predict_fn": default_predict_fn,
    "output_fn": default_output_fn,
}


def _answer(result: Any) -> Answer:
    """What Flask makes of the result of a handler. Raises TypeError for what it refuses."""
    if isinstance(result, tuple):
        result = FlaskResponse(result[0], mimetype=result[1])
    if hasattr(result, "get_data"):
        # A response of ours, or of Flask, where that is installed.
        headers = {name.lower(): str(value) for name, value in dict(result.headers).items()}
        kind = headers.pop("content-type", None) or _with_charset(result.mimetype)
        headers.pop("content-length", None)
        return Answer(result.status_code, result.get_data(), kind, headers)
    if isinstance(result, str):
        return Answer(200, result.encode("utf-8"), HTML)
    if isinstance(result, (bytes, bytearray)):
        return Answer(200, bytes(result), HTML)
    if isinstance(result, dict):
        return Answer(200, json.dumps(result).encode() + b"\n", formats.JSON)
    raise TypeError(
        "The view function did not return a valid response. The return type must be a string, "
        f"dict, tuple, Response instance, or WSGI callable, but it was a {type(result).__name__}."
    )


def _with_charset(mimetype: str | None) -> str | None:
    return f"{mimetype}; charset=utf-8" if mimetype and mimetype.startswith("text/") else mimetype
