"""Selectable inference: answers with the members that an environment variable names.

Source: `serve_utils.py` of the container; from 1.0-1 on.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sagemock.containers.base import InferenceError, InferenceResponse
from sagemock.formats import recordio
from sagemock.formats.media_type import CSV, JSON, JSON_LINES, RECORDIO

VARIABLE = "SAGEMAKER_INFERENCE_OUTPUT"

BINARY = ("predicted_label", "labels", "raw_score", "raw_scores")
PROBABLE = (*BINARY, "probability", "probabilities")
SCORE = ("predicted_score",)

MEMBERS: Mapping[str, Sequence[str]] = {
    "reg:squarederror": SCORE,
    "reg:linear": SCORE,
    "reg:logistic": SCORE,
    "reg:gamma": SCORE,
    "reg:absoluteerror": SCORE,
    "reg:squaredlogerror": SCORE,
    "reg:pseudohubererror": SCORE,
    "reg:tweedie": SCORE,
    "rank:pairwise": SCORE,
    "rank:ndcg": SCORE,
    "rank:map": SCORE,
    "binary:logistic": PROBABLE,
    "binary:logitraw": BINARY,
    "binary:hinge": BINARY,
    "multi:softmax": BINARY,
    "multi:softprob": PROBABLE,
}
"""The members that an objective can give; all others are NaN."""

Selected = dict[str, Any]


def selected_keys(environment: Mapping[str, str]) -> list[str] | None:
    """The members that answers must have; None where nothing is selected."""
    text = environment.get(VARIABLE)
    return None if text is None else text.replace(" ", "").lower().split(",")


def select(
    predictions: NDArray[Any], keys: Sequence[str], objective: str, classes: int
) -> list[Selected]:
    """The members of each prediction. Raises `InferenceError` for an objective without any."""
    if objective not in MEMBERS:
        raise InferenceError(
            500, f"Objective `{objective}` unsupported for selectable inference predictions."
        )
    valid = MEMBERS[objective]
    return [
        {
            key: _GETTERS[key](value, objective, classes) if key in valid else math.nan
            for key in keys
        }
        for value in predictions
    ]


def _label(value: Any, objective: str, _: int) -> float:
    if objective == "multi:softprob":
        return int(np.argmax(value))
    if objective == "binary:logistic":
        return int(value > 0.5)
    return int(value > 0) if objective == "binary:logitraw" else float(value)


def _labels(_: Any, objective: str, classes: int) -> list[int]:
    return [0, 1] if objective.startswith("binary:") else list(range(classes))


def _score(value: Any, objective: str, _: int) -> float:
    return float(max(value)) if objective == "multi:softprob" else float(value)


def _scores(value: Any, objective: str, _: int) -> list[float]:
    if objective == "multi:softprob":
        return [float(each) for each in value]
    return [1.0 - float(value), float(value)]


_GETTERS: Mapping[str, Callable[[Any, str, int], Any]] = {
    "predicted_label": _label,
    "labels": _labels,
    "probability": _score,
    "probabilities": _scores,
    "raw_score": _score,
    "raw_scores": _scores,
    "predicted_score": _score,
}


def encode(
    selected: Sequence[Selected], keys: Sequence[str], accept: str, *, batch: bool
) -> InferenceResponse:
    """Write the members in a content type."""
    end = "\n" if batch else ""
    if accept == JSON:
        # A transform job gets lines, each of which is a whole answer.
        text = json.dumps({"predictions": list(selected)})
        return InferenceResponse(text.encode(), JSON)
    if accept == JSON_LINES:
        text = "".join(f"{json.dumps(each)}\n" for each in selected)
        return InferenceResponse(text.encode(), JSON_LINES)
    if accept == RECORDIO:
        return InferenceResponse(b"".join(_record(each, keys) for each in selected), RECORDIO)
    rows = (",".join(_cell(each[key]) for key in keys) for each in selected)
    return InferenceResponse(("\n".join(rows) + end).encode(), CSV)


def _cell(value: Any) -> str:
    return f'"{value}"' if isinstance(value, list) else str(value)


def _record(each: Selected, keys: Sequence[str]) -> bytes:
    """A record with a member of its label map for each key."""
    return recordio.encode_labels(
        {key: np.array(each[key], np.float32).reshape(1, -1) for key in keys}
    )
