"""What serves a model: its containers, started and healthy, whoever sends them requests.

Endpoints keep one for each variant, transform jobs one for each job. Both begin with `serve`, and
say in their own words why it cannot be: `ModelFailure` has what they need for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol

from sagemock.accounts.services import JobAccess, ObjectStorage
from sagemock.config import Config
from sagemock.containers import selection
from sagemock.containers.base import (
    InferenceRequest,
    InferenceResponse,
    ModelGuide,
    Stop,
    never,
)
from sagemock.containers.registry import BUILT_IN
from sagemock.containers.selection import ContainerSelection
from sagemock.hosting.instance_memory import DEFAULT_MEMORY
from sagemock.hosting.model_access import ContainerWithAccess
from sagemock.hosting.model_container import PRIMARY as PRIMARY
from sagemock.hosting.model_container import ContainerError as ContainerError
from sagemock.hosting.model_container import ModelContainer, start
from sagemock.hosting.model_container import ModelFailure as ModelFailure
from sagemock.hosting.model_files import file_names
from sagemock.hosting.multi_model import Measure, MultiModelContainer, no_measure
from sagemock.hosting.several_containers import DirectContainers, SerialPipeline
from sagemock.hosting.targets import Targets
from sagemock.resources.model import ModelDefinition, is_multi_model

ContainerPrint = Callable[[str, str], None]
"""Takes the host name of a container, and a line that it prints."""


class ModelServer(Protocol):
    """The running containers of a model. Thread-safe."""

    @property
    def targets(self) -> Targets:
        """What requests have to name, in the headers of `hosting.targets`."""
        ...

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """Answer a request to `/invocations`. Raises `ContainerError`."""
        ...

    def execution_parameters(self) -> Mapping[str, Any] | None:
        """The response of `/execution-parameters` to transform jobs; None without that path."""
        ...

    def guide(self) -> ModelGuide:
        """What people need to know about the model."""
        ...

    def close(self) -> None:
        """End the containers, which get no further requests. Raises nothing."""
        ...


def serve(
    model: ModelDefinition,
    storage: ObjectStorage,
    log: ContainerPrint,
    config: Config,
    environment: Mapping[str, str] | None = None,
    *,
    access: JobAccess | None = None,
    startup: float | None = None,
    memory: int = DEFAULT_MEMORY,
    measure: Measure = no_measure,
    stop: Stop = never,
) -> ModelServer | None:
    """Start the containers of a model, with its data from S3.

    Parameters
    ----------
    model
        The containers.
    storage
        Where the model data is.
    log
        Takes what the containers print, until they are closed.
    config
        The options of the mock, which say what may run.
    environment
        Variables that each container gets beyond those of its definition, which they override.
    access
        Gives processes credentials of the model's role; None for none.
    startup
        Seconds until a process is healthy; None for the default.
    memory
        Bytes of the instance for the models of a multi-model container.
    measure
        Takes the CloudWatch metrics of multi-model containers.
    stop
        Whether nobody waits for the containers any more.

    Returns
    -------
    What answers for the model; None if one of its containers has an image that nothing here runs.

    Raises
    ------
    ModelFailure
        If a container cannot serve.
    """
    servers: list[ModelServer] = []
    try:
        for container in _containers(model):
            selected = _choice(container, storage, config).container
            serving = None if selected is None else selected.serving_container()
            if selected is None or serving is None:
                continue
            if access is not None and selected.calls_aws:
                serving = ContainerWithAccess(serving, access, model.role, stop)
            # The others must be able to start, even if the model as a whole does not run here.
            arguments = (
                container,
                serving,
                storage,
                partial(log, container.host),
                environment or {},
                selected.objects_of(container.definition),
                startup,
            )
            servers.append(
                MultiModelContainer(*arguments, memory=memory, measure=measure)
                if is_multi_model(container.definition)
                else start(*arguments)
            )
    except BaseException:
        _close_all(servers)
        raise
    if not servers or len(servers) < len(model.containers):
        _close_all(servers)
        return None
    if model.mode == "Direct":
        return DirectContainers(model.hosts, servers)
    return SerialPipeline(servers) if len(servers) > 1 else servers[0]


def loads_at_once(model: ModelDefinition, config: Config) -> bool:
    """Whether the containers of a model start within milliseconds: none runs code of users."""
    choices = [selection.serving(each, config) for each in model.containers]
    return all(
        # A script in the model data is not known yet.
        config.containers != "local" if each.container is None else each.container in BUILT_IN
        for each in choices
    )


def unserved(
    model: ModelDefinition, storage: ObjectStorage, config: Config
) -> Iterator[tuple[ModelContainer, str]]:
    """Yield the containers of a model that nothing here runs, each with the reason."""
    for container in _containers(model):
        choice = _choice(container, storage, config)
        if choice.container is None:
            yield container, choice.reason


def _choice(
    container: ModelContainer, storage: ObjectStorage, config: Config
) -> ContainerSelection:
    """What serves a container, which may depend on a script in its model data."""
    definition = container.definition
    choice = selection.serving(definition, config)
    if choice.container is None and not choice.is_forbidden and not is_multi_model(definition):
        return selection.serving(definition, config, file_names(definition, storage))
    return choice


def _containers(model: ModelDefinition) -> list[ModelContainer]:
    alone = len(model.containers) == 1
    named = zip(model.hosts, model.containers, strict=True)
    return [
        ModelContainer(definition, host, number, alone)
        for number, (host, definition) in enumerate(named, 1)
    ]


def _close_all(servers: Iterable[ModelServer]) -> None:
    for server in servers:
        server.close()
