"""What the answers of K-Means consist of; the tests of all algorithms have the rest."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sagemock.algorithms.kmeans import Assignments, KMeansModel
from sagemock.containers.base import InferenceRequest
from sagemock.containers.kmeans.responses import RENDERERS
from sagemock.containers.kmeans.serving import KMeansPredictor

MODEL = KMeansModel(np.array([[0, 0], [10, 0], [0, 10]], np.float32))


def test_csv() -> None:
    request = InferenceRequest(b"0,0.5\n7,4", "text/csv", "text/csv")
    response = KMeansPredictor(MODEL).invoke(request)
    assert (response.body, response.content_type) == (b"0.0,0.5\n1.0,5.0\n", "text/csv")


def test_distances_have_the_digits_of_a_float32() -> None:
    """As in recorded answers, such as 23.40593910217285."""
    response = KMeansPredictor(MODEL).invoke(InferenceRequest(b"1,1", "text/csv"))
    (prediction,) = json.loads(response.body)["predictions"]
    assert prediction["distance_to_cluster"] == 1.4142135381698608


@given(
    arrays.arrays(np.float32, st.integers(1, 8), elements=st.floats(0, width=32)),
)
def test_every_form_has_the_same_numbers(distances: np.ndarray) -> None:
    clusters = np.arange(len(distances))
    assignments = Assignments(clusters, distances)
    expected = [
        {"closest_cluster": float(cluster), "distance_to_cluster": float(distance)}
        for cluster, distance in zip(clusters, distances, strict=True)
    ]
    written = {name: render(assignments) for name, render in RENDERERS.items()}
    # As Python's own writer has it, byte for byte.
    assert written["application/json"] == json.dumps({"predictions": expected}).encode()
    lines = "".join(json.dumps(each) + "\n" for each in expected)
    assert written["application/jsonlines"] == lines.encode()
    rows = "".join(f"{','.join(json.dumps(n) for n in each.values())}\n" for each in expected)
    assert written["text/csv"] == rows.encode()


def test_the_guide_says_what_the_answers_mean() -> None:
    guide = KMeansPredictor(KMeansModel(np.zeros((3, 5), np.float32))).guide()
    assert guide.columns == 5
    assert guide.members["closest_cluster"] == "The nearest of the 3 centers, counted from 0."
    assert guide.members["distance_to_cluster"].startswith("The Euclidean distance")
