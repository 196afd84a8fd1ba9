"""What training and processing jobs share: hosts with a tree each, run to their end."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sagemock.algorithms.base import JobFailure
from sagemock.containers.base import AwsAccess
from sagemock.containers.local_process import environment, rewriting
from sagemock.containers.local_process.programs import INJECTED, write_programs
from sagemock.containers.local_process.settings import ProcessSettings
from sagemock.containers.local_process.specification import CommandStep, HostProcess
from sagemock.containers.local_process.tree import ML, Tree

FOLDER_VARIABLE, UNREACHABLE_VARIABLE = "SAGEMOCK_ML", "SAGEMOCK_NO_SERVER"
PACKAGES_VARIABLE = "SAGEMOCK_PACKAGES"
"""Variables that `injected/` reads."""


@dataclass(frozen=True, slots=True)
class HostPlace:
    """Where a host's process runs.

    Attributes
    ----------
    name
        `algo-1` and so on.
    folder
        The folder of the host.
    way
        The way of isolation.
    """

    name: str
    folder: Path
    way: str

    @property
    def tree(self) -> Tree:
        """What is at `/opt/ml`."""
        return Tree(self.folder / "ml")

    @property
    def ml(self) -> str:
        """Where the process sees its tree."""
        return str(self.tree.root) if self.way == "folder" else str(ML)

    @property
    def work(self) -> str:
        """The working directory of a command whose image would name one."""
        return str(self.folder / "work")


def places(root: Path, names: Sequence[str], way: str) -> list[HostPlace]:
    """Make the folders of hosts below the folder of a job."""
    hosts = [HostPlace(name, root / name, way) for name in names]
    for host in hosts:
        for name in ("ml", "home", "tmp", "work", "bin"):
            host.folder.joinpath(name).mkdir(parents=True)
    return hosts


def check_platform() -> None:
    """Refuse a platform that cannot run what containers do. Raises JobFailure."""
    if environment.is_windows():
        raise JobFailure('containers="local" does not run on Windows: use WSL, or Docker.')


def process(
    place: HostPlace,
    steps: Sequence[CommandStep],
    requested: Mapping[str, str],
    *,
    access: AwsAccess | None,
    settings: ProcessSettings,
    python_path: Sequence[str] = (),
    pipes: Mapping[str, str] | None = None,
    notes: Sequence[str] = (),
) -> HostProcess:
    """Return what runs on a host, with all its environment variables."""
    packages = place.folder / "packages"
    own = {}
    if settings.requirements == "install":
        own[PACKAGES_VARIABLE] = str(packages)
        packages.mkdir()
    if access is not None and access.endpoint_url is None:
        own[UNREACHABLE_VARIABLE] = "1"
    if place.way == "folder":
        folder = str(place.tree.root)
        requested = rewriting.variables(requested, folder)
        steps = [
            CommandStep(rewriting.arguments(step.arguments, folder), step.folder) for step in steps
        ]
        rewriting.rewrite_drivers(place.tree)
        own[FOLDER_VARIABLE] = folder
    write_programs(place.folder / "bin", settings.interpreter)
    interpreters = Path(os.path.dirname(settings.interpreter))
    variables = environment.complete(
        {**requested, **own},
        folder=place.folder,
        access=access,
        first_on_path=[place.folder / "bin", interpreters, packages / "bin"],
        python_path=[str(INJECTED), *python_path, str(packages)],
    )
    return HostProcess(place.name, place.folder, steps, variables, pipes or {}, notes)
