"""`Container`: what runs behind an image, as a row of the registry."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from sagemock.containers.commands import Command

if TYPE_CHECKING:
    from sagemock.containers.base import ProcessingContainer, ServingContainer, TrainingContainer
    from sagemock.containers.first_party.hyperparameters import Hyperparameter


def repository(image: str) -> str:
    """The last part of an image's name, without registry, tag and digest."""
    return image.split("@", 1)[0].rsplit("/", 1)[-1].split(":", 1)[0]


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
        The container, or `module:Class`, which is imported and instantiated at first use, or a
        command; None for what the image does not do.
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
    python
        The interpreter of its commands, and of the scripts of jobs with its images; None for that
        of the mock.
    checkpoints
        Whether it leaves checkpoints, and goes on from those that it gets.
    multi_model
        Whether its images have the label by which a container may serve many models.
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
    training: str | TrainingContainer | Command | None = None
    serving: str | ServingContainer | Command | None = None
    processing: str | ProcessingContainer | Command | None = None
    image: str | Callable[[str, str, str], str] | None = None
    example: Sequence[tuple[str, str]] = ()
    hyperparameters: str | Sequence[Hyperparameter] = ()
    objects: str | Callable[[Mapping[str, Any]], Sequence[str]] | None = None
    needs_data: bool = True
    calls_aws: bool = False
    in_process: bool = False
    python: str | None = None
    checkpoints: bool = False
    multi_model: bool = True
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
