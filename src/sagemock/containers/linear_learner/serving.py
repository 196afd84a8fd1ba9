"""A loaded model that answers requests as Linear Learner's container does."""

from __future__ import annotations

from sagemock.algorithms.linear_learner.model import LinearModel
from sagemock.containers.base import InferenceError
from sagemock.containers.first_party import payloads
from sagemock.containers.first_party.payloads import UNABLE_TO_EVALUATE
from sagemock.containers.linear_learner import responses
from sagemock.containers.linear_learner.artifact import is_member, unpack, unpack_member

__all__ = ["Predictor", "is_member", "load", "load_member"]


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
        render, answered = responses.renderer(accept)
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
