"""What runs for a job, and why: its container by what is registered, by the job and by its image.

In this order: what is registered for the image, the latest first; the job's ContainerEntrypoint;
its script (`sagemaker_program`, `sagemaker_submit_directory`), or that of a model; the built-in
container of the image; what AWS's frameworks do in their images; nothing. Faults on demand and
`training="off"` come before all of it, and are not looked at here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from sagemock.config import Config
from sagemock.containers import frameworks, registry
from sagemock.containers.commands import Command
from sagemock.containers.container import Container
from sagemock.resources.training_job import image as training_image

Work = Literal["training", "processing", "serving"]
"""What a container is to do, by the field of `Container` that says how."""

SCRIPT = ("sagemaker_program", "sagemaker_submit_directory")
"""The hyperparameters that name the script of a training job."""

SWITCH = 'the option containers="local" (pytest: sagemock_containers, servers: --containers)'
"""How users allow that scripts and commands run on their machine."""

NO_COMMAND = "the job names no script or command"

_BUILT_IN = Config()

LOCAL_PROCESS = "sagemock.containers.local_process"


@dataclass(frozen=True, slots=True)
class ContainerSelection:
    """What runs for a job.

    Attributes
    ----------
    container
        None if nothing runs, and the job completes without.
    reason
        Why this one, or why none, as the end of a sentence about the image.
    is_forbidden
        Whether code of users would run if they had allowed that.
    """

    container: Container | None
    reason: str
    is_forbidden: bool = False


def training(document: Mapping[str, Any], config: Config) -> ContainerSelection:
    """What trains for a training job, by its document or request."""
    algorithm = document.get("AlgorithmSpecification", {})
    hyperparameters = document.get("HyperParameters", {})
    return _selected(
        "training",
        training_image(document),  # type: ignore[arg-type] # a request has what it reads
        config,
        entrypoint=algorithm.get("ContainerEntrypoint", ()),
        script=next((hyperparameters[name] for name in SCRIPT if name in hyperparameters), None),
    )


def processing(document: Mapping[str, Any], config: Config) -> ContainerSelection:
    """What runs for a processing job, by its document or request."""
    specification = document.get("AppSpecification", {})
    return _selected(
        "processing",
        specification.get("ImageUri", ""),
        config,
        entrypoint=specification.get("ContainerEntrypoint", ()),
    )


def serving(
    definition: Mapping[str, Any], config: Config, files: Iterable[str] = ()
) -> ContainerSelection:
    """What serves a model, by the definition of its container in CreateModel.

    Parameters
    ----------
    files
        The names of the files of its model data, where they are known: a script may be among them.
    """
    image = definition.get("Image", "")
    script = frameworks.script(definition, files)
    selected = _selected("serving", image, config, script=script)
    by_script = frameworks.is_known(image) and not frameworks.brings_algorithm(image)
    if selected.container is None and not selected.is_forbidden and by_script:
        return _local("serving", image, config, "the container of its framework")
    return selected


def _selected(
    work: Work, image: str, config: Config, *, entrypoint: Any = (), script: str | None = None
) -> ContainerSelection:
    for container in registry.registered():
        part = getattr(container, work)
        if part is not None and container.runs(image):
            if isinstance(part, Command):
                command = f"the registered command, {' '.join(part.arguments)}"
                return _local(work, image, config, command, part)
            return ContainerSelection(container, f"{container.name} is registered for it")
    if entrypoint:
        what = f"the job's ContainerEntrypoint, {' '.join(entrypoint)}"
        return _local(work, image, config, what)
    if script is not None:
        whose = "model" if work == "serving" else "job"
        return _local(work, image, config, f"the {whose}'s script, {script.strip(chr(34))}")
    for container in (*registry.BUILT_IN, *frameworks.CONTAINERS, *registry.plugins()):
        if getattr(container, work) is not None and container.runs(image):
            if not container.is_installed():
                return ContainerSelection(None, _not_installed(container))
            if isinstance(part := getattr(container, work), Command):
                command = f"its command, {' '.join(part.arguments)}"
                return _local(work, image, config, command, part)
            return ContainerSelection(container, f"{container.name} is its container")
    named = "the model brings no script" if work == "serving" else NO_COMMAND
    return ContainerSelection(None, f"nothing is registered for it, and {named}")


def _not_installed(container: Container) -> str:
    extra = f": pip install 'sagemock[{container.extra}]'" if container.extra else ""
    return f"{container.name} is its container, and needs {', '.join(container.requires)}{extra}"


def _local(
    work: Work, image: str, config: Config, what: str, command: Command | None = None
) -> ContainerSelection:
    """A process of this machine, where users have allowed that."""
    if config.containers != "local":
        return ContainerSelection(None, f"{what}, runs only with {SWITCH}", is_forbidden=True)
    from sagemock.containers.local_process.settings import ProcessSettings

    settings = ProcessSettings(
        interpreter=_python(image) or sys.executable,
        requirements=config.requirements,
        stop_grace=config.stop_grace,
        isolation=config.isolation,
    )
    part = getattr(import_module(f"{LOCAL_PROCESS}.{work}"), f"Local{work.title()}")(
        settings, None if command is None else command.arguments
    )
    return ContainerSelection(
        Container(
            name="local-process",
            training=part if work == "training" else None,
            processing=part if work == "processing" else None,
            serving=part if work == "serving" else None,
            objects=None if work == "processing" else f"{LOCAL_PROCESS}.{work}:objects",
            needs_data=False,
            calls_aws=True,
        ),
        f"{what}, runs as a process of this machine",
    )


def _python(image: str) -> str | None:
    """The interpreter that is registered for an image."""
    return next(
        (each.python for each in registry.registered() if each.python and each.runs(image)), None
    )


def metrics(request: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:
    """The MetricDefinitions that the service adds to a training job; none to a user's own code."""
    container = training(request, _BUILT_IN).container
    return () if container is None else container.metrics(training_image(request))  # type: ignore[arg-type]
