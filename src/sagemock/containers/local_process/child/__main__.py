"""The program: enters its way of isolation, runs the steps, and leaves nothing running.

Where there is a PID namespace, its first process supervises the steps, and its end is the end of
all others. Elsewhere this process does so itself, as the one that orphans are handed to.
"""

from __future__ import annotations

import json
import os
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sagemock.containers.local_process.child import (
        deletion,
        fifos,
        links,
        namespaces,
        seccomp,
        supervision,
    )
else:
    import deletion
    import fifos
    import links
    import namespaces
    import seccomp
    import supervision

CONTROL = 0
"""The file descriptor of commands."""


def main(spec: dict[str, Any]) -> int:
    """Run the steps of a specification. Returns the exit status of this program."""
    parent = os.getppid()
    try:
        if spec["way"] == "namespace":
            return _in_namespaces(spec, parent)
        if spec["way"] == "link":
            with links.linked(spec["ml"], CONTROL) as command:
                if command is None:
                    return _supervised(spec, parent)
                return supervision.KILLED if command else supervision.ORPHANED
    except OSError as error:
        os.write(2, f"{error}\n".encode())
        return supervision.UNAVAILABLE
    if spec["way"] == "proot":
        seccomp.without_new_calls()
    return _supervised(spec, parent)


def _supervised(spec: dict[str, Any], parent: int) -> int:
    supervision.adopt_orphans()
    _feed(spec)
    return supervision.run(spec, CONTROL, supervision.Descendants(), parent)


def _in_namespaces(spec: dict[str, Any], parent: int) -> int:
    """Let a child enter the namespaces.

    This process stays outside: it deletes folders, which must not be mount points for it.
    """
    supervision.adopt_orphans()
    child = os.fork()
    if child:
        return supervision.await_child(child, parent)
    status = supervision.UNAVAILABLE
    try:
        supervision.end_with_parent()
        namespaces.enter(spec["ml"], spec["mounts"], spec["hosts"])
        first = os.fork()
        if first == 0:
            status = supervision.KILLED
            supervision.end_with_parent()
            namespaces.become_first()
            # Linux lets the process that has entered the namespaces start no thread.
            _feed(spec)
            status = supervision.run(spec, CONTROL, supervision.Everyone(), None)
        else:
            _, ended = os.waitpid(first, 0)
            status = os.WEXITSTATUS(ended) if os.WIFEXITED(ended) else supervision.KILLED
    except OSError as error:
        os.write(2, f"{error}\n".encode())
    finally:
        os._exit(status)


def _feed(spec: dict[str, Any]) -> None:
    if spec["pipes"]:
        fifos.feed(spec["pipes"])


if __name__ == "__main__":
    # Ctrl-C in the terminal is the business of whoever started this.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with open(sys.argv[1], encoding="utf-8") as file:
        read = json.load(file)
    result = main(read)
    if result == supervision.ORPHANED:
        # Nobody else is left to delete the job's folder.
        deletion.delete(read["folder"])
    # Threads that feed pipes may still wait.
    os._exit(result)
