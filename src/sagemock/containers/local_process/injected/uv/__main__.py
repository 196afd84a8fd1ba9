"""`python -m uv`."""

from __future__ import annotations

import os
import sys

from . import PROGRAM

if __name__ == "__main__":
    os.execv(PROGRAM, [PROGRAM, *sys.argv[1:]])  # noqa: S606 - what the job calls
