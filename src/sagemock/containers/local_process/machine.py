"""What this machine and its interpreters are like."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from functools import cache

from sagemock.containers.local_process.toolkit import Machine

LOOPBACK = "127.0.0.1"

PATIENCE = 30.0
"""Seconds for a program to answer."""


@cache
def machine() -> Machine:
    """Return the processors of this machine, which are counted once in a process."""
    return Machine(os.cpu_count() or 1, _gpus())


def _gpus() -> int:
    program = shutil.which("nvidia-smi")
    if program is None:
        return 0
    try:
        listed = subprocess.run(  # noqa: S603 - a fixed command
            [program, "--list-gpus"], capture_output=True, timeout=PATIENCE, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    return sum(line.startswith(b"GPU ") for line in listed.splitlines())


def free_port() -> int:
    """Return a port of this machine on which nothing listens."""
    with socket.socket() as listening:
        listening.bind((LOOPBACK, 0))
        port: int = listening.getsockname()[1]
    return port


@cache
def python_path(interpreter: str) -> tuple[str, ...]:
    """Return where an interpreter finds modules, beside the folder of its script.

    Raises
    ------
    OSError
        When there is no such interpreter.
    """
    code = "import json, sys; print(json.dumps(sys.path[1:]))"
    ignored = ("PYTHONPATH", "PYTHONHOME", "COVERAGE_PROCESS_START")
    variables = {name: value for name, value in os.environ.items() if name not in ignored}
    try:
        answer = subprocess.run(  # noqa: S603 - the interpreter that the user has named
            [interpreter, "-c", code],
            capture_output=True,
            timeout=PATIENCE,
            check=True,
            env=variables,
        ).stdout
    except subprocess.SubprocessError as error:
        raise OSError(f"{interpreter} does not work: {error}") from error
    return tuple(json.loads(answer))
