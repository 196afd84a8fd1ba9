"""Models that are served by the user's own code: handlers, or a command that serves HTTP."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sagemock.algorithms.base import JobFailure
from sagemock.containers import frameworks
from sagemock.containers.base import ArtifactError, Log, ModelData, Predictor
from sagemock.containers.local_process import extraction, hosts, worker_pool
from sagemock.containers.local_process.hosts import HostPlace
from sagemock.containers.local_process.http_server import HttpContainer
from sagemock.containers.local_process.isolation import way
from sagemock.containers.local_process.model_process import ContainerPlace, ContainerPlan
from sagemock.containers.local_process.script_mode import NOT_INSTALLED, S3
from sagemock.containers.local_process.settings import ProcessSettings
from sagemock.containers.local_process.specification import CommandStep
from sagemock.containers.local_process.tree import ML, Tree, write_model
from sagemock.containers.local_process.worker_client import HandlerContainer, worker_step
from sagemock.containers.local_process.worker_pool import WorkerPool
from sagemock.formats.archive import ArchiveError
from sagemock.formats.content import Files, open_content

NO_TENSORFLOW = (
    "sagemock does not serve the models of TensorFlow's containers: register what serves the "
    "image, with sagemock.containers.register(pattern, serve=...)."
)


def objects(definition: Mapping[str, Any]) -> list[str]:
    """Return the S3 URIs that a model needs besides its data: its code, if that is in S3.

    Parameters
    ----------
    definition
        The container's definition in CreateModel.
    """
    uri = definition.get("Environment", {}).get(frameworks.SUBMIT_DIRECTORY, "")
    return [uri] if uri.startswith(S3) else []


@dataclass(frozen=True, slots=True)
class LocalServing:
    """Serves in a process on this machine.

    Attributes
    ----------
    settings
        How processes are run.
    command
        A registered command that serves HTTP; without one, the handlers of the model's script.
    """

    settings: ProcessSettings = field(default_factory=ProcessSettings)
    command: tuple[str, ...] | None = None

    def load(
        self,
        model: ModelData,
        *,
        document: Mapping[str, Any],
        environment: Mapping[str, str],
        log: Log,
    ) -> Predictor:
        """Start the process, and wait until it is healthy. Raises `ArtifactError`."""
        toolkit = frameworks.toolkit(document.get("Image", ""))
        if self.command is None and toolkit == "tensorflow":
            raise ArtifactError(NO_TENSORFLOW)
        try:
            hosts.check_platform()
            # An endpoint outlasts jobs: it takes no way that there is for one of them at a time.
            chosen = way(self.settings, hosts=2)
        except JobFailure as error:
            raise ArtifactError(str(error)) from error
        places = [ContainerPlace(chosen)]
        try:
            write_model(places[0].tree.model, model.files)
            container: HttpContainer | HandlerContainer | WorkerPool
            if self.command is not None:
                plan = self._command_plan(model, environment)
                container = HttpContainer(places[0], plan, log)
            else:
                plan = self._handler_plan(places[0], model, environment, toolkit, log)
                for _ in range(1, worker_pool.count(toolkit, environment)):
                    places.append(places[0].copy(shares=True))
                workers = [HandlerContainer(place, plan, log, toolkit) for place in places]
                container = WorkerPool(workers) if len(workers) > 1 else workers[0]
            container.start()
        except BaseException:
            for place in places:
                place.remove()
            raise
        return container

    def _command_plan(self, model: ModelData, environment: Mapping[str, str]) -> ContainerPlan:
        assert self.command is not None
        return ContainerPlan(
            steps=lambda _: [CommandStep(self.command or (), str(Path.cwd()))],
            environment=environment,
            settings=self.settings,
            access=model.aws,
            startup=model.startup,
            stop=model.stop,
        )

    def _handler_plan(
        self,
        place: ContainerPlace,
        model: ModelData,
        environment: Mapping[str, str],
        toolkit: frameworks.InferenceToolkit,
        log: Log,
    ) -> ContainerPlan:
        submitted = environment.get(frameworks.SUBMIT_DIRECTORY) or ""
        # The older containers copy the code to /opt/ml/code; the model server reads it in place.
        if submitted.startswith(S3) or toolkit in ("scikit-learn", "xgboost"):
            for note in _place_code(place.tree, submitted, model.objects):
                log(note)
        folders = ("model/code", "code")
        needs = next((f for f in folders if (place.tree.root / f / REQUIREMENTS).is_file()), None)
        install: list[str] = []
        if needs is not None:
            install = ["-m", "pip", "install", "-r", REQUIREMENTS]
            if self.settings.requirements == "skip":
                log(f"{NOT_INSTALLED}: pip install -r {REQUIREMENTS}")
                install = []

        def steps(place: HostPlace) -> Sequence[CommandStep]:
            interpreter = self.settings.interpreter
            folder = f"{place.ml}/{needs}"
            before = [CommandStep([interpreter, *install], folder)] if install else []
            return [*before, worker_step(interpreter, toolkit, place)]

        return ContainerPlan(
            steps=steps,
            environment=environment,
            settings=self.settings,
            access=model.aws,
            python_path=folders,
            startup=model.startup,
            stop=model.stop,
        )


REQUIREMENTS = "requirements.txt"


def _place_code(tree: Tree, uri: str, objects: Files) -> list[str]:
    """Put the user's code into `/opt/ml/code`. Returns lines for the log."""
    tree.code.mkdir(exist_ok=True)
    if uri.startswith(S3):
        if uri not in objects:
            raise ArtifactError(f"the code of the model cannot be downloaded from {uri}")
        try:
            with open_content(objects[uri]) as data:
                return extraction.extract(data, tree.code)
        except (ArchiveError, tarfile.TarError, EOFError, OSError, ValueError) as error:
            raise ArtifactError(f"the code at {uri} cannot be unpacked: {error}") from error
    folder = Path(uri or ML / "model" / "code")
    if not folder.is_relative_to(ML):
        return []
    place = tree.at(str(folder))
    if place.is_dir():
        shutil.copytree(place, tree.code, dirs_exist_ok=True)
    return []
