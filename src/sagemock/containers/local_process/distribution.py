"""Distributed training in script mode: which launcher starts the script, and how hosts meet. Pure.

As in `sagemaker-training` 5.1.4 and in the container of PyTorch, which starts `torchrun`. Its fixed
port would be that of all jobs on this machine, so each job gets a port of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.containers.container import repository
from sagemock.containers.local_process import entry_point
from sagemock.containers.local_process.machine import LOOPBACK
from sagemock.containers.local_process.toolkit import DISTRIBUTED, ScriptMode

TORCH_DISTRIBUTED = "sagemaker_torch_distributed_enabled"

PYTORCH = "pytorch"
"""What the names of all images of PyTorch have."""


@dataclass(frozen=True, slots=True)
class MeetingPoint:
    """Where the processes of all hosts of a job meet: the first host, and a port there."""

    host: str
    port: int

    @classmethod
    def of(cls, hosts: Sequence[str], way: str, port: int) -> MeetingPoint:
        """Return that of a job; only some ways of isolation let the names of hosts resolve."""
        resolves = way in ("namespace", "proot")
        return cls(sorted(hosts)[0] if resolves else LOOPBACK, port)


def environment(
    document: Mapping[str, Any], mode: ScriptMode, meeting: MeetingPoint
) -> dict[str, str]:
    """Return the variables of the container of PyTorch beyond those of the toolkit.

    Parameters
    ----------
    document
        The job.
    mode
        Its script, on one host.
    meeting
        Where its hosts meet.
    """
    if not (is_pytorch(document) or _is_on(mode, TORCH_DISTRIBUTED)):
        return {}
    return {"MASTER_ADDR": meeting.host, "MASTER_PORT": str(meeting.port), **defaults(meeting)}


def defaults(meeting: MeetingPoint) -> dict[str, str]:
    """Return the variables that `torchrun` reads where its arguments name no port."""
    return {"PET_MASTER_PORT": str(meeting.port)}


def is_pytorch(document: Mapping[str, Any]) -> bool:
    """Whether the image of a job is one of PyTorch's."""
    specification = document.get("AlgorithmSpecification", {})
    return PYTORCH in repository(specification.get("TrainingImage", ""))


def launcher(mode: ScriptMode, files: Sequence[str], meeting: MeetingPoint) -> list[str] | None:
    """Return the command that stands before the script and starts its processes; None without.

    Parameters
    ----------
    mode
        The script, on one host.
    files
        The names of the files beside it.
    meeting
        Where the hosts of the job meet.

    Raises
    ------
    EntryPointRefused
        When the launcher does not run such a script.
    """
    if not _is_on(mode, TORCH_DISTRIBUTED):
        return None
    if entry_point.is_command(mode.program, files):
        raise entry_point.EntryPointRefused(UNSUPPORTED)
    if "setup.py" in files:
        raise entry_point.EntryPointRefused(PACKAGE)
    hosts = mode.distribution_hosts
    command = [
        *("torchrun", "--nnodes", str(len(hosts))),
        *("--nproc_per_node", str(mode.machine.gpus or 1)),
    ]
    if len(hosts) > 1:
        address = LOOPBACK if meeting.host == LOOPBACK else hosts[0]
        rank = hosts.index(mode.resources["current_host"])
        command += ["--master_addr", address, "--master_port", str(meeting.port)]
        command += ["--node_rank", str(rank)]
    return command


UNSUPPORTED = "Unsupported entry point type for torch_distributed"
PACKAGE = (
    "Python packages are not supported for torch_distributed. Please use a python script as the "
    "entry-point"
)
"""The toolkit's texts."""

NOT_DISTRIBUTED = (
    "sagemock: {} is not supported: the script runs as one process on each host, without a launcher"
)


def notes(mode: ScriptMode) -> list[str]:
    """Return lines for the log about kinds of distribution that nothing here starts."""
    return [
        NOT_DISTRIBUTED.format(name)
        for name in DISTRIBUTED
        if name != TORCH_DISTRIBUTED and _is_on(mode, name)
    ]


def _is_on(mode: ScriptMode, name: str) -> bool:
    """Whether a kind of distribution is enabled for the group of the host."""
    return bool(mode.framework.get(name)) and mode.is_distributed
