"""Reads gzip as a stream, without letting a small file fill the memory or the disk."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator

from sagemock.formats.content import CHUNK, stream_of

MAX_UNZIPPED = 1 << 30
"""The largest size in bytes of an unzipped object: a small file must not fill the memory."""


class UnzipError(ValueError):
    """An object that is not unzipped; the text is what is wrong with it."""


def unzipped(pieces: Iterable[bytes], limit: int | None = None) -> Iterator[bytes]:
    """Unzip a stream piece by piece.

    Parameters
    ----------
    pieces
        The stream.
    limit
        In bytes; None for `MAX_UNZIPPED`.

    Raises
    ------
    UnzipError
        If it is not in gzip format, or too large.
    """
    limit = MAX_UNZIPPED if limit is None else limit
    left = limit
    try:
        with gzip.GzipFile(fileobj=stream_of(pieces)) as file:
            while piece := file.read(min(CHUNK, left)):
                left -= len(piece)
                yield piece
            if left or not file.read(1):
                return
    except (OSError, EOFError, zlib.error) as error:
        raise UnzipError("is not in gzip format, as CompressionType says") from error
    raise UnzipError(f"is larger than {limit} bytes when unzipped")
