"""Answers, byte for byte."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagemock.algorithms.linear_learner.model import LinearModel, Predictions
from sagemock.containers.base import InferenceError, InferenceRequest
from sagemock.containers.linear_learner.responses import RENDERERS
from sagemock.containers.linear_learner.serving import LinearPredictor
from sagemock.formats import recordio


def invoke(
    predictor: Any, body: bytes, content_type: str | None, accept: str | None
) -> tuple[bytes, str | None]:
    response = predictor.invoke(InferenceRequest(body, content_type, accept))
    return response.body, response.content_type


def answer(predictor: Any, body: str, accept: str | None = None) -> bytes:
    content: bytes = invoke(predictor, body.encode(), "text/csv", accept)[0]
    return content


def test_the_recorded_answer_has_48_bytes() -> None:
    render = RENDERERS["application/json"]
    score = np.array([[28.711286544799805]], np.float32)
    body = render(Predictions(score, None))
    assert body == b'{"predictions": [{"score": 28.711286544799805}]}'
    assert len(body) == 48


def test_the_recorded_answer_of_a_binary_classifier() -> None:
    render = RENDERERS["application/json"]
    scores = np.array([[0.9899773597717285], [0.25]], np.float32)
    body = render(Predictions(scores, np.array([1, 0])))
    assert body == (
        b'{"predictions": [{"score": 0.9899773597717285, "predicted_label": 1}, '
        b'{"score": 0.25, "predicted_label": 0}]}'
    )


def test_a_multiclass_classifier_answers_with_a_list(multiclass: Any) -> None:
    render = RENDERERS["application/json"]
    scores = np.array([[0.125, 0.25, 0.5, 0.125], [1, 0, 0, 0]], np.float32)
    assert render(Predictions(scores, np.array([2, 0]))) == (
        b'{"predictions": [{"score": [0.125, 0.25, 0.5, 0.125], "predicted_label": 2}, '
        b'{"score": [1.0, 0.0, 0.0, 0.0], "predicted_label": 0}]}'
    )
    (entry,) = json.loads(answer(multiclass, "3,1"))["predictions"]
    exponentials = np.exp([3, 1, 0])
    np.testing.assert_allclose(entry["score"], exponentials / exponentials.sum(), rtol=1e-6)
    assert entry["predicted_label"] == 0


def test_lines_are_one_object_each(binary: Any) -> None:
    assert answer(binary, "1,1\n1,1\n", "application/jsonlines") == (
        b'{"score": 0.5, "predicted_label": 1}\n{"score": 0.5, "predicted_label": 1}\n'
    )


def test_records_hold_scores_and_labels_as_floats(multiclass: Any, regressor: Any) -> None:
    accept = "application/x-recordio-protobuf"
    body, content_type = invoke(multiclass, b"0,0\n", "text/csv", accept)
    assert content_type == accept
    third = np.array([1 / 3] * 3, np.float32)
    assert body == recordio.encode_labels(
        {"score": third.reshape(1, 3), "predicted_label": np.zeros((1, 1), np.float32)}
    )
    assert answer(regressor, "1,2", accept) == recordio.encode_labels(
        {"score": np.array([[12.5]], np.float32)}
    )


@given(
    st.lists(st.lists(st.floats(width=32), min_size=2, max_size=2), min_size=1, max_size=5),
    st.booleans(),
    st.booleans(),
)
def test_the_json_is_pythons_own(rows: list[list[float]], several: bool, labelled: bool) -> None:
    scores = np.array(rows, np.float32)[:, : 2 if several else 1]
    labels = np.arange(len(rows)) if labelled else None
    entries: list[dict[str, Any]] = []
    for index, row in enumerate(scores.astype(float).tolist()):
        entries.append({"score": row if several else row[0]})
        if labelled:
            entries[-1]["predicted_label"] = index
    predictions = Predictions(scores, labels)
    assert (
        RENDERERS["application/json"](predictions) == json.dumps({"predictions": entries}).encode()
    )
    by_line = RENDERERS["application/jsonlines"](predictions)
    assert by_line == "".join(json.dumps(entry) + "\n" for entry in entries).encode()


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("Application/JSON; verbose=true", "application/json"),
        ("application/jsonlines", "application/jsonlines"),
        ("text/csv, application/jsonlines", "application/jsonlines"),
        ("application/jsonlines;q=0.2, application/json;q=0.9", "application/json"),
        ("application/json;q=x, application/jsonlines", "application/json"),
        ("text/html, */*;q=0.1", "application/json"),
        ("application/x-recordio-protobuf", "application/x-recordio-protobuf"),
    ],
)
def test_the_best_type_that_is_accepted(binary: Any, accept: str, content_type: str) -> None:
    assert invoke(binary, b"1,2", "text/csv", accept)[1] == content_type


@pytest.mark.parametrize("accept", ["text/csv", "image/png", "application/json;q=0", ","])
def test_other_types_are_not_written(binary: Any, accept: str) -> None:
    if accept == ",":
        assert invoke(binary, b"1,2", "text/csv", accept)[1] == "application/json"
        return
    with pytest.raises(InferenceError) as caught:
        invoke(binary, b"1,2", "text/csv", accept)
    assert (caught.value.status, caught.value.body) == (
        406,
        f"Accept type {accept} is not supported",
    )


def test_many_rows_are_answered_in_their_order(binary: Any) -> None:
    rows = 100_000
    body = "".join(f"{row},{row + row % 2 * 2 - 1}\n" for row in range(rows))
    lines = answer(binary, body, "application/jsonlines").splitlines()
    assert len(lines) == rows
    assert [b'"predicted_label": 1' in line for line in lines] == [True, False] * (rows // 2)


@pytest.mark.parametrize(
    ("predictor_type", "loss", "score", "label"),
    [
        (
            "binary_classifier",
            "logistic",
            "The probability of class 1, from 0 to 1.",
            "1 if the score is at least this model's threshold of 0.25, else 0.",
        ),
        (
            "binary_classifier",
            "hinge_loss",
            "The higher, the more the row is like class 1 (the loss is hinge_loss).",
            "1 if the score is at least this model's threshold of 0.25, else 0.",
        ),
        (
            "multiclass_classifier",
            "softmax_loss",
            "The probability of each class, class 0 first.",
            "The class with the highest score.",
        ),
        ("regressor", "squared_loss", "The predicted value, in the unit of the labels.", None),
    ],
)
def test_the_guide_says_what_the_answers_mean(
    predictor_type: str, loss: str, score: str, label: str | None
) -> None:
    weights, bias = np.zeros((7, 1), np.float32), np.zeros(1, np.float32)
    guide = LinearPredictor(LinearModel(predictor_type, loss, weights, bias, 0.25, {})).guide()
    assert guide.columns == 7
    assert guide.members["score"] == score
    assert guide.members.get("predicted_label") == label
