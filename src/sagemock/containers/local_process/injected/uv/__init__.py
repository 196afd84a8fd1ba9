"""Stands before the package `uv` in the processes of a job, where there is a program of that name.

Works with any Python from 3.8 on.
"""

from __future__ import annotations

import shutil

_PROGRAM = shutil.which("uv")

if _PROGRAM is None:
    raise ModuleNotFoundError("No module named 'uv'", name="uv")

PROGRAM = _PROGRAM
"""The program that is first on the path of a job: one of ours."""


def find_uv_bin() -> str:
    """Return the program."""
    return PROGRAM
