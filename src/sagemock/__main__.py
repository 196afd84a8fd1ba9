"""`python -m sagemock`: the same as the command `sagemock`."""

from __future__ import annotations

import sys

from sagemock.cli import main

if __name__ == "__main__":
    sys.exit(main())
