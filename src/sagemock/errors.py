"""AWS's errors: a class for each code, its texts beside it.

Texts marked *observed* in the project's fact sheets are used to the letter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class ServiceError(Exception):
    """An error that the service answers with.

    code: AWS's error code, the `__type` of the answer.
    status: the HTTP status.
    modelled: whether botocore's service model declares the code as a shape; AWS writes the
        text of such an error under `Message`, of all others under `message`.
    """

    code: ClassVar[str]
    status: ClassVar[int] = 400
    modelled: ClassVar[bool] = False

    def __init__(self, message: str, **members: object) -> None:
        super().__init__(message)
        self.message = message
        self.members = members

    def message_in(self, _request_id: str, /) -> str:
        """The text in the answer of that id."""
        return self.message


class ValidationException(ServiceError):
    code = "ValidationException"


class ResourceInUse(ServiceError):
    code = "ResourceInUse"
    modelled = True


class ResourceNotFound(ServiceError):
    code = "ResourceNotFound"
    modelled = True


class ResourceLimitExceeded(ServiceError):
    code = "ResourceLimitExceeded"
    modelled = True


class ThrottlingException(ServiceError):
    code = "ThrottlingException"


class AccessDeniedException(ServiceError):
    code = "AccessDeniedException"


class SerializationException(ServiceError):
    code = "SerializationException"


class UnknownOperationException(ServiceError):
    code = "UnknownOperationException"


class UnknownPath(UnknownOperationException):
    """No operation of a REST service has that method and path."""

    status = 404

    def __init__(self, path: str) -> None:
        super().__init__(f"Unknown operation: {path}")


class IncompleteSignatureException(ServiceError):
    code = "IncompleteSignatureException"


class ValidationError(ServiceError):
    """SageMaker Runtime's own name for a request that does not validate."""

    code = "ValidationError"
    modelled = True


class OversizeBody(ValidationError):
    """A serverless endpoint refuses a body; the text names the request, as observed."""

    def __init__(self) -> None:
        super().__init__("The request has oversize body.")

    def message_in(self, request_id: str, /) -> str:
        return f"Request {request_id} has oversize body."


class ContentTooLong(ServiceError):
    """SageMaker Runtime's front end refuses a body; it answers in plain text."""

    code = "413"
    status = 413


class ModelError(ServiceError):
    """A model container answered with an error.

    Members: `OriginalStatusCode` (int), `OriginalMessage` (text), `LogStreamArn` (text).
    """

    code = "ModelError"
    status = 424
    modelled = True


class NotOurs(Exception):
    """Raised by an operation that leaves this request to moto's own handler."""


def problems_message(problems: Sequence[str]) -> str:
    """AWS's sentence for one problem or several."""
    plural = "" if len(problems) == 1 else "s"
    return f"{len(problems)} validation error{plural} detected: {'; '.join(problems)}"


def problem(value: Any, path: str, constraint: str) -> str:
    """AWS's clause for one problem."""
    shown = "null" if value is None else f"'{java_text(value)}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"


def sensitive_problem(path: str, constraint: str) -> str:
    """The clause for a member that the service model marks as sensitive: without the value."""
    return f"Value at '{path}' failed to satisfy constraint: {constraint}"


def java_text(value: Any) -> str:
    """A value as Java prints it, which is how AWS's texts show it."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key}={java_text(item)}" for key, item in value.items())
        return f"{{{inner}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(java_text, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "null"
    return str(value)
