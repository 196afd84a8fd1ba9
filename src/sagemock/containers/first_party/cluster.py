"""The log lines of the algorithms whose hosts share a parameter server.

Copied from logs of 2020 and 2021. Of the environment that such a container prints, its job and the
settings of the parameter server are printed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from sagemock.containers.base import Clock, TrainingInput
from sagemock.containers.first_party.lines import DEFAULT_CONF, ContainerLines

SCHEDULER, SERVER, WORKER = "scheduler", "server", "worker"

PORT = 9000
"""Of the scheduler."""

PROCESSES = {SCHEDULER: 54, SERVER: 63}
"""The recorded numbers of the processes in the container."""


class ClusterLines(ContainerLines):
    """Formats the log lines of one host of a cluster.

    Attributes
    ----------
    processes
        The numbers of the processes of the parameter server, by their roles.
    """

    defaults_path = DEFAULT_CONF
    processes: ClassVar[Mapping[str, int]] = PROCESSES

    def __init__(self, clock: Clock, number: int, input: TrainingInput) -> None:
        super().__init__(clock, number, input)
        self._roles = (SCHEDULER, SERVER) if number == 0 else (SERVER,)

    def configured(self) -> Iterator[str]:
        """The hyperparameters of the request are valid, and the processes of the host start."""
        yield from self.configuration()
        yield from self.launched()

    def configuration(self) -> Iterator[str]:
        """The hyperparameters of the request over the defaults."""
        yield self.line(f"Final configuration: {self.final()}")
        yield self.line("Loggers have already been setup.", "WARNING")

    def launched(self) -> Iterator[str]:
        """The processes of the host; only the first one has the scheduler."""
        environment = self._environment()
        for role in self._roles:
            yield self.line(f"Launching parameter server for role {role}")
            yield self.line(f"{environment}")
            yield self.line(f"envs={self._of(role)}")
        yield self.line(f"Environment: {self._of(WORKER)}")
        for role in self._roles:
            yield f"Process {self.processes[role]} is a shell:{role}."
        yield "Process 1 is a worker."
        yield self.line("Using default worker.")

    def _of(self, role: str) -> dict[str, str]:
        return {
            **self._environment(),
            "DMLC_ROLE": role,
            "DMLC_PS_ROOT_URI": self.input.hosts[0],
            "DMLC_PS_ROOT_PORT": str(PORT),
            "DMLC_NUM_SERVER": str(len(self.input.hosts)),
            "DMLC_NUM_WORKER": str(len(self.input.hosts)),
        }

    def _environment(self) -> dict[str, str]:
        names = {"TRAINING_JOB_NAME": "TrainingJobName", "TRAINING_JOB_ARN": "TrainingJobArn"}
        shown = {name: self.input.document.get(member, "") for name, member in names.items()}
        return {**shown, "CURRENT_HOST": self.host}
