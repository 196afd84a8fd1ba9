"""Puts records together into requests, as BatchStrategy and MaxPayloadInMB say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from sagemock.transform import splitting
from sagemock.transform.errors import TOO_LARGE, TransformError
from sagemock.transform.splitting import LINE, check_size


@dataclass(frozen=True, slots=True)
class RequestBatch:
    """A request: its body, and the records of the object that it was made of.

    Parameters
    ----------
    body
        What the container gets.
    records
        The records as they are in the object, for joining; None if they need not be known.
    """

    body: bytes
    records: list[bytes] | None = None


@dataclass(frozen=True, slots=True)
class Batching:
    """How requests are made of an object.

    Parameters
    ----------
    split_type
        `None`, `Line`, `RecordIO` or `TFRecord`.
    single
        Whether each request has one record.
    limit
        How many bytes a request may have; None for any number.
    keeps_records
        Whether batches have their records.
    selected
        What InputFilter leaves of a record; None if it leaves all.
    """

    split_type: str
    single: bool
    limit: int | None
    keeps_records: bool = False
    selected: Callable[[bytes], bytes] | None = None

    def batches(self, stream: IO[bytes]) -> Iterator[RequestBatch]:
        """Yield the requests of an object, as large as they may be; none if it is empty.

        Raises
        ------
        TransformError
            For a record that is too large, and an object that is not in the format.
        """
        if self.split_type == "Line" and not self.single and self.selected is None:
            return self._blocks_of_lines(stream)
        if self.split_type == "None" or self.single:
            return self._single(stream)
        return self._gathered(stream)

    def _single(self, stream: IO[bytes]) -> Iterator[RequestBatch]:
        for record in self._records(stream):
            body = self._body(record)
            check_size(len(body), self.limit)
            yield RequestBatch(body, [record] if self.keeps_records else None)

    def _gathered(self, stream: IO[bytes]) -> Iterator[RequestBatch]:
        separator = LINE if self.split_type == "Line" else b""
        bodies: list[bytes] = []
        kept: list[bytes] = []
        size = 0
        for record in self._records(stream):
            body = self._body(record)
            check_size(len(body), self.limit)
            larger = size + len(body) + (len(separator) if bodies else 0)
            if bodies and self.limit is not None and larger > self.limit:
                yield self._batch(separator.join(bodies), kept)
                bodies, kept = [], []
                larger = len(body)
            size = larger
            bodies.append(body)
            if self.keeps_records:
                kept.append(record)
        if bodies:
            yield self._batch(separator.join(bodies), kept)

    def _blocks_of_lines(self, stream: IO[bytes]) -> Iterator[RequestBatch]:
        """The same for lines that are not filtered, without an object for each of them."""
        if self.limit is None:
            content = stream.read()
            if content:
                yield self._of_lines(content.removesuffix(LINE))
            return
        buffered = b""
        while True:
            # One more byte: the line feed behind the last line does not count.
            more = stream.read(self.limit + 1 - len(buffered))
            buffered += more
            if not buffered:
                return
            if len(buffered) <= self.limit and not more:
                yield self._of_lines(buffered.removesuffix(LINE))
                return
            if len(buffered) <= self.limit:
                continue
            end = buffered.rfind(LINE)
            if end < 0:
                raise TransformError(TOO_LARGE)
            yield self._of_lines(buffered[:end])
            buffered = buffered[end + 1 :]

    def _records(self, stream: IO[bytes]) -> Iterator[bytes]:
        # What InputFilter leaves must fit, not the record.
        limit = self.limit if self.selected is None else None
        return splitting.records(stream, self.split_type, limit)

    def _body(self, record: bytes) -> bytes:
        return record if self.selected is None else self.selected(record)

    def _batch(self, body: bytes, records: list[bytes]) -> RequestBatch:
        return RequestBatch(body, records if self.keeps_records else None)

    def _of_lines(self, body: bytes) -> RequestBatch:
        return RequestBatch(body, body.split(LINE) if self.keeps_records else None)
