"""Collects what a process has written. Small files come as bytes, large ones stay files."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from sagemock.containers.local_process.tree import FAILURE, MESSAGE, Tree
from sagemock.formats.content import Content, Files, Workspace

SMALL = 1 << 20
"""Bytes of a file that is kept in memory."""

IN_MEMORY = 1 << 26
"""Bytes of all such files of one folder together."""

MESSAGE_SIZE = 1 << 10
"""Bytes of an ExitMessage, for all hosts together."""

READ_OF_FAILURE = 1 << 13
"""Bytes that are read of a failure file: more than 1024 characters."""


def collect(
    folder: Path, workspace: Workspace, *, links: bool = False, move: bool = True
) -> dict[str, Content]:
    """Return the regular files below a folder, by their relative paths, in order.

    Sockets, devices and pipes are left out.

    Parameters
    ----------
    folder
        Where to look; it may be missing.
    workspace
        Where large files are moved to.
    links
        Whether symbolic links to other files below the folder are followed.
    move
        False to copy large files, for a process that still runs.
    """
    files: dict[str, Content] = {}
    large: dict[str, Path] = {}
    remaining = IN_MEMORY
    root = os.path.realpath(folder)
    for path in _walk(folder):
        name = _name(path.relative_to(folder))
        if path.is_symlink() and not (links and _is_below(path, root)):
            continue
        content = _small(path, remaining)
        if content is None:
            large[name] = path
        else:
            remaining -= len(content)
            files[name] = content
    # Links first: what they lead to may be moved.
    for name, path in sorted(large.items(), key=lambda item: not item[1].is_symlink()):
        copied = path.is_symlink() or not move
        files[name] = _copied(path, workspace) if copied else _moved(path, workspace)
    return dict(sorted(files.items()))


def _walk(folder: Path) -> Iterator[Path]:
    """Regular files, and links that lead to one."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for each in folders:
            _make_readable_folder(Path(parent, each))
        for name in sorted(names):
            path = Path(parent, name)
            with suppress(OSError):
                if stat.S_ISREG(path.stat().st_mode):
                    yield path


def _make_readable_folder(path: Path) -> None:
    with suppress(OSError):
        if not path.is_symlink() and not os.access(path, os.R_OK | os.X_OK):
            path.chmod(0o700)


def _is_below(path: Path, root: str) -> bool:
    return os.path.realpath(path).startswith(root + os.sep)


def _name(relative: Path) -> str:
    return os.fsencode(relative).decode("utf-8", "replace").replace(os.sep, "/")


def _small(path: Path, remaining: int) -> bytes | None:
    """The bytes of a small file; None for a large one."""
    if not os.access(path, os.R_OK):
        path.chmod(0o600)
    with path.open("rb") as file:
        data = file.read(min(SMALL, remaining) + 1)
    return data if len(data) <= min(SMALL, remaining) else None


def _moved(path: Path, workspace: Workspace) -> Path:
    target = workspace.new_file()
    shutil.move(path, target)
    target.chmod(0o600)
    return target


def _copied(path: Path, workspace: Workspace) -> Path:
    target = workspace.new_file()
    shutil.copyfile(path, target)
    return target


def merged(folders: Iterable[Files]) -> dict[str, Content]:
    """Return the files of all hosts; of those with the same path the first host's."""
    files: dict[str, Content] = {}
    for each in folders:
        files = {**each, **files}
    return dict(sorted(files.items()))


def failure_text(tree: Tree) -> str | None:
    """Return the text of a training job's failure file, or None without one."""
    data = _read(tree.at(FAILURE), READ_OF_FAILURE)
    return None if data is None else data.decode("utf-8", "replace")


def message(trees: Iterable[Tree]) -> str | None:
    """Return the ExitMessage of a processing job: the message files of all hosts, cut.

    Raises
    ------
    UnicodeDecodeError
        When a file is not UTF-8.
    """
    texts = [_read(tree.at(MESSAGE), MESSAGE_SIZE) for tree in trees]
    data = [each for each in texts if each is not None]
    if not data:
        return None
    joined = b"".join(data)
    if len(joined) < MESSAGE_SIZE:
        return joined.decode()
    # A character may be cut in two.
    cut = joined[:MESSAGE_SIZE]
    with suppress(UnicodeDecodeError):
        return cut.decode()
    try:
        return cut.decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return cut[: error.start].decode()
        raise


def _read(path: Path, size: int) -> bytes | None:
    with suppress(OSError):
        if stat.S_ISREG(path.lstat().st_mode):
            with path.open("rb") as file:
                return file.read(size)
    return None


def remove(folder: Path) -> None:
    """Delete a folder with all that is in it, whatever its permissions."""

    def allow(*arguments: object) -> None:
        path = Path(str(arguments[1]))
        with suppress(OSError):
            path.parent.chmod(0o700)
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o700)
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()

    shutil.rmtree(folder, onerror=allow)
    if folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
