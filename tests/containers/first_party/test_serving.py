"""The way from a request to its response, with a model that is made for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from sagemock.algorithms.base import Features
from sagemock.containers.base import InferenceError, InferenceRequest, ModelData, ModelGuide
from sagemock.containers.first_party.serving import FirstPartyPredictor, FirstPartyServing


class Doubler(FirstPartyPredictor[np.ndarray]):
    renderers = {"application/json": np.ndarray.tobytes}

    def predict(self, features: Features) -> np.ndarray:
        return 2 * np.asarray(features)

    def meanings(self) -> Mapping[str, str]:
        return {"double": "Twice the row."}


class JsonDoubler(Doubler):
    content_types = frozenset({"application/json"})


class DoublerServing(FirstPartyServing[Doubler]):
    def predictor(self, model: ModelData) -> Doubler:
        return Doubler(columns=int(model.read("columns")))


def refused(predictor: Doubler, *request: Any) -> InferenceError:
    with pytest.raises(InferenceError) as caught:
        predictor.invoke(InferenceRequest(*request))
    return caught.value


def test_from_an_artifact_to_a_response() -> None:
    model = ModelData({"columns": b"2"})
    predictor = DoublerServing().load(model, document={}, environment={}, log=lambda _: None)
    response = predictor.invoke(InferenceRequest(b"1,2\n3,4", "text/csv"))
    assert np.frombuffer(response.body, np.float32).tolist() == [2, 4, 6, 8]
    assert response.content_type == "application/json"


def test_the_guide() -> None:
    assert Doubler(columns=2).guide() == ModelGuide(2, {"double": "Twice the row."})
    assert JsonDoubler(columns=2).guide().content_types == {"application/json"}


@pytest.mark.parametrize(
    ("body", "content_type"), [(b"1,2,3", "text/csv"), (b"x", "application/json"), (b"", None)]
)
def test_rows_that_cannot_be_read(body: bytes, content_type: str | None) -> None:
    error = refused(Doubler(columns=2), body, content_type)
    assert (error.status, error.body) == (400, "unable to evaluate payload provided")


def test_a_content_type_that_the_algorithm_does_not_read() -> None:
    error = refused(JsonDoubler(columns=2), b"1,2", "text/csv")
    assert (error.status, error.body) == (400, "unable to evaluate payload provided")
    body = b'{"instances": [{"features": [1, 2]}]}'
    JsonDoubler(columns=2).invoke(InferenceRequest(body, "application/json; charset=utf-8"))


def test_the_type_of_the_response_is_checked_first() -> None:
    error = refused(JsonDoubler(columns=2), b"1,2", "text/csv", "image/png")
    assert (error.status, error.body) == (406, "Accept type image/png is not supported")
