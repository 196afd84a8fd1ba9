"""Replaces `/opt/ml` where nothing can be there, in what a job starts with.

Python's own functions are redirected in the processes (`injected/sitecustomize.py`); what is left
over are programs that name the path themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from sagemock.containers.local_process.tree import ML, Tree

MAX_SCRIPT = 1 << 20
"""Bytes of a shell script that is rewritten."""

HINT = (
    "sagemock: on this machine nothing can be at /opt/ml, so programs other than Python have to "
    "use $SAGEMOCK_ML; installing proot helps (see the option isolation)"
)

_PATH = re.compile(re.escape(str(ML)) + r"(?![\w.-])")


def rewritten(text: str, folder: str) -> str:
    """Return a text with a folder in place of `/opt/ml`.

    Examples
    --------
    >>> rewritten("cat /opt/ml/a /opt/mlx", "/tmp/j")
    'cat /tmp/j/a /opt/mlx'
    """
    return _PATH.sub(lambda _: folder, text)


def arguments(command: Iterable[str], folder: str) -> list[str]:
    """Return the arguments of a command for a folder."""
    return [rewritten(each, folder) for each in command]


def variables(environment: Mapping[str, str], folder: str) -> dict[str, str]:
    """Return environment variables for a folder."""
    return {name: rewritten(value, folder) for name, value in environment.items()}


def rewrite_drivers(tree: Tree) -> None:
    """Rewrite the shell scripts among the inputs of a job, such as the drivers of the SDK."""
    for inputs in (tree.root / "input" / "data", tree.root / "processing"):
        for path in inputs.rglob("*.sh"):
            _rewrite(path, str(tree.root))


def _rewrite(path: Path, folder: str) -> None:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_SCRIPT:
        return
    with suppress(UnicodeDecodeError):
        text = path.read_text(encoding="utf-8")
        new = rewritten(text, folder)
        if new != text:
            path.chmod(path.stat().st_mode | 0o600)
            path.write_text(new, encoding="utf-8")
