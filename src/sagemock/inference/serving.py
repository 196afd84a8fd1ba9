"""A loaded model that answers requests as Linear Learner's container does."""

from __future__ import annotations

from sagemock.algorithms.linear_learner.model import LinearModel
from sagemock.formats.model_artifact import (
    ArchiveError,
    ArchiveTooLarge,
    ArtifactError,
    is_member,
    unpack,
    unpack_member,
)
from sagemock.inference import payloads, predictions
from sagemock.inference.errors import UNABLE_TO_EVALUATE, InferenceError

__all__ = [
    "ArchiveError",
    "ArchiveTooLarge",
    "ArtifactError",
    "Predictor",
    "is_member",
    "load",
    "load_member",
]


class Predictor:
    """Predicts from request bodies."""

    def __init__(self, model: LinearModel) -> None:
        self.model = model

    def invoke(
        self, body: bytes, content_type: str | None, accept: str | None
    ) -> tuple[bytes, str]:
        """The answer's body and content type.

        Raises `InferenceError` with the container's status and text.
        """
        render, answered = predictions.renderer(accept)
        try:
            features = payloads.read(body, content_type, len(self.model.weights))
        except payloads.PayloadError as error:
            raise InferenceError(400, UNABLE_TO_EVALUATE) from error
        return render(self.model.predict(features)), answered


def load(artifact: bytes) -> Predictor:
    """The predictor of a `model.tar.gz`. Raises `ArtifactError`."""
    return Predictor(unpack(artifact))


def load_member(member: bytes) -> Predictor:
    """The predictor of the file in a `model.tar.gz`. Raises `ArtifactError`."""
    return Predictor(unpack_member(member))
