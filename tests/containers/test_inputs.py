"""What a container finds in its channels, whether it is in memory or in a file."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from mmap import mmap
from pathlib import Path

import pytest

from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.formats.content import Content, Spool, Workspace

ROWS = b"1,2\n3,4\n"


@pytest.fixture(params=["memory", "file"])
def part(request: pytest.FixtureRequest) -> Iterator[Part]:
    """A part with the same content, kept in either way by the spool that jobs use."""
    with Workspace() as workspace:
        limit = len(ROWS) if request.param == "memory" else 0
        content = Spool(workspace, limit).keep([ROWS[:3], ROWS[3:]])
        assert isinstance(content, Path) is (request.param == "file")
        yield Part("rows.csv", content)


def test_a_part_is_read_as_a_stream_that_can_seek(part: Part) -> None:
    with part.open() as stream:
        assert stream.readline() == b"1,2\n"
        assert stream.read() == b"3,4\n"
        stream.seek(2)
        assert stream.read(1) == b"2"
    # Each stream begins at the start, and one does not move another.
    with part.open() as first, part.open() as second:
        first.read(5)
        assert second.read() == ROWS


def test_a_part_is_looked_at_as_a_whole(part: Part) -> None:
    assert part.size == len(ROWS)
    whole = part.buffer()
    assert whole[:] == ROWS
    assert isinstance(whole, mmap) is isinstance(part.content, Path)


def test_a_part_that_is_mapped_outlives_its_file() -> None:
    with Workspace() as workspace:
        whole = Part("rows.csv", Spool(workspace, 0).keep([ROWS])).buffer()
    assert whole[4:] == b"3,4\n"


def test_nothing_of_this_machine_is_in_a_part_that_travels(part: Part) -> None:
    shard = Shard((0, 2), [part, Part("empty", b"")])
    channel = Channel("train", "text/csv", [shard]).in_memory()
    sent = pickle.loads(pickle.dumps(channel))
    assert sent == Channel(
        "train", "text/csv", [Shard((0, 2), [Part("rows.csv", ROWS), Part("empty", b"")])]
    )
    # What it was made of is as it was.
    assert shard.parts[0] is part


def test_a_pickled_part_is_read_where_its_file_is(part: Part) -> None:
    sent = pickle.loads(pickle.dumps(part))
    assert sent == part
    with sent.open() as stream:
        assert stream.read() == ROWS


def test_a_host_has_the_parts_of_its_shard() -> None:
    a, b, c = (Part(name, name.encode()) for name in "abc")
    channel = Channel("train", None, [Shard((0, 3), [a, b]), Shard((1,), [c])])
    assert [[each.path for each in channel.parts(host)] for host in range(4)] == [
        ["a", "b"],
        ["c"],
        [],
        ["a", "b"],
    ]
    assert list(Channel("test", None, []).parts(0)) == []


@pytest.mark.parametrize("size", [0, 1, 7, 8])
def test_empty_parts_are_parts(size: int) -> None:
    with Workspace() as workspace:
        content: Content = Spool(workspace, limit=7).keep([b"x" * size])
        part = Part("x", content)
        assert (part.size, part.buffer()[:], part.in_memory()) == (
            size,
            b"x" * size,
            Part("x", b"x" * size),
        )
        assert isinstance(content, Path) is (size > 7)
