"""Which content type an answer gets."""

from __future__ import annotations

import numpy as np
import pytest

from sagemock.containers.base import InferenceError
from sagemock.containers.first_party.responses import (
    check_finite,
    number_texts,
    renderer,
    row_renderers,
)
from sagemock.formats.recordio import encode_labels

RENDERERS = {"application/json": str.encode, "text/csv": str.upper}


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/csv", "text/csv"),
        ("TEXT/CSV; header=absent", "text/csv"),
        ("image/png, text/csv", "text/csv"),
        ("text/csv;q=0.5, application/json", "application/json"),
    ],
)
def test_the_best_type_that_the_container_has(accept: str | None, expected: str) -> None:
    assert renderer(accept, RENDERERS) == (RENDERERS[expected], expected)


def test_a_type_that_it_lacks() -> None:
    with pytest.raises(InferenceError) as caught:
        renderer("image/png", RENDERERS)
    assert (caught.value.status, caught.value.body) == (
        406,
        "Accept type image/png is not supported",
    )


def test_each_row_in_the_types_that_all_algorithms_write() -> None:
    numbers = np.float32([[1], [2]])
    renderers = row_renderers(
        lambda column: (f'{{"n": {number:g}}}' for number in column[:, 0]),
        lambda column: {"n": column},
        "numbers",
    )
    assert {name: render(numbers) for name, render in renderers.items()} == {
        "application/json": b'{"numbers": [{"n": 1}, {"n": 2}]}',
        "application/jsonlines": b'{"n": 1}\n{"n": 2}\n',
        "application/x-recordio-protobuf": encode_labels({"n": numbers}),
    }


def test_a_number_has_all_its_digits() -> None:
    assert number_texts(np.float32([0.5, 0.1])) == ["0.5", "0.10000000149011612"]


def test_a_prediction_that_json_cannot_represent() -> None:
    check_finite(np.float32([1]))
    with pytest.raises(InferenceError, match="400: unable to evaluate payload provided"):
        check_finite(np.float32([1, np.inf]))
