"""How a command ends that cannot do what it was asked."""

from __future__ import annotations

import sys

EXIT_USAGE = 2
NEEDS_SERVER = "'sagemock {}' needs the server extra: pip install 'sagemock[server]' ({})"


def refuse(text: str) -> int:
    """Say why not; gives the exit status."""
    print(f"sagemock: {text}", file=sys.stderr)
    return EXIT_USAGE
