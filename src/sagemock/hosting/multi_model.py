"""Containers in the mode `MultiModel`: each request names a model, which is loaded when needed.

A model that is loaded stays as it is, whatever becomes of its object in S3, until another one needs
its memory, or at once where the container's `ModelCacheSetting` is `Disabled`.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from sagemock.accounts.services import ObjectNotFound, ObjectStorage
from sagemock.containers.base import (
    ArtifactError,
    InferenceError,
    InferenceRequest,
    InferenceResponse,
    Log,
    ModelData,
    ModelGuide,
    Predictor,
    ServingContainer,
)
from sagemock.errors import NoTargetModel
from sagemock.formats.archive import ArchiveError
from sagemock.formats.content import Workspace, size_of
from sagemock.hosting import instance_log
from sagemock.hosting.model_cache import ModelCache, ModelTooLarge
from sagemock.hosting.model_container import (
    ContainerError,
    ModelContainer,
    ModelFailure,
    answer,
    close_predictor,
    healthy,
)
from sagemock.hosting.model_files import read_objects, unpacked
from sagemock.hosting.targets import TARGET_MODEL, Targets
from sagemock.resources import clock
from sagemock.resources.model import data_location
from sagemock.resources.s3_uri import parse_s3

MODELS = "/models"
"""The path at which a container loads models."""

NO_MEMORY = "There is not enough memory to load the model."

MIN_SIZE = 64 << 20
"""Bytes that a model takes at least: about those of the process that serves it."""

Measure = Callable[[str, float], None]
"""Takes the name of a CloudWatch metric of multi-model endpoints, and a value in its unit."""


def no_measure(_name: str, _value: float) -> None:
    """For callers that keep no metrics."""


class MultiModelContainer:
    """`ModelServer` of one container with the models below a prefix in S3.

    Parameters
    ----------
    container
        The container.
    serving
        What serves its image.
    storage
        Where the models are.
    log
        Takes what it prints.
    environment
        Variables beyond those of its definition, which they override.
    objects
        The S3 URIs of what it reads besides its models; those that are missing are left out.
    startup
        Seconds until the process of a model is healthy; None for the default.
    memory
        Bytes of the instance for models.
    measure
        Takes the metrics of loading.

    Raises
    ------
    ModelFailure
        If its model data is no prefix in S3.
    """

    targets = Targets(models=True)

    def __init__(
        self,
        container: ModelContainer,
        serving: ServingContainer,
        storage: ObjectStorage,
        log: Log,
        environment: Mapping[str, str],
        objects: Sequence[str] = (),
        startup: float | None = None,
        *,
        memory: int,
        measure: Measure = no_measure,
    ) -> None:
        self._container = container
        self._serving = serving
        self._storage = storage
        self._log = log
        self._objects = objects
        self._startup = startup
        own = container.definition.get("Environment", {})
        self._environment = {**own, **environment, "SAGEMAKER_MULTI_MODEL": "true"}
        try:
            self._bucket, prefix = parse_s3(data_location(container.definition) or "")
        except ValueError as error:
            raise ModelFailure("download", container) from error
        self._prefix = prefix if prefix.endswith("/") or not prefix else f"{prefix}/"
        setting = container.definition.get("MultiModelConfig", {}).get("ModelCacheSetting")
        self._cache = ModelCache(memory, keeps=setting != "Disabled", end=self._unload)
        self._measure = measure

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """Let the model answer that the request names.

        Raises
        ------
        ContainerError
            When the model cannot be loaded, or refuses the request; or when a transform job asks,
            which names none.
        NoTargetModel
            When there is no such model.
        """
        target, begun = request.headers.get(TARGET_MODEL), time.perf_counter()
        if target is None:
            raise self._error(InferenceError(400, "The request names no model."), MODELS)
        with self._cache.use(target, partial(self._load, target)) as (predictor, was_there):
            self._measure("ModelCacheHit", float(was_there))
            if not was_there:
                self._measure("ModelLoadingWaitTime", _microseconds_since(begun))
            try:
                return answer(predictor, request)
            except InferenceError as error:
                raise self._error(error, f"{_path(target)}/invoke") from error

    def execution_parameters(self) -> None:
        """Return None: transform jobs name no model."""

    def guide(self) -> ModelGuide:
        """Say nothing, as each model may be another."""
        return ModelGuide()

    def close(self) -> None:
        """End all models."""
        self._cache.close()

    def _load(self, target: str, reserve: Callable[[int], None]) -> Predictor:
        """Download a model and start it. Raises `ContainerError` and `NoTargetModel`."""
        begun = time.perf_counter()
        with Workspace() as workspace:
            data = self._download(target, workspace)
            self._measure("ModelDownloadingTime", _microseconds_since(begun))
            begun = time.perf_counter()
            try:
                reserve(max(MIN_SIZE, sum(map(size_of, data.files.values()))))
                predictor = self._start(target, data)
            except ModelTooLarge as error:
                raise self._error(InferenceError(507, NO_MEMORY), MODELS) from error
            except ArtifactError as error:
                raise self._error(InferenceError(500, str(error)), MODELS) from error
        self._log(instance_log.access(clock.now(), f"POST {MODELS}", 200, 0))
        self._measure("ModelLoadingTime", _microseconds_since(begun))
        self._measure("LoadedModelCount", len(self._cache) + 1)
        return predictor

    def _download(self, target: str, workspace: Workspace) -> ModelData:
        key = self._prefix + target
        source = f"(bucket: {self._bucket}, key: {key})"
        try:
            files = unpacked(self._storage, self._bucket, key, workspace)
            others = read_objects(self._objects, self._storage, workspace)
            return ModelData(files, others, startup=self._startup)
        except ObjectNotFound as error:
            raise NoTargetModel(
                f"Failed to download model data{source}. Please ensure that there is an object "
                "located at the URL and that the role passed to CreateModel has permissions to "
                "download the object."
            ) from error
        except ArchiveError as error:
            raise NoTargetModel(
                f"Failed to extract model data archive{source}. Please ensure that the object "
                "located at the URL is a valid tar.gz archive."
            ) from error

    def _start(self, target: str, data: ModelData) -> Predictor:
        """Let the container load a model. Raises `ArtifactError`."""
        url = f"s3://{self._bucket}/{self._prefix}{target}"
        predictor = self._serving.load(
            data,
            document={**self._container.definition, "ModelDataUrl": url},
            environment=self._environment,
            log=self._log,
        )
        return healthy(predictor)

    def _unload(self, target: str, predictor: Predictor) -> None:
        begun = time.perf_counter()
        close_predictor(predictor)
        self._log(instance_log.access(clock.now(), f"DELETE {_path(target)}", 200, 0))
        self._measure("ModelUnloadingTime", _microseconds_since(begun))
        self._measure("LoadedModelCount", len(self._cache))

    def _error(self, error: InferenceError, path: str) -> ContainerError:
        container = self._container
        return ContainerError(error, container.host, alone=container.alone, path=path)


def _path(target: str) -> str:
    """The path of a model in the container, which knows it by a name that says nothing."""
    return f"{MODELS}/{hashlib.sha256(target.encode()).hexdigest()[:32]}"


def _microseconds_since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1e6
