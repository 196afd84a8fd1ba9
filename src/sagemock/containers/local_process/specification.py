"""What a supervisor gets: the steps of a host, and where they run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class CommandStep:
    """A command of a host: its arguments and its working directory, as it sees them."""

    arguments: Sequence[str]
    folder: str


@dataclass(frozen=True, slots=True)
class HostProcess:
    """What runs on a host.

    Attributes
    ----------
    name
        `algo-1` and so on.
    folder
        A folder of this host, which exists, with the folder `ml` in it.
    steps
        Run one after the other, until one fails.
    environment
        The environment variables.
    pipes
        For each channel in Pipe mode the file with its stream, by the path of its FIFOs.
    notes
        Lines for the log before the first step.
    """

    name: str
    folder: Path
    steps: Sequence[CommandStep]
    environment: Mapping[str, str]
    pipes: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()


def specification(
    host: HostProcess, way: str, root: Path, grace: float, names: Sequence[str]
) -> dict[str, Any]:
    """Write the files of a supervisor into the folder of its host, and return its specification.

    Parameters
    ----------
    host
        What runs.
    way
        The way of isolation.
    root
        The folder of the job.
    grace
        Seconds from SIGTERM to SIGKILL.
    names
        The names of all hosts of the job.
    """
    mounts = host.folder / "opt"
    # A process that is started again uses the same folder.
    mounts.mkdir(exist_ok=True)
    hosts = host.folder / "hosts"
    hosts.write_text(_etc_hosts(names))
    return {
        "way": way,
        "folder": str(root),
        "ml": str(host.folder / "ml"),
        "mounts": str(mounts),
        "hosts": str(hosts),
        "grace": grace,
        "status": str(host.folder / "status.json"),
        "environment": dict(host.environment),
        "steps": [{"arguments": list(s.arguments), "folder": s.folder} for s in host.steps],
        "pipes": dict(host.pipes),
        "notes": list(host.notes),
    }


def _etc_hosts(names: Sequence[str]) -> str:
    try:
        known = Path("/etc/hosts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        known = "127.0.0.1 localhost\n"
    return f"{known.rstrip()}\n127.0.0.1 {' '.join(names)}\n"
