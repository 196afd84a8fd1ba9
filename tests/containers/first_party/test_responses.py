"""Which content type an answer gets."""

from __future__ import annotations

import pytest

from sagemock.containers.base import InferenceError
from sagemock.containers.first_party.responses import renderer

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
