"""Serves models as the container of XGBoost does."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sagemock import forks
from sagemock.containers.base import (
    InferenceError,
    InferenceRequest,
    InferenceResponse,
    Log,
    ModelData,
    ModelGuide,
    Predictor,
)
from sagemock.containers.xgboost import artifact, data, payloads, responses, selection
from sagemock.containers.xgboost.artifact import LoadedModel
from sagemock.containers.xgboost.payloads import Payload
from sagemock.containers.xgboost.releases import Release, of_image
from sagemock.containers.xgboost.threads import one_thread_in_children
from sagemock.formats.media_type import CSV, RECORDIO

CONTENT_TYPES = (CSV, "text/libsvm", RECORDIO)
"""Those of requests. Other names of these are accepted as well."""

ENSEMBLE = "SAGEMAKER_INFERENCE_ENSEMBLE"
BATCH = "SAGEMAKER_BATCH"
"""The environment variable by which the container knows that a transform job asks."""

VOTED = ("binary:hinge", "multi:softmax")
"""Objectives whose predictions are classes, of which several models elect one."""


class XGBoostPredictor(Predictor):
    """Predicts with one model, or with several of which the answers are averaged or elected."""

    def __init__(
        self, models: Sequence[LoadedModel], release: Release, environment: Mapping[str, str]
    ) -> None:
        self.models = models
        self.release = release
        self.environment = environment
        self._lock = forks.lock()
        config = json.loads(models[0].booster.save_config())["learner"]
        self.objective: str = config["objective"]["name"]
        self.classes = int(config["learner_model_param"].get("num_class", 0))

    def guide(self) -> ModelGuide:
        """Say how many columns a row has, and what a score means."""
        meaning = (
            "The probability of each class."
            if self.objective == "multi:softprob"
            else f"The prediction for the objective {self.objective}."
        )
        columns = self.models[0].booster.num_features()
        return ModelGuide(columns, {"score": meaning}, CONTENT_TYPES)

    def execution_parameters(self) -> Mapping[str, Any]:
        """As many requests at once as there are processors, with many rows each."""
        return {
            "MaxConcurrentTransforms": os.cpu_count() or 1,
            "BatchStrategy": "MULTI_RECORD",
            "MaxPayloadInMB": 6,
        }

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """Predict the rows of the body; an empty body has an empty answer, with status 204."""
        if not request.body:
            return InferenceResponse(b"")
        payload = payloads.read(request.body, request.content_type)
        predictions = self._predict(payload)
        batch = BATCH in self.environment
        keys = selection.selected_keys(self.environment)
        if keys is not None and self.release >= Release.V1_0_1:
            accept = responses.accepted(request.accept, self.environment)
            chosen = selection.select(predictions, keys, self.objective, self.classes)
            return selection.encode(chosen, keys, accept, batch=batch)
        accept = (
            CSV
            if self.release < Release.V1_2_2
            else responses.accepted(request.accept, self.environment)
        )
        return responses.plain(predictions, accept, self.release, batch=batch)

    def _predict(self, payload: Payload) -> NDArray[Any]:
        """(rows,) or (rows, classes). Raises `InferenceError`."""
        try:
            with self._lock, one_thread_in_children():
                answers = [self._predicted(model, payload) for model in self.models]
        except Exception as error:
            # The library refuses rows in many ways; the container passes its text on.
            raise InferenceError(400, f"Unable to evaluate payload provided: {error}") from error
        ensemble = self.environment.get(ENSEMBLE, "true").lower() != "false"
        if len(answers) == 1 or not ensemble:
            return answers[0]
        return _elected(answers) if self.objective in VOTED else np.mean(answers, axis=0)

    def _predicted(self, model: LoadedModel, payload: Payload) -> NDArray[Any]:
        if model.pickled:
            self._check_columns(model.booster.num_features(), payload)
        best = model.booster.attr("best_iteration")
        predicted: NDArray[Any] = model.booster.predict(
            payload.matrix,
            iteration_range=(0, 0 if best is None else int(best) + 1),
            validate_features=False,
        )
        return predicted

    def _check_columns(self, trained: int, payload: Payload) -> None:
        """Raise ValueError for rows that do not fit a model from a pickle."""
        columns = payload.matrix.num_col()
        if payload.kind == data.LIBSVM:
            if columns > trained + 1:
                raise ValueError(
                    f"Feature size of libsvm inference data {columns} is larger than feature size "
                    f"of trained model {trained}."
                )
        elif columns not in (trained, trained - 1):
            # The first release ends without a full stop, as recorded.
            end = "" if self.release <= Release.V0_90_2 else "."
            raise ValueError(
                f"Feature size of {payload.kind} inference data {columns} is not consistent with "
                f"feature size of trained model {trained}{end}"
            )


def _elected(answers: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """The class that most models predict for each row, of equally many the lowest."""
    from scipy import stats

    return np.asarray(stats.mode(answers, axis=0, keepdims=False).mode)


class XGBoostServing:
    """Serves the models of XGBoost jobs."""

    def load(
        self,
        model: ModelData,
        *,
        document: Mapping[str, Any],
        environment: Mapping[str, str],
        log: Log,
    ) -> XGBoostPredictor:
        """Load the models of the artifact. Raises `ArtifactError`."""
        models = artifact.load_all(model)
        for name in model.files:
            log(f"Loading the model from /opt/ml/model/{name}")
        return XGBoostPredictor(models, of_image(document.get("Image", "")), environment)
