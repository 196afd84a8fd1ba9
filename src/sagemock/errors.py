"""AWS's errors: a class for each code, its texts beside it.

Texts marked *observed* in the project's fact sheets are used to the letter.
"""

from __future__ import annotations

from typing import ClassVar


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


class SerializationException(ServiceError):
    code = "SerializationException"


class UnknownOperationException(ServiceError):
    code = "UnknownOperationException"


class ValidationError(ServiceError):
    """SageMaker Runtime's own name for a request that does not validate."""

    code = "ValidationError"
    modelled = True


class ModelError(ServiceError):
    """A model container answered with an error.

    Members: `OriginalStatusCode` (int), `OriginalMessage` (text), `LogStreamArn` (text).
    """

    code = "ModelError"
    status = 424
    modelled = True


class NotOurs(Exception):
    """Raised by an operation that leaves this request to moto's own handler."""
