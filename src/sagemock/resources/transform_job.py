"""A transform job's document: the request, and what the service adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, cast

from sagemock.resources import job, types
from sagemock.resources.arn import Arn

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import CreateTransformJobRequestTypeDef

    class TransformJob(CreateTransformJobRequestTypeDef):
        """The document: the request, what the service adds, and what becomes of the job."""

        TransformJobArn: str
        TransformJobStatus: str
        CreationTime: float
        LastModifiedTime: float
        TransformStartTime: NotRequired[float]
        TransformEndTime: NotRequired[float]
        FailureReason: NotRequired[str]


DEFAULT_PAYLOAD = 6
"""MaxPayloadInMB, where a request and its model's container name none."""


def new(
    request: CreateTransformJobRequestTypeDef, arn: Arn, now: float, *, fills_in: bool = True
) -> TransformJob:
    """The document of a job that starts.

    fills_in: with what AWS was seen to fill in: how data is read, filtered and put together.
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
