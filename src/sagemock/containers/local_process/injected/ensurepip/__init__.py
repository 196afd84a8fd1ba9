"""Stands before `ensurepip` in the processes of a job: it would install pip beside the interpreter.

A virtual environment that a job makes has the real one. Works with any Python from 3.8 on.
"""

from __future__ import annotations

import sys
from typing import Any


def version() -> str:
    """Return the version of pip."""
    from importlib.metadata import version as installed

    return installed("pip")


def bootstrap(**_: Any) -> None:
    """Do nothing, and say so."""
    sys.stdout.write("sagemock: nothing is installed: ensurepip\n")
    sys.stdout.flush()
