"""Cuts an object into records, as SplitType says.

An object is a stream, of which one piece at a time is in memory.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from typing import IO

from sagemock.formats.content import CHUNK
from sagemock.formats.recordio import FIRST, HEADER, LAST, LENGTH_BITS, MAGIC, WHOLE
from sagemock.transform.errors import TOO_LARGE, TransformError

TF_LENGTH = struct.Struct("<Q")
TF_CHECKSUM = 4
"""Bytes of a checksum, which stands after the length of a record of TensorFlow and at its end."""

LINE = b"\n"


def records(stream: IO[bytes], split_type: str, limit: int | None) -> Iterator[bytes]:
    """Yield the records of an object, in order; none of an empty object.

    Lines come without what ends them; records of RecordIO and TFRecord with their framing, and
    padded as they are. What stands behind the last line feed is a line only if it is not empty.

    Parameters
    ----------
    stream
        The object.
    split_type
        `None`, `Line`, `RecordIO` or `TFRecord`.
    limit
        How many bytes a record may have; None for any number.

    Raises
    ------
    TransformError
        For a record that is larger, and an object that is not in the format.
    """
    return _SPLITTERS[split_type](stream, limit)


def whole(stream: IO[bytes], limit: int | None) -> Iterator[bytes]:
    """Yield the whole object."""
    content = stream.read() if limit is None else stream.read(limit + 1)
    check_size(len(content), limit)
    if content:
        yield content


def lines(stream: IO[bytes], limit: int | None) -> Iterator[bytes]:
    """Yield the lines of an object."""
    for line in stream if limit is None else _limited_lines(stream, limit):
        yield line[:-1] if line.endswith(LINE) else line


def _limited_lines(stream: IO[bytes], limit: int) -> Iterator[bytes]:
    # The line feed does not count.
    while line := stream.readline(limit + 1):
        if len(line) > limit and not line.endswith(LINE):
            check_size(len(line), limit)
        yield line


def recordio(stream: IO[bytes], limit: int | None) -> Iterator[bytes]:
    """Yield the records of RecordIO, of which one may have several frames."""
    frames: list[bytes] = []
    size = 0
    while header := stream.read(HEADER.size):
        if len(header) < HEADER.size:
            raise TransformError("The object ends inside of a RecordIO record")
        magic, kind_and_length = HEADER.unpack(header)
        kind, length = kind_and_length >> LENGTH_BITS, kind_and_length & (1 << LENGTH_BITS) - 1
        if magic != MAGIC or kind > LAST or (kind in (WHOLE, FIRST)) == bool(frames):
            raise TransformError("The object is not in RecordIO format")
        padded = length + -length % 4
        size += HEADER.size + padded
        check_size(size, limit)
        frames.append(header + _exactly(stream, padded, "RecordIO"))
        if kind in (WHOLE, LAST):
            yield b"".join(frames)
            frames, size = [], 0
    if frames:
        raise TransformError("The object ends inside of a RecordIO record")


def tfrecord(stream: IO[bytes], limit: int | None) -> Iterator[bytes]:
    """Yield the records of TensorFlow's format."""
    header_size = TF_LENGTH.size + TF_CHECKSUM
    while header := stream.read(header_size):
        if len(header) < header_size:
            raise TransformError("The object ends inside of a TFRecord record")
        (length,) = TF_LENGTH.unpack_from(header)
        rest = length + TF_CHECKSUM
        check_size(header_size + rest, MAX_RECORD if limit is None else limit)
        yield header + _exactly(stream, rest, "TFRecord")


MAX_RECORD = 1 << 30
"""The largest record where the job sets no limit: a length that is wrong must not fill memory."""


def check_size(size: int, limit: int | None) -> None:
    """Raise `TransformError` for more bytes than a request may have."""
    if limit is not None and size > limit:
        raise TransformError(TOO_LARGE)


def _exactly(stream: IO[bytes], size: int, kind: str) -> bytes:
    pieces: list[bytes] = []
    left = size
    # Not at once: a stream would allocate a length that is wrong.
    while left:
        piece = stream.read(min(left, CHUNK))
        if not piece:
            raise TransformError(f"The object ends inside of a {kind} record")
        pieces.append(piece)
        left -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


_SPLITTERS: Mapping[str, Callable[[IO[bytes], int | None], Iterator[bytes]]] = {
    "None": whole,
    "Line": lines,
    "RecordIO": recordio,
    "TFRecord": tfrecord,
}
