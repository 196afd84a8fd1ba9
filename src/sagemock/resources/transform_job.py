"""A transform job's document: the request, and what the service adds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemock.resources import job, types
from sagemock.resources.arn import Arn

DEFAULT_PAYLOAD = 6
"""MaxPayloadInMB, where a request and its model's container name none."""


def new(
    request: Mapping[str, Any], arn: Arn, now: float, *, fills_in: bool = True
) -> dict[str, Any]:
    """The document of a job that starts.

    fills_in: with what AWS was seen to fill in: how data is read, filtered and put together.
    """
    document = job.begun(types.TRANSFORM_JOB, request, arn, now)
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
