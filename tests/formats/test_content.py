"""Content in memory and in files, and where it is kept."""

from __future__ import annotations

import gzip
import io
import os
import pickle
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sagemock.formats import archive
from sagemock.formats.content import (
    CHUNK,
    Spool,
    Workspace,
    buffer,
    chunks,
    files_in_memory,
    in_memory,
    open_content,
    size_of,
    stream_of,
)


def test_what_is_small_stays_in_memory_and_makes_no_folder() -> None:
    with Workspace() as workspace:
        assert Spool(workspace).keep([b"ab", b"", b"c"]) == b"abc"
        assert not workspace.path.exists()


def test_what_is_too_much_goes_to_a_file_that_goes_with_its_workspace() -> None:
    with Workspace() as workspace:
        spool = Spool(workspace, limit=10)
        assert spool.keep([b"12345678"]) == b"12345678"
        assert not spool.fits(3)
        content = spool.keep([b"a", b"bc", b"d"])
        assert isinstance(content, Path)
        assert workspace.path.stat().st_mode & 0o777 == 0o700
        assert (size_of(content), in_memory(content)) == (4, b"abcd")
        with open_content(content) as stream:
            stream.seek(1)
            assert stream.read() == b"bcd"
        # What fits into the rest is kept in memory again.
        assert spool.keep([b"12"]) == b"12"
    assert not content.exists()
    assert not workspace.path.exists()


def test_a_file_is_mapped(tmp_path: Path) -> None:
    path, empty = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"abc")
    empty.touch()
    assert buffer(b"x") == b"x"
    assert buffer(path)[1:] == b"bc"
    assert buffer(empty) == b""
    assert files_in_memory({"a": path, "b": b"x"}) == {"a": b"abc", "b": b"x"}


def test_a_pickled_workspace_is_the_same_folder() -> None:
    with Workspace() as workspace:
        other = pickle.loads(pickle.dumps(workspace))
        assert other.folder() == workspace.path


def test_a_child_does_not_remove_what_is_its_parents(monkeypatch: pytest.MonkeyPatch) -> None:
    with Workspace() as workspace:
        workspace.folder()
        with monkeypatch.context() as patched:
            patched.setattr(os, "getpid", lambda: workspace.process + 1)
            workspace.remove()
        assert workspace.path.is_dir()
    assert not workspace.path.exists()


def test_a_workspace_goes_when_something_fails_in_it() -> None:
    workspace = Workspace()

    def fail() -> None:
        with workspace:
            workspace.new_file().write_bytes(b"x")
            assert workspace.path.is_dir()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not workspace.path.exists()


def test_a_stream_that_breaks_leaves_nothing() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"abc"
        raise OSError("the connection is gone")

    with Workspace() as workspace:
        with pytest.raises(OSError, match="is gone"):
            Spool(workspace, limit=2).keep(pieces())
        assert len(list(workspace.path.iterdir())) == 1
    assert not workspace.path.exists()


def test_a_stream_is_read_no_further_than_it_is_written() -> None:
    """What is too much for memory is never all of it there."""
    max_pending = 0

    def pieces(path: Path) -> Iterator[bytes]:
        nonlocal max_pending
        for number in range(8):
            yield b"x" * CHUNK
            written = sum(each.stat().st_size for each in path.glob("*"))
            max_pending = max(max_pending, (number + 1) * CHUNK - written)

    with Workspace() as workspace:
        content = Spool(workspace, limit=CHUNK).keep(pieces(workspace.path))
        assert size_of(content) == 8 * CHUNK
    assert max_pending <= 2 * CHUNK


def test_names_of_files_are_new_ones() -> None:
    with Workspace() as workspace:
        assert len({workspace.new_file() for _ in range(100)}) == 100
        assert list(workspace.path.iterdir()) == []
    workspace.remove()


CHILD_AND_END = """
import os, sys
from sagemock.formats.content import Workspace

left = Workspace()
left.new_file().write_bytes(b"x")
print(left.path)
child = os.fork()
if child == 0:
    with left:
        own = Workspace()
        own.new_file().write_bytes(b"y")
    sys.exit(0 if left.path.is_dir() else 1)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 0
assert (left.path / os.listdir(left.path)[0]).read_bytes() == b"x"
assert len(os.listdir(left.path.parent)) == 1, "a child that ends removes what is its own"
sys.exit(int(sys.argv[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.parametrize("status", [0, 3])
def test_what_a_process_leaves_goes_at_its_end_and_not_with_a_child(
    tmp_path: Path, status: int
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", CHILD_AND_END, str(status)],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (status, "")
    assert Path(ended.stdout.split()[0]).parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_a_stream_of_pieces() -> None:
    stream = stream_of([b"ab", b"", b"c" * CHUNK, b"d"])
    assert stream.read(1) == b"a"
    assert b"".join(chunks(stream)) == b"b" + b"c" * CHUNK + b"d"


def test_an_archive_is_what_tarfile_and_gzip_make_of_the_same_files(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"".join(b"%d," % number for number in range(400_000)))
    files = {"a": b"", "b" * 150 + "/ü": b"y" * 10_240, "c": path}
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = size_of(content)
            with open_content(content) as stream:
                tar.addfile(entry, stream)
    written = b"".join(archive.tar_gz(files))
    assert gzip.decompress(written) == plain.getvalue()
    # No time, so that the same files make the same bytes.
    assert written[4:8] == bytes(4)


def test_a_large_archive_is_read_through_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sagemock.formats.content.MAX_IN_MEMORY", 100)
    packed = b"".join(archive.tar_gz({"a": b"x" * 1000, "b": b"y"}))
    with Workspace() as workspace:
        files = [(name, file.read()) for name, file in archive.files(io.BytesIO(packed), workspace)]
        assert len(list(workspace.path.iterdir())) == 1
    assert files == [("a", b"x" * 1000), ("b", b"y")]
