"""Which way of isolation works here: how `/opt/ml` comes to be for a process.

Each is tried once in a process, in this order:

* `namespace`: Linux namespaces with a mount (`child/namespaces.py`).
* `proot`: the program of that name, which needs no privileges.
* `link`: a link at `/opt/ml`, for one job at a time (`child/links.py`).
* `folder`: nothing is at `/opt/ml`; paths are rewritten (`rewriting.py`).
"""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Callable
from functools import cache

from sagemock.algorithms.base import JobFailure
from sagemock.containers.base import never, no_report
from sagemock.containers.local_process.child.links import LINK, OPT, PREFIX
from sagemock.containers.local_process.folders import job_folder
from sagemock.containers.local_process.launch import run
from sagemock.containers.local_process.settings import ProcessSettings
from sagemock.containers.local_process.specification import CommandStep, HostProcess
from sagemock.containers.local_process.supervisor import WayUnavailable

TRIED = "import os; os.stat('/opt/ml/tried')"


def way(settings: ProcessSettings, hosts: int) -> str:
    """Return the way for a job with a number of hosts.

    Raises
    ------
    JobFailure
        When the one that is wanted does not work here, or the interpreter is none.
    """
    if shutil.which(settings.interpreter) is None:
        raise JobFailure(f"the interpreter {settings.interpreter!r} cannot be run")
    wanted, process = settings.isolation, os.getpid()
    if wanted != "auto":
        reason = WAYS[wanted](settings.interpreter, process)
        if reason is not None:
            raise JobFailure(f"isolation={wanted!r} does not work on this machine: {reason}")
        # The hosts of a job run at the same time, and each has its own tree.
        return "folder" if wanted == "link" and hosts > 1 else wanted
    for name, problem in WAYS.items():
        if problem(settings.interpreter, process) is None and not (name == "link" and hosts > 1):
            return name
    raise AssertionError("the last way always works")


@cache
def _namespace(interpreter: str, _process: int) -> str | None:
    return _tried("namespace", interpreter)


def _proot(interpreter: str, process: int) -> str | None:
    if shutil.which("proot") is None:
        return "proot is not installed"
    return _installed_proot(interpreter, process)


@cache
def _installed_proot(interpreter: str, _process: int) -> str | None:
    return _tried("proot", interpreter)


def _link(_interpreter: str, _process: int) -> str | None:
    if not os.access(OPT, os.W_OK | os.X_OK):
        return f"{OPT} cannot be written to"
    try:
        mode = os.lstat(LINK).st_mode
        # A folder without permissions is a placeholder of `proot`.
        ours = PREFIX in os.readlink(LINK) if stat.S_ISLNK(mode) else not mode & 0o777
    except FileNotFoundError:
        # There is none, or another job ended between the two looks.
        return None
    return None if ours else f"{LINK} is there already"


def _folder(_interpreter: str, _process: int) -> str | None:
    return None


WAYS: dict[str, Callable[[str, int], str | None]] = {
    "namespace": _namespace,
    "proot": _proot,
    "link": _link,
    "folder": _folder,
}
"""The ways; each function says why one does not work for an interpreter, or None."""


def _tried(way: str, interpreter: str) -> str | None:
    with job_folder() as root:
        ml = root / "ml"
        ml.mkdir()
        ml.joinpath("tried").touch()
        command = [interpreter, "-I", "-S", "-c", TRIED]
        host = HostProcess("algo-1", root, [CommandStep(command, "/")], {"PATH": os.defpath})
        try:
            result = run(
                [host],
                way=way,
                root=root,
                grace=0,
                report=no_report,
                stop=never,
                clock=time.time,
            )
        except WayUnavailable as error:
            return str(error)
    if result.failed is not None:
        return f"{interpreter} does not run there"
    return None
