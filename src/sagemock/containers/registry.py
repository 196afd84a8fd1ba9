"""Which container runs behind an image: built-in ones, those of users, and those of plugins.

The registry in an image's name does not matter, as AWS keeps an image in another account for each
region. What matters is the repository, such as `linear-learner`, or a pattern of a user's.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from sagemock import forks

if TYPE_CHECKING:
    from sagemock.containers.base import ProcessingContainer, ServingContainer, TrainingContainer
    from sagemock.containers.first_party.hyperparameters import Hyperparameter

log = logging.getLogger("sagemock")

ENTRY_POINTS = "sagemock.containers"
"""The group of entry points of packages with containers; each is a `Container`, or several."""


@dataclass(frozen=True, slots=True)
class Container:
    """What runs behind an image.

    Attributes
    ----------
    repositories
        The names of its images, without registry, tag and digest.
    patterns
        Shell patterns, for repositories or whole images.
    metric_definitions
        The MetricDefinitions that the service adds to its jobs, a function that returns them for
        an image, or `module:name` of either.
    training, serving, processing
        The container, or `module:Class`, which is imported and instantiated at first use; None
        for what the image does not do.
    image
        Returns the URI of AWS's image for repository, partition and region; or
        `module:function`.
    example
        Hyperparameters that a form starts with.
    hyperparameters
        The table by which it reads them, or `module:NAME`; empty if it has none.
    objects
        Returns the S3 URIs of the objects that a training job needs besides its channels, from
        the document of the job; or `module:function`; None for none.
    needs_data
        Whether its training jobs need a channel, without which they do not run where objects
        need not exist.
    calls_aws
        Whether it needs credentials and an endpoint, by which its processes call AWS.
    in_process
        Whether it cannot be pickled, and must run in the process of the mock.
    requires
        Modules that it imports; without one of them its images count as unknown.
    extra
        The extra of sagemock that installs these.
    """

    name: str
    repositories: frozenset[str] = frozenset()
    patterns: tuple[str, ...] = ()
    metric_definitions: (
        str | Sequence[Mapping[str, str]] | Callable[[str], Sequence[Mapping[str, str]]]
    ) = ()
    training: str | TrainingContainer | None = None
    serving: str | ServingContainer | None = None
    processing: str | ProcessingContainer | None = None
    image: str | Callable[[str, str, str], str] | None = None
    example: Sequence[tuple[str, str]] = ()
    hyperparameters: str | Sequence[Hyperparameter] = ()
    objects: str | Callable[[Mapping[str, Any]], Sequence[str]] | None = None
    needs_data: bool = True
    calls_aws: bool = False
    in_process: bool = False
    requires: tuple[str, ...] = ()
    extra: str = ""

    def runs(self, image: str) -> bool:
        """Whether this is the container of an image."""
        name = repository(image)
        return name in self.repositories or any(
            fnmatchcase(text, pattern) for pattern in self.patterns for text in (name, image)
        )

    def training_container(self) -> TrainingContainer | None:
        """The container that trains; None if the image does not train."""
        return _resolved(self.training)  # type: ignore[no-any-return]

    def serving_container(self) -> ServingContainer | None:
        """The container that serves; None if the image does not serve."""
        return _resolved(self.serving)  # type: ignore[no-any-return]

    def processing_container(self) -> ProcessingContainer | None:
        """The container that processes; None if the image does not process."""
        return _resolved(self.processing)  # type: ignore[no-any-return]

    def metrics(self, image: str) -> Sequence[Mapping[str, str]]:
        """The MetricDefinitions that the service adds to a job of an image."""
        definitions = self.metric_definitions
        if isinstance(definitions, str):
            definitions = _imported(definitions)
        return definitions(image) if callable(definitions) else definitions

    def is_installed(self) -> bool:
        """Whether the modules that it requires can be imported; none is imported to see that."""
        return all(map(_exists, self.requires))

    def hyperparameter_table(self) -> Sequence[Hyperparameter]:
        """Return the hyperparameters that the container knows, where it says so."""
        table = self.hyperparameters
        return _imported(table) if isinstance(table, str) else table

    def objects_of(self, document: Mapping[str, Any]) -> Sequence[str]:
        """The S3 URIs of the objects that a training job needs besides its channels."""
        uris = _imported(self.objects) if isinstance(self.objects, str) else self.objects
        return () if uris is None else uris(document)

    def uri(self, partition: str, region: str) -> str:
        """The URI of AWS's image in a region. Raises ValueError for a container without one."""
        make = _imported(self.image) if isinstance(self.image, str) else self.image
        if make is None:
            raise ValueError(f"AWS has no image for {self.name}")
        uri: str = make(min(self.repositories), partition, region)
        return uri


@cache
def _imported(reference: str) -> Any:
    module, _, name = reference.partition(":")
    return getattr(importlib.import_module(module), name)


@cache
def _exists(module: str) -> bool:
    return find_spec(module) is not None


@cache
def _instance(reference: str) -> Any:
    return _imported(reference)()


def _resolved(container: Any) -> Any:
    return _instance(container) if isinstance(container, str) else container


_LINEAR_LEARNER = "sagemock.containers.linear_learner"
_KMEANS = "sagemock.containers.kmeans"
_PCA = "sagemock.containers.pca"
_KNN = "sagemock.containers.knn"
_XGBOOST = "sagemock.containers.xgboost"
_FACTORIZATION_MACHINES = "sagemock.containers.factorization_machines"

BUILT_IN = (
    Container(
        name="linear-learner",
        repositories=frozenset({"linear-learner"}),
        metric_definitions=f"{_LINEAR_LEARNER}.metric_definitions:METRIC_DEFINITIONS",
        training=f"{_LINEAR_LEARNER}.training:LinearLearnerTraining",
        serving=f"{_LINEAR_LEARNER}.serving:LinearLearnerServing",
        image="sagemock.containers.first_party.images:uri",
        example=(
            ("predictor_type", "binary_classifier"),
            ("feature_dim", ""),
            ("mini_batch_size", ""),
            ("epochs", ""),
        ),
        hyperparameters=f"{_LINEAR_LEARNER}.hyperparameters:FIELDS",
    ),
    Container(
        name="kmeans",
        repositories=frozenset({"kmeans"}),
        metric_definitions=f"{_KMEANS}.metric_definitions:METRIC_DEFINITIONS",
        training=f"{_KMEANS}.training:KMeansTraining",
        serving=f"{_KMEANS}.serving:KMeansServing",
        image="sagemock.containers.first_party.images:uri",
        example=(("k", "10"), ("feature_dim", ""), ("mini_batch_size", ""), ("epochs", "")),
        hyperparameters=f"{_KMEANS}.hyperparameters:FIELDS",
    ),
    Container(
        name="pca",
        repositories=frozenset({"pca"}),
        metric_definitions=f"{_PCA}.metric_definitions:METRIC_DEFINITIONS",
        training=f"{_PCA}.training:PCATraining",
        serving=f"{_PCA}.serving:PCAServing",
        image="sagemock.containers.first_party.images:uri",
        example=(("num_components", "2"), ("feature_dim", ""), ("mini_batch_size", "")),
        hyperparameters=f"{_PCA}.hyperparameters:FIELDS",
    ),
    Container(
        name="knn",
        repositories=frozenset({"knn"}),
        metric_definitions=f"{_KNN}.metric_definitions:METRIC_DEFINITIONS",
        training=f"{_KNN}.training:KNNTraining",
        serving=f"{_KNN}.serving:KNNServing",
        image="sagemock.containers.first_party.images:uri",
        example=(
            ("k", "10"),
            ("predictor_type", "classifier"),
            ("sample_size", "200000"),
            ("feature_dim", ""),
        ),
        hyperparameters=f"{_KNN}.hyperparameters:FIELDS",
    ),
    Container(
        name="xgboost",
        repositories=frozenset({"sagemaker-xgboost", "xgboost"}),
        metric_definitions=f"{_XGBOOST}.metric_definitions:of_image",
        training=f"{_XGBOOST}.training:XGBoostTraining",
        serving=f"{_XGBOOST}.serving:XGBoostServing",
        image=f"{_XGBOOST}.images:uri",
        example=(("num_round", "100"), ("objective", ""), ("eval_metric", ""), ("max_depth", "")),
        hyperparameters=f"{_XGBOOST}.hyperparameters:FIELDS",
        requires=("xgboost",),
        extra="xgboost",
    ),
    Container(
        name="factorization-machines",
        repositories=frozenset({"factorization-machines"}),
        metric_definitions=f"{_FACTORIZATION_MACHINES}.metric_definitions:METRIC_DEFINITIONS",
        training=f"{_FACTORIZATION_MACHINES}.training:FactorizationMachinesTraining",
        serving=f"{_FACTORIZATION_MACHINES}.serving:FactorizationMachinesServing",
        image="sagemock.containers.first_party.images:uri",
        example=(
            ("predictor_type", "binary_classifier"),
            ("feature_dim", ""),
            ("num_factors", "10"),
            ("mini_batch_size", ""),
            ("epochs", ""),
        ),
        hyperparameters=f"{_FACTORIZATION_MACHINES}.hyperparameters:FIELDS",
    ),
)
"""The built-in containers. The first one is the default of forms and of ready-made jobs."""


def repository(image: str) -> str:
    """The last part of an image's name, without registry, tag and digest."""
    return image.split("@", 1)[0].rsplit("/", 1)[-1].split(":", 1)[0]


class _Registrations:
    """What users have registered in this process; the latest one comes first."""

    def __init__(self) -> None:
        self._lock = forks.lock()
        # Replaced as a whole, so that readers take no lock.
        self.containers: tuple[Container, ...] = ()

    def add(self, container: Container) -> None:
        with self._lock:
            self.containers = (container, *self.containers)

    def remove(self, container: Container) -> None:
        with self._lock:
            others = [other for other in self.containers if other is not container]
            if len(others) == len(self.containers):
                raise KeyError(container.name)
            self.containers = tuple(others)


_registrations = _Registrations()


def register(container: Container) -> None:
    """Let a container run behind its images in this process, ahead of all others."""
    _registrations.add(container)


def unregister(container: Container) -> None:
    """Undo `register`. Raises KeyError if the container is not registered."""
    _registrations.remove(container)


def registered() -> tuple[Container, ...]:
    """Return what users have registered, the latest first."""
    return _registrations.containers


def find(image: str) -> Container | None:
    """The container of an image; None for an unknown image.

    Registered containers come first, then the built-in ones, then entry points. Those that lack a
    module are left out.
    """
    for containers in (_registrations.containers, BUILT_IN):
        for container in containers:
            if container.runs(image) and container.is_installed():
                return container
    of_plugins = (plugin for plugin in plugins() if plugin.runs(image))
    return next((plugin for plugin in of_plugins if plugin.is_installed()), None)


def training_containers() -> list[Container]:
    """Return all containers that train, in the order in which they are looked for."""
    known = (*_registrations.containers, *BUILT_IN, *plugins())
    return [each for each in known if each.training is not None and each.is_installed()]


def metrics(image: str) -> Sequence[Mapping[str, str]]:
    """The MetricDefinitions that the service adds to the jobs of an image."""
    container = find(image)
    return () if container is None else container.metrics(image)


def training(image: str) -> TrainingContainer | None:
    """The container that trains for an image; None when its jobs are not run here."""
    container = find(image)
    return None if container is None else container.training_container()


def serving(image: str) -> ServingContainer | None:
    """The container that serves for an image; None when its models are not served here."""
    container = find(image)
    return None if container is None else container.serving_container()


def processing(image: str) -> ProcessingContainer | None:
    """The container that processes for an image; None when its jobs are not run here."""
    container = find(image)
    return None if container is None else container.processing_container()


def trains(image: str) -> bool:
    """Whether training jobs of an image are run here, without importing its container."""
    container = find(image)
    return container is not None and container.training is not None


def serves(image: str) -> bool:
    """Whether models of an image are served here, without importing its container."""
    container = find(image)
    return container is not None and container.serving is not None


@cache
def plugins() -> Sequence[Container]:
    """The containers of entry points; those that cannot be loaded are logged and left out."""
    from importlib.metadata import entry_points

    containers: list[Container] = []
    for point in entry_points(group=ENTRY_POINTS):
        try:
            containers += _listed(point.load())
        except Exception as error:
            package = point.dist.name if point.dist is not None else "an unknown package"
            log.error(
                "the container %r of %s is not used: %s (%s: %s)",
                point.name,
                package,
                point.value,
                type(error).__name__,
                error,
            )
    return containers


def _listed(loaded: Any) -> list[Container]:
    listed = [loaded] if isinstance(loaded, Container) else loaded
    if not isinstance(listed, Iterable):
        raise TypeError(f"expected a Container, not {loaded!r}")
    containers = list(listed)
    for container in containers:
        if not isinstance(container, Container):
            raise TypeError(f"expected a Container, not {container!r}")
    return containers
