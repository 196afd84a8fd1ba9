"""A processing job's document: the request, and what the service adds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemock.resources import job, types
from sagemock.resources.arn import Arn

DEFAULT_MAX_RUNTIME = 24 * 60 * 60
"""Seconds; seen on AWS, where the request named none."""


def new(
    request: Mapping[str, Any], arn: Arn, now: float, *, fills_in: bool = True
) -> dict[str, Any]:
    """The document of a job that starts.

    fills_in: with what AWS was seen to fill in inside of its inputs and outputs.
    """
    document = job.begun(types.PROCESSING_JOB, request, arn, now)
    document.setdefault("StoppingCondition", {"MaxRuntimeInSeconds": DEFAULT_MAX_RUNTIME})
    if not fills_in:
        return document
    if "ProcessingInputs" in request:
        document["ProcessingInputs"] = [_input(each) for each in request["ProcessingInputs"]]
    if "ProcessingOutputConfig" in request:
        config = request["ProcessingOutputConfig"]
        outputs = [{"AppManaged": False, **each} for each in config["Outputs"]]
        document["ProcessingOutputConfig"] = {**config, "Outputs": outputs}
    return document


def _input(given: Mapping[str, Any]) -> dict[str, Any]:
    filled = {"AppManaged": False, **given}
    if "S3Input" in given:
        filled["S3Input"] = {
            "S3DataDistributionType": "FullyReplicated",
            "S3CompressionType": "None",
            **given["S3Input"],
        }
    return filled
