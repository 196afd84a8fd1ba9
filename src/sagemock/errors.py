"""AWS's errors: a class for each code.

Texts marked *observed* in the project's fact sheets are used to the letter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class ServiceError(Exception):
    """An error that the service answers with.

    Parameters
    ----------
    message
        The text of the error.
    **members
        Further members of the answer.

    Attributes
    ----------
    code
        AWS's error code, the `__type` of the answer.
    status
        The HTTP status.
    modelled
        Whether botocore's service model declares the code as a shape. AWS writes the text of such
        an error under `Message`, that of all others under `message`.
    """

    code: ClassVar[str]
    status: ClassVar[int] = 400
    modelled: ClassVar[bool] = False

    def __init__(self, message: str, **members: object) -> None:
        super().__init__(message)
        self.message = message
        self.members = members

    def message_in(self, _request_id: str, /) -> str:
        """Return the text in the answer to the request with that id."""
        return self.message


class ValidationException(ServiceError):
    """A request does not validate, or names a resource that does not exist."""

    code = "ValidationException"


class ResourceInUse(ServiceError):
    """The name is taken, or the status of the resource does not allow the operation."""

    code = "ResourceInUse"
    modelled = True


class ResourceNotFound(ServiceError):
    """The resource does not exist."""

    code = "ResourceNotFound"
    modelled = True


class ResourceLimitExceeded(ServiceError):
    """The request exceeds a quota."""

    code = "ResourceLimitExceeded"
    modelled = True


class ThrottlingException(ServiceError):
    """There were too many calls."""

    code = "ThrottlingException"


class AccessDeniedException(ServiceError):
    """The caller may not run the operation."""

    code = "AccessDeniedException"


class SerializationException(ServiceError):
    """The body of a request cannot be parsed."""

    code = "SerializationException"


class UnknownOperationException(ServiceError):
    """There is no such operation."""

    code = "UnknownOperationException"


class UnknownPath(UnknownOperationException):
    """A REST service has no operation with that method and path."""

    status = 404

    def __init__(self, path: str) -> None:
        super().__init__(f"The operation at {path} is implemented neither by sagemock nor by moto.")


class IncompleteSignatureException(ServiceError):
    """The Authorization header of a request is incomplete."""

    code = "IncompleteSignatureException"


class ValidationError(ServiceError):
    """A request of SageMaker Runtime does not validate; the service's own name for that."""

    code = "ValidationError"
    modelled = True


class OversizeBody(ValidationError):
    """A serverless endpoint refuses a large body. The text names the request, as observed."""

    def __init__(self) -> None:
        super().__init__("The request has oversize body.")

    def message_in(self, request_id: str, /) -> str:
        """Return the text with the id of the request."""
        return f"Request {request_id} has oversize body."


class MissingTargetModel(ValidationError):
    """A request to a multi-model endpoint names no model. The text, as observed, names the request.

    Its code follows that of a model named elsewhere, which was observed.
    """

    def __init__(self) -> None:
        super().__init__(
            "The request is missing a target model header.", ErrorCode="TARGET_MODEL_HEADER_MISSING"
        )

    def message_in(self, request_id: str, /) -> str:
        """Return the text with the id of the request."""
        return f"Request {request_id} is missing a target model header."


class NoTargetModel(ValidationError):
    """The model that a request names cannot be read from S3."""


class ContentTooLong(ServiceError):
    """SageMaker Runtime's front end refuses a large body, in plain text."""

    code = "413"
    status = 413


class ModelError(ServiceError):
    """A model container answered with an error.

    Its members are `OriginalStatusCode` (int), `OriginalMessage` and `LogStreamArn` (str).
    """

    code = "ModelError"
    status = 424
    modelled = True


class NotOurs(Exception):
    """Raised by an operation that leaves the request to moto's own handler."""


def problems_message(problems: Sequence[str]) -> str:
    """Return AWS's sentence for one problem or several."""
    plural = "" if len(problems) == 1 else "s"
    return f"{len(problems)} validation error{plural} detected: {'; '.join(problems)}"


def problem(value: Any, path: str, constraint: str) -> str:
    """Return AWS's clause for one problem."""
    shown = "null" if value is None else f"'{java_text(value)}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"


def sensitive_problem(path: str, constraint: str) -> str:
    """Return the clause for a member that the service model marks as sensitive."""
    return f"Value at '{path}' failed to satisfy constraint: {constraint}"


def java_text(value: Any) -> str:
    """Format a value as Java prints it, which is how AWS's texts show it."""
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
