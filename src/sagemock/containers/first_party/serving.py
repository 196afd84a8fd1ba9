"""Serving as the containers of Amazon's own algorithms do it: a prediction for each row."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from typing import Any, Generic, TypeVar

from sagemock.algorithms.base import Features
from sagemock.containers.base import (
    InferenceRequest,
    InferenceResponse,
    Log,
    ModelData,
    ModelGuide,
    Predictor,
)
from sagemock.containers.first_party import payloads, responses
from sagemock.containers.first_party.responses import Predictions, Renderers
from sagemock.formats.media_type import media_type


class FirstPartyPredictor(Predictor, Generic[Predictions]):
    """Predicts the rows of requests; a subclass has a model, and says what its predictions are.

    Parameters
    ----------
    columns
        The number of features in a row.

    Attributes
    ----------
    renderers
        What writes predictions.
    content_types
        Those of the requests that the model reads; empty for all that can be read.
    """

    renderers: Renderers[Predictions]
    content_types: Collection[str] = ()

    def __init__(self, columns: int) -> None:
        self._columns = columns

    @abstractmethod
    def predict(self, features: Features) -> Predictions:
        """Predict rows, (rows, columns). Raises `InferenceError`."""

    @abstractmethod
    def meanings(self) -> Mapping[str, str]:
        """What each member of a prediction means, by its name, as a sentence."""

    def renderer(self, accept: str | None) -> tuple[Callable[[Predictions], bytes], str]:
        """What writes the response, and its content type, for an Accept header."""
        return responses.renderer(accept, self.renderers)

    def guide(self) -> ModelGuide:
        """Say how many columns a row has, and what a prediction means."""
        return ModelGuide(self._columns, self.meanings(), self.content_types)

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """Predict the rows of the body, in a content type that the client accepts."""
        render, content_type = self.renderer(request.accept)
        predictions = self.predict(self._features(request))
        return InferenceResponse(render(predictions), content_type)

    def _features(self, request: InferenceRequest) -> Features:
        name = media_type(request.content_type or "")
        if self.content_types and name not in self.content_types:
            raise responses.unable_to_evaluate()
        try:
            return payloads.read(request.body, request.content_type, self._columns)
        except payloads.PayloadError as error:
            raise responses.unable_to_evaluate() from error


Loaded = TypeVar("Loaded", bound=Predictor, covariant=True)


class FirstPartyServing(ABC, Generic[Loaded]):
    """Serves the models of one of Amazon's own algorithms; a subclass reads an artifact."""

    @abstractmethod
    def predictor(self, model: ModelData) -> Loaded:
        """Return the predictor of an artifact, which is all that it needs."""

    def load(
        self,
        model: ModelData,
        *,
        document: Mapping[str, Any],  # noqa: ARG002 - the model data is all that it needs
        environment: Mapping[str, str],  # noqa: ARG002
        log: Log,  # noqa: ARG002 - hosting logs health checks and rejected requests
    ) -> Loaded:
        """Load the model of the artifact. Raises `ArtifactError`."""
        return self.predictor(model)
