"""Programs that come first on the `PATH` of a process: its Python, and a `pip` of ours."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

INJECTED = Path(__file__).with_name("injected")
"""A folder for `PYTHONPATH`: a `sitecustomize`, and a `pip` that changes no interpreter."""

STAND_IN = Path(__file__).with_name("stand_in.py")

PYTHONS = ("python", "python3")

INSTALLERS = ("uv", "conda", "mamba", "micromamba")
"""Other programs that change packages."""


def write_programs(folder: Path, interpreter: str) -> None:
    """Write the programs into a folder.

    They are `pip`; `python` where the interpreter has none; and the other installers that there
    are, since scripts ask whether there is one.
    """
    beside = Path(interpreter).parent
    pips = {path.name for path in beside.glob("pip*") if path.name[3:4] in ("", "3")}
    for name in {"pip", "pip3", *pips}:
        _write(folder / name, [interpreter, "-m", "pip"])
    real = os.path.realpath(interpreter)
    for name in PYTHONS:
        if os.path.realpath(beside / name) != real:
            # Not a link, which would hide a virtual environment.
            _write(folder / name, [interpreter])
    path = os.pathsep.join([str(beside), os.environ.get("PATH", os.defpath)])
    for name in INSTALLERS:
        program = shutil.which(name, path=path)
        if program is not None:
            _write(folder / name, [sys.executable, "-I", "-S", str(STAND_IN), program])


def _write(path: Path, command: list[str]) -> None:
    path.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
    path.chmod(0o755)
