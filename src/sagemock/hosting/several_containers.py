"""Models with several containers: a pipeline, or containers that are invoked by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sagemock.containers.base import (
    InferenceError,
    InferenceRequest,
    InferenceResponse,
    ModelGuide,
)
from sagemock.hosting.model_container import ContainerError
from sagemock.hosting.targets import TARGET_CONTAINER, Targets

if TYPE_CHECKING:
    from sagemock.hosting.model_server import ModelServer


class SerialPipeline:
    """`ModelServer` of containers of which each answers the one before it.

    A container's answer and its content type are the next one's request. What the client accepts
    goes to the last one alone: the others answer in their default type, for which the images with
    a serving toolkit read `SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT`.

    Parameters
    ----------
    containers
        The containers, in order.
    """

    def __init__(self, containers: Sequence[ModelServer]) -> None:
        self._containers = containers
        self.targets = Targets(models=any(each.targets.models for each in containers))

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """Let the containers answer one after the other. Raises `ContainerError`."""
        accept = request.accept
        for container in self._containers[:-1]:
            answer = container.invoke(replace(request, accept=None))
            request = replace(request, body=answer.body, content_type=answer.content_type)
        return self._containers[-1].invoke(replace(request, accept=accept))

    def execution_parameters(self) -> Mapping[str, Any] | None:
        """Return those of the first container, which gets what a transform job sends."""
        return self._containers[0].execution_parameters()

    def guide(self) -> ModelGuide:
        """Say what the first container reads, and what the last one's predictions mean."""
        asked = self._containers[0].guide()
        return replace(
            self._containers[-1].guide(), columns=asked.columns, content_types=asked.content_types
        )

    def close(self) -> None:
        """End all containers."""
        for container in self._containers:
            container.close()


class DirectContainers:
    """`ModelServer` of containers that each answer the requests with their host name.

    Parameters
    ----------
    hosts
        The host name of each container.
    containers
        The containers, in the same order.
    """

    def __init__(self, hosts: Sequence[str], containers: Sequence[ModelServer]) -> None:
        self._containers = containers
        self._by_host = dict(zip(hosts, containers, strict=True))
        self._first = hosts[0]
        self.targets = Targets(hosts=tuple(hosts))

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """Let the container answer that the request names.

        Raises
        ------
        ContainerError
            When the container refuses the request, or a transform job asks, which names none.
        """
        host = request.headers.get(TARGET_CONTAINER)
        if host is None:
            error = InferenceError(400, "The request names no container.")
            raise ContainerError(error, self._first, alone=False)
        return self._by_host[host].invoke(request)

    def execution_parameters(self) -> None:
        """Return None: transform jobs name no container."""

    def guide(self) -> ModelGuide:
        """Say nothing, as each container has a model of its own."""
        return ModelGuide()

    def close(self) -> None:
        """End all containers."""
        for container in self._containers:
            container.close()
