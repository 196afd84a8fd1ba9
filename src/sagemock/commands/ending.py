"""How a command ends that cannot do what it was asked to do."""

from __future__ import annotations

import sys

EXIT_USAGE = 2
NEEDS_SERVER = "'sagemock {}' needs the server extra: pip install 'sagemock[server]' ({})"


def refuse(text: str) -> int:
    """Print an error. Returns the exit status."""
    print(f"sagemock: {text}", file=sys.stderr)
    return EXIT_USAGE
