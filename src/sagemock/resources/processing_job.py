"""Documents of processing jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, cast

from sagemock.resources import job, types
from sagemock.resources.arn import Arn

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateProcessingJobRequestTypeDef,
        ProcessingInputTypeDef,
        ProcessingOutputConfigTypeDef,
        ProcessingOutputTypeDef,
    )

    class ProcessingJob(CreateProcessingJobRequestTypeDef):
        """The document: the request, what the service adds, and how the job ended."""

        ProcessingJobArn: str
        ProcessingJobStatus: str
        CreationTime: float
        LastModifiedTime: float
        ProcessingStartTime: NotRequired[float]
        ProcessingEndTime: NotRequired[float]
        FailureReason: NotRequired[str]
        ExitMessage: NotRequired[str]


DEFAULT_MAX_RUNTIME = 24 * 60 * 60
"""Seconds, as observed on AWS for a request without a limit."""


def new(
    request: CreateProcessingJobRequestTypeDef, arn: Arn, now: float, *, fills_in: bool = True
) -> ProcessingJob:
    """The document of a new job: the request, and what the service adds.

    Parameters
    ----------
    request : CreateProcessingJobRequestTypeDef
        The request.
    arn : Arn
        The ARN of the job.
    now : float
        Seconds since the epoch.
    fills_in : bool
        Whether to add defaults inside of its inputs and outputs as AWS does.
    """
    document = cast("ProcessingJob", job.begun(types.PROCESSING_JOB, request, arn, now))
    document.setdefault("StoppingCondition", {"MaxRuntimeInSeconds": DEFAULT_MAX_RUNTIME})
    if not fills_in:
        return document
    if "ProcessingInputs" in request:
        document["ProcessingInputs"] = [_input(each) for each in request["ProcessingInputs"]]
    if "ProcessingOutputConfig" in request:
        config = request["ProcessingOutputConfig"]
        outputs: list[ProcessingOutputTypeDef] = [
            {"AppManaged": False, **each} for each in config["Outputs"]
        ]
        filled: ProcessingOutputConfigTypeDef = {**config, "Outputs": outputs}
        document["ProcessingOutputConfig"] = filled
    return document


def _input(each: ProcessingInputTypeDef) -> ProcessingInputTypeDef:
    filled: ProcessingInputTypeDef = {"AppManaged": False, **each}
    if "S3Input" in each:
        filled["S3Input"] = {
            "S3DataDistributionType": "FullyReplicated",
            "S3CompressionType": "None",
            **each["S3Input"],
        }
    return filled
