"""Answers to requests, by release. Source: `serve_utils.py` and `serve.py` of the container."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from sagemock.containers.base import InferenceError, InferenceResponse
from sagemock.containers.xgboost.releases import Release
from sagemock.formats.media_type import CSV, JSON, JSON_LINES, RECORDIO

SUPPORTED = (JSON, JSON_LINES, RECORDIO, CSV)

DEFAULT_ACCEPT = "SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT"
"""The environment variable with the type of answers to requests that accept anything."""


def accepted(header: str | None, environment: Mapping[str, str]) -> str:
    """The content type of the answer. Raises `InferenceError`."""
    accept = (header or "").partition(";")[0].strip()
    if accept in ("", "*/*"):
        return environment.get(DEFAULT_ACCEPT, CSV)
    if accept.lower() not in SUPPORTED:
        raise InferenceError(
            406,
            f"Accept type {accept} is not supported. Please use supported accept types: "
            f"{list(SUPPORTED)}.",
        )
    return accept.lower()


def plain(
    predictions: NDArray[Any], accept: str, release: Release, *, batch: bool
) -> InferenceResponse:
    """The predictions of rows.

    Parameters
    ----------
    predictions
        (rows,), or (rows, classes).
    accept
        Up to 1.2-1 the answer is CSV all the same.
    batch
        Whether a transform job asks.

    Raises
    ------
    InferenceError
        For types that the container accepts, but cannot write.
    """
    values = predictions.tolist()
    if batch:
        return _csv("".join(f"{value}\n" for value in values))
    if release < Release.V1_2_2:
        return _csv(",".join(map(str, values)))
    if accept == CSV:
        return _csv("".join(f"{_joined(value)}\n" for value in values))
    if accept == JSON:
        body = json.dumps({"predictions": [{"score": value} for value in values]})
        return InferenceResponse(body.encode(), JSON)
    raise InferenceError(500, "Internal Server Error")


def _joined(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _csv(text: str) -> InferenceResponse:
    return InferenceResponse(text.encode(), CSV)
