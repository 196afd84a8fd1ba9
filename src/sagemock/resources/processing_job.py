"""A processing job's document: the request, and what the service adds."""

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
        """The document: the request, what the service adds, and what becomes of the job."""

        ProcessingJobArn: str
        ProcessingJobStatus: str
        CreationTime: float
        LastModifiedTime: float
        ProcessingStartTime: NotRequired[float]
        ProcessingEndTime: NotRequired[float]
        FailureReason: NotRequired[str]
        ExitMessage: NotRequired[str]


DEFAULT_MAX_RUNTIME = 24 * 60 * 60
"""Seconds; seen on AWS, where the request named none."""


def new(
    request: CreateProcessingJobRequestTypeDef, arn: Arn, now: float, *, fills_in: bool = True
) -> ProcessingJob:
    """The document of a job that starts.

    fills_in: with what AWS was seen to fill in inside of its inputs and outputs.
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


def _input(given: ProcessingInputTypeDef) -> ProcessingInputTypeDef:
    filled: ProcessingInputTypeDef = {"AppManaged": False, **given}
    if "S3Input" in given:
        filled["S3Input"] = {
            "S3DataDistributionType": "FullyReplicated",
            "S3CompressionType": "None",
            **given["S3Input"],
        }
    return filled
