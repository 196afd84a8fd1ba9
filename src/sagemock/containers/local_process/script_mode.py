"""Script mode: finds the user's code, and says how it is run on a host."""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sagemock.containers.base import TrainingInput
from sagemock.containers.local_process import (
    configuration,
    distribution,
    entry_point,
    extraction,
    toolkit,
)
from sagemock.containers.local_process.distribution import MeetingPoint
from sagemock.containers.local_process.entry_point import EntryPointRefused
from sagemock.containers.local_process.machine import machine, python_path
from sagemock.containers.local_process.settings import ProcessSettings
from sagemock.containers.local_process.specification import CommandStep
from sagemock.containers.local_process.supervisor import HostExit
from sagemock.containers.local_process.toolkit import ScriptMode
from sagemock.containers.local_process.tree import ML, Tree
from sagemock.formats.archive import ArchiveError
from sagemock.formats.content import Files, open_content

S3 = "s3://"

INSTALL_MODULE, INSTALL_REQUIREMENTS = "InstallModuleError", "InstallRequirementsError"
SCRIPT = "ExecuteUserScriptError"
"""The toolkit's errors, by what has failed."""

FAILURE_CODE = 1
"""The exit status of the toolkit after a command that has failed."""


class ToolkitFailure(Exception):
    """The toolkit fails before the script runs.

    Attributes
    ----------
    text
        For the failure file.
    code
        The exit status.
    """

    def __init__(self, text: str, code: int = FAILURE_CODE) -> None:
        super().__init__(text)
        self.text = text
        self.code = code


@dataclass(frozen=True, slots=True)
class ScriptPlan:
    """How a script is run on a host.

    Attributes
    ----------
    steps, errors
        The commands, and the toolkit's error for each.
    environment
        The toolkit's variables.
    python_path
        The entries of `PYTHONPATH`.
    notes
        Lines for the log before the first command.
    """

    steps: Sequence[CommandStep]
    errors: Sequence[str]
    environment: Mapping[str, str]
    python_path: Sequence[str]
    notes: Sequence[str] = field(default_factory=list)

    def failure(self, exit: HostExit) -> str:
        """Return the text of the failure file after a command that has failed."""
        arguments = self.steps[exit.step].arguments
        return entry_point.failure(self.errors[exit.step], exit.status, arguments)


def is_script_mode(hyperparameters: Mapping[str, str]) -> bool:
    """Whether hyperparameters name a script."""
    return toolkit.PROGRAM in hyperparameters


def objects(document: Mapping[str, Any]) -> list[str]:
    """Return the S3 URI of the user's code, from the document of a training job, if it has one."""
    specification = document.get("AlgorithmSpecification", {})
    directory = toolkit.decode(document.get("HyperParameters", {})).get(toolkit.SUBMIT_DIRECTORY)
    if specification.get("ContainerEntrypoint") or not isinstance(directory, str):
        return []
    return [directory] if directory.startswith(S3) else []


def plan(
    tree: Tree,
    input: TrainingInput,
    host: int,
    *,
    ml: str,
    variables: Mapping[str, str],
    settings: ProcessSettings,
    meeting: MeetingPoint,
) -> ScriptPlan:
    """Unpack the user's code into a host's tree, and say how it is run.

    Parameters
    ----------
    tree
        The tree of the host, written.
    input
        What the container gets.
    host
        The host, counted from 0.
    ml
        Where the process sees the tree.
    variables
        The environment variables of the container.
    settings
        How processes are run.
    meeting
        Where the processes of all hosts meet.

    Raises
    ------
    ToolkitFailure
        When the toolkit fails before it runs the script.
    """
    mode = ScriptMode(
        hyperparameters=toolkit.decode(configuration.hyperparameters(input)),
        resources=configuration.resources(input.document, list(input.hosts), host),
        inputs=configuration.input_data(input, host),
        ml=ml,
        variables=variables,
        machine=machine(),
    )
    notes = _code(tree, mode, input.objects)
    name = mode.program
    files = os.listdir(tree.code)
    try:
        entry_point.check_entry_point(name)
        launcher = distribution.launcher(mode, files, meeting)
    except EntryPointRefused as error:
        raise ToolkitFailure(str(error)) from error
    if entry_point.is_command(name, files):
        _make_executable(tree, name)
    folder = f"{ml}/code"
    steps, errors = _installation(name, files, settings, notes)
    command = entry_point.command(name, files, settings.interpreter, mode.arguments())
    if launcher is not None:
        command = [*launcher, name, *mode.arguments()]
    notes += distribution.notes(mode)
    notes += ["Invoking script with the following command:", "", " ".join(command), "", ""]
    return ScriptPlan(
        steps=[CommandStep(step, folder) for step in [*steps, command]],
        errors=[*errors, SCRIPT],
        environment={
            **mode.environment(),
            **distribution.environment(input.document, mode, meeting),
        },
        python_path=[
            folder,
            os.path.dirname(settings.interpreter),
            *python_path(settings.interpreter),
        ],
        notes=notes,
    )


def _installation(
    name: str, files: Sequence[str], settings: ProcessSettings, notes: list[str]
) -> tuple[list[list[str]], list[str]]:
    """The commands that install what the code needs, each with its error."""
    install = [settings.interpreter, "-m", "pip", "install"]
    needs = ["-r", "requirements.txt"] if "requirements.txt" in files else []
    if entry_point.is_command(name, files):
        return [], []
    if "setup.py" in files:
        command, error = [*install, ".", *needs], INSTALL_MODULE
    elif needs:
        command, error = [*install, *needs], INSTALL_REQUIREMENTS
    else:
        return [], []
    if settings.requirements == "skip":
        notes.append(f"{NOT_INSTALLED}: pip {' '.join(command[3:])}")
        return [], []
    return [command], [error]


NOT_INSTALLED = 'sagemock: nothing is installed without the option requirements="install"'


def _make_executable(tree: Tree, name: str) -> None:
    path = os.path.realpath(tree.code / name)
    if not path.startswith(os.path.realpath(tree.code) + os.sep):
        raise ToolkitFailure(
            f"The training entry point {name!r} resolves to a location outside your source "
            "directory. Set the 'sagemaker_program' hyperparameter (or ContainerEntrypoint) "
            "to a path inside that directory -- for example 'train.py' or 'bin/train.sh'."
        )
    try:
        os.chmod(path, 0o777)  # noqa: S103 - what the toolkit does
    except OSError as error:
        shown = str(ML / "code" / name)
        raise _framework(type(error)(error.errno, os.strerror(error.errno or 0), shown)) from error


def _code(tree: Tree, mode: ScriptMode, objects: Files) -> list[str]:
    """Put the user's code into its folder. Returns lines for the log."""
    uri = str(mode.hyperparameters.get(toolkit.SUBMIT_DIRECTORY, ML / "code"))
    try:
        if uri.startswith(S3):
            if uri not in objects:
                raise FileNotFoundError(2, "No such object", uri)
            with open_content(objects[uri]) as data:
                return extraction.extract(data, tree.code)
        return _from_folder(tree, uri)
    except (ArchiveError, tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise _framework(error) from error


def _from_folder(tree: Tree, uri: str) -> list[str]:
    place = Path(uri)
    if place.is_relative_to(ML):
        place = tree.at(uri)
    if place.is_dir():
        if place != tree.code:
            shutil.copytree(place, tree.code, symlinks=True, dirs_exist_ok=True)
        return []
    if not place.is_file():
        raise FileNotFoundError(2, os.strerror(2), uri)
    if tarfile.is_tarfile(place):
        with place.open("rb") as data:
            return extraction.extract(data, tree.code)
    shutil.copy(place, tree.code)
    return []


def _framework(error: Exception) -> ToolkitFailure:
    """An error in the toolkit itself; the traceback that it writes is left out."""
    kind = type(error)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    if isinstance(error, ArchiveError):
        name = "tarfile.ReadError"
    code = getattr(error, "errno", None) or FAILURE_CODE
    return ToolkitFailure(f"Framework Error: \n{name}: {error}", code)
