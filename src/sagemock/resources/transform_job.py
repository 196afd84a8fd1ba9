"""Documents of transform jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, cast

from sagemock.resources import job, types
from sagemock.resources.arn import Arn

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import CreateTransformJobRequestTypeDef

    class TransformJob(CreateTransformJobRequestTypeDef):
        """The document: the request, what the service adds, and how the job ended."""

        TransformJobArn: str
        TransformJobStatus: str
        CreationTime: float
        LastModifiedTime: float
        TransformStartTime: NotRequired[float]
        TransformEndTime: NotRequired[float]
        FailureReason: NotRequired[str]


DEFAULT_PAYLOAD = 6
"""The default of MaxPayloadInMB."""


def new(
    request: CreateTransformJobRequestTypeDef, arn: Arn, now: float, *, fills_in: bool = True
) -> TransformJob:
    """The document of a new job: the request, and what the service adds.

    Parameters
    ----------
    request : CreateTransformJobRequestTypeDef
        The request.
    arn : Arn
        The ARN of the job.
    now : float
        Seconds since the epoch.
    fills_in : bool
        Whether to add defaults inside of its members as AWS does: of how data is read, filtered
        and joined.
    """
    document = cast("TransformJob", job.begun(types.TRANSFORM_JOB, request, arn, now))
    if not fills_in:
        return document
    document["TransformInput"] = {
        "CompressionType": "None",
        "SplitType": "None",
        **request["TransformInput"],
    }
    document["TransformOutput"] = {
        "AssembleWith": "None",
        "KmsKeyId": "",
        **request["TransformOutput"],
    }
    document["DataProcessing"] = {
        "InputFilter": "$",
        "OutputFilter": "$",
        "JoinSource": "None",
        **request.get("DataProcessing", {}),
    }
    return document
