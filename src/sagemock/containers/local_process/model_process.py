"""The process behind a model: where it runs, how it is started, and how it ends.

A forked child has no part in the process of its parent: it starts one of its own, in a copy of the
folder, when it first needs one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from sagemock import forks
from sagemock.algorithms.base import JobFailure
from sagemock.containers.base import (
    ArtifactError,
    AwsAccess,
    InferenceError,
    Log,
    Predictor,
    Stop,
    never,
)
from sagemock.containers.local_process import hosts, limits
from sagemock.containers.local_process.folders import job_folder
from sagemock.containers.local_process.hosts import HostPlace
from sagemock.containers.local_process.limits import Deadline
from sagemock.containers.local_process.served_process import ServedProcess
from sagemock.containers.local_process.settings import ProcessSettings
from sagemock.containers.local_process.specification import CommandStep, HostProcess
from sagemock.containers.local_process.tree import Tree

HOST = "model"
"""The name of the host, for the machine that the process sees."""

_of_parents: list[object] = []
"""What forked children have of their parents, and must not clean up."""


class ContainerPlace:
    """The folder of a container that serves.

    Parameters
    ----------
    way
        The way of isolation.
    """

    def __init__(self, way: str) -> None:
        self._stack = ExitStack()
        self.root: Path = self._stack.enter_context(job_folder())
        self.host: HostPlace = hosts.places(self.root, [HOST], way)[0]

    @property
    def tree(self) -> Tree:
        """What is at `/opt/ml`."""
        return self.host.tree

    def copy(self, *, shares: bool = False) -> ContainerPlace:
        """Return another folder with the same tree, whose files it may share with this one."""
        place = ContainerPlace(self.host.way)
        shutil.copytree(
            self.tree.root,
            place.tree.root,
            symlinks=True,
            copy_function=os.link if shares else shutil.copy2,
            dirs_exist_ok=True,
        )
        return place

    def remove(self) -> None:
        """Delete the folder."""
        self._stack.close()


@dataclass(frozen=True, slots=True)
class ContainerPlan:
    """What runs in a container.

    Attributes
    ----------
    steps
        Its commands, by where it runs; the last one serves, the others run before it once.
    environment
        The variables of its definition.
    settings
        How processes are run.
    access
        How it reaches AWS services.
    python_path
        Folders of the tree for `PYTHONPATH`.
    startup
        Seconds until it is healthy; None for the default.
    stop
        Whether nobody waits for that any more.
    """

    steps: Callable[[HostPlace], Sequence[CommandStep]]
    environment: Mapping[str, str]
    settings: ProcessSettings
    access: AwsAccess | None = None
    python_path: Sequence[str] = ()
    startup: float | None = None
    stop: Stop = never

    @property
    def health_deadline(self) -> Deadline:
        """Until when a container that starts now has to be healthy."""
        return Deadline(limits.STARTUP if self.startup is None else self.startup, self.stop)

    def process(self, place: HostPlace) -> HostProcess:
        """Return what runs in a folder."""
        return hosts.process(
            place,
            self.steps(place),
            self.environment,
            access=self.access,
            settings=self.settings,
            python_path=[f"{place.ml}/{folder}" for folder in self.python_path],
        )


class ProcessContainer(Predictor):
    """A container with a process, which is started again if it has ended by itself.

    Subclasses must define `invoke`, `_start` and `_dead`.

    Parameters
    ----------
    place
        Its folder, which goes with it.
    plan
        What runs.
    log
        Takes what it prints.
    """

    def __init__(self, place: ContainerPlace, plan: ContainerPlan, log: Log) -> None:
        self._place = place
        self._plan = plan
        self._log = log
        # One request at a time.
        self._lock = forks.lock()
        self._host: HostProcess | None = None
        self._process: ServedProcess | None = None
        self._prepared = False
        self._inherited = False
        self._closed = False
        forks.follow(self)

    def start(self) -> None:
        """Start the process, and wait until it is healthy. Raises `ArtifactError`."""
        try:
            self._start()
        except JobFailure as error:
            # The way of isolation does not work.
            self._discard()
            raise ArtifactError(str(error)) from error
        except BaseException:
            self._discard()
            raise
        self._prepared = True

    def _start(self) -> None:
        raise NotImplementedError

    def _dead(self) -> InferenceError:
        """The answer to a request during which the process has ended."""
        raise NotImplementedError

    def _launch(
        self,
        variables: Mapping[str, str],
        *,
        port: int | None = None,
        pass_fds: Sequence[int] = (),
    ) -> ServedProcess:
        if self._host is None:
            self._host = self._plan.process(self._place.host)
        steps = [
            CommandStep([each.replace(PORT, str(port)) for each in step.arguments], step.folder)
            for step in self._host.steps[-1 if self._prepared else 0 :]
        ]
        self._process = ServedProcess(
            replace(self._host, steps=steps, environment={**self._host.environment, **variables}),
            way=self._place.host.way,
            root=self._place.root,
            grace=min(limits.TERMINATION, self._plan.settings.stop_grace),
            log=self._log,
            pass_fds=pass_fds,
        )
        return self._process

    def _running(self) -> ServedProcess:
        """The process, started again if necessary. Raises `InferenceError`."""
        if self._inherited:
            self._place = self._place.copy()
            self._inherited = False
        if self._closed:
            raise self._dead()
        if self._process is None or self._process.ended:
            self._discard()
            try:
                self.start()
            except ArtifactError as error:
                raise self._dead() from error
        assert self._process is not None
        return self._process

    def _discard(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End the process, and delete its folder."""
        self._closed = True
        process = self._process
        if process is not None:
            # Also one that works on a request, which ends with it.
            process.stop()
        with self._lock:
            self._discard()
            if not self._inherited:
                self._place.remove()

    def after_fork(self) -> None:
        """Leave the process to the parent."""
        _of_parents.extend((self._process, self._place))
        self._process, self._host, self._prepared = None, None, False
        self._inherited = True


PORT = "{port}"
"""What stands for the port in the arguments of a command."""
