"""Responses in the content type that a request accepts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from sagemock.containers.base import InferenceError
from sagemock.containers.first_party.payloads import UNABLE_TO_EVALUATE
from sagemock.formats.media_type import accepted

if TYPE_CHECKING:
    from numpy.typing import NDArray

ANYTHING = frozenset({"", "*/*", "application/*"})

Predictions = TypeVar("Predictions")


def renderer(
    accept: str | None, renderers: Mapping[str, Callable[[Predictions], bytes]]
) -> tuple[Callable[[Predictions], bytes], str]:
    """The renderer, and the content type of the response, for an Accept header.

    Parameters
    ----------
    renderers
        By content type; the first one is for requests that accept anything.

    Raises
    ------
    InferenceError
        For a type that the container does not write.
    """
    for name in accepted(accept or ""):
        content_type = next(iter(renderers)) if name in ANYTHING else name
        if content_type in renderers:
            return renderers[content_type], content_type
    raise InferenceError(406, f"Accept type {accept} is not supported")


def check_finite(numbers: NDArray[Any]) -> None:
    """Raise `InferenceError` for a prediction beyond float32, which JSON cannot represent.

    The message is that of a request with such a number.
    """
    import numpy as np

    if not np.isfinite(numbers).all():
        raise InferenceError(400, UNABLE_TO_EVALUATE)
