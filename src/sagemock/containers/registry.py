"""Which container runs behind an image: built-in ones, those of users, and those of plugins.

The registry in an image's name does not matter, as AWS keeps an image in another account for each
region. What matters is the repository, such as `linear-learner`, or a pattern of a user's.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sagemock.containers.container import Container as Container
from sagemock.containers.registrations import registrations

log = logging.getLogger("sagemock")

ENTRY_POINTS = "sagemock.containers"
"""The group of entry points of packages with containers; each is a `Container`, or several."""


_LINEAR_LEARNER = "sagemock.containers.linear_learner"
_KMEANS = "sagemock.containers.kmeans"
_PCA = "sagemock.containers.pca"
_KNN = "sagemock.containers.knn"
_RANDOM_CUT_FOREST = "sagemock.containers.random_cut_forest"
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
        multi_model=False,
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
        multi_model=False,
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
        name="randomcutforest",
        repositories=frozenset({"randomcutforest"}),
        metric_definitions=f"{_RANDOM_CUT_FOREST}.metric_definitions:METRIC_DEFINITIONS",
        training=f"{_RANDOM_CUT_FOREST}.training:RandomCutForestTraining",
        serving=f"{_RANDOM_CUT_FOREST}.serving:RandomCutForestServing",
        image="sagemock.containers.first_party.images:uri",
        example=(("feature_dim", ""), ("num_trees", "100"), ("num_samples_per_tree", "256")),
        hyperparameters=f"{_RANDOM_CUT_FOREST}.hyperparameters:FIELDS",
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
        checkpoints=True,
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
        multi_model=False,
    ),
)
"""The built-in containers. The first one is the default of forms and of ready-made jobs."""


def register(container: Container) -> None:
    """Let a container run behind its images in this process, ahead of all others.

    It does so until `unregister`, whatever mocks come and go. `sagemock.containers.register` is for
    tests, and ends with the mock that is on.
    """
    registrations.add(container, scoped=False)


def unregister(container: Container) -> None:
    """Undo `register`. Raises KeyError if the container is not registered."""
    registrations.remove_container(container)


def registered() -> tuple[Container, ...]:
    """Return what users have registered, the latest first."""
    return registrations.containers


def find(image: str) -> Container | None:
    """The container of an image; None for an unknown image.

    Registered containers come first, then the built-in ones, then entry points. Those that lack a
    module are left out.
    """
    for containers in (registrations.containers, BUILT_IN):
        for container in containers:
            if container.runs(image) and container.is_installed():
                return container
    of_plugins = (plugin for plugin in plugins() if plugin.runs(image))
    return next((plugin for plugin in of_plugins if plugin.is_installed()), None)


def training_containers() -> list[Container]:
    """Return all containers that train, in the order in which they are looked for."""
    known = (*registrations.containers, *BUILT_IN, *plugins())
    return [each for each in known if each.training is not None and each.is_installed()]


def metrics(image: str) -> Sequence[Mapping[str, str]]:
    """The MetricDefinitions that the service adds to the jobs of an image."""
    container = find(image)
    return () if container is None else container.metrics(image)


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
