"""A table of documents, each identified by one of its properties.

Every state that a document has had is a row of its own, numbered from zero: a change adds a
row and marks the old one dead, and nothing else ever changes. So whoever knows how many rows
and how many deaths there were at a moment knows the table as it was at that moment, and reads
it without a lock while others write on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, cast

from sagemock import forks
from sagemock.documents import D
from sagemock.store.observers import Observer, Observers, TableLock, deliver
from sagemock.store.rows import Rows, Snapshot

if TYPE_CHECKING:
    from sagemock.store.column import Field
    from sagemock.store.index import Index, Ordering, View

Fold = Callable[[str], str]
"""Makes keys that are the same equal."""

Change = Mapping[str, Any] | Callable[[D], D]

SLACK = 1024
"""Dead rows that a table keeps at least, before it drops them."""


class DuplicateKey(Exception):
    """A document of that key is in the table already."""


class NoSuchKey(Exception):
    """No document of that key is in the table. Not a `KeyError`, which a change may raise."""


class Table(Generic[D]):
    """Documents by key, in the order in which they were inserted.

    A document is never changed in place: a change puts a new one in its place, so that whoever
    holds one holds a consistent state. Safe for many threads; `lock` is for callers that need
    to look and then act. Nobody who only reads waits for it.

    ignores_case: whether keys that differ only in case are the same.
    """

    def __init__(self, key: str, *, ignores_case: bool = False) -> None:
        self.key = key
        self._fold: Fold = str.lower if ignores_case else str
        self._lock = forks.rlock()
        self.lock = TableLock(self._lock)
        self._rows: Rows[D] = Rows(key, [], self._fold)
        self._index: Index | None = None
        self._observers: Observers | None = None
        self._beside: tuple[dict[str, Any], ...] = ()

    def subscribe(self, observer: Observer[D]) -> None:
        """Call `observer(before, after)` after every change from now on.

        before and after: the document; None before its insertion and after its removal. The
        observer runs in the thread that makes the change, before the writing call returns, and
        for one document always in the order of its changes. No table is locked meanwhile: while
        a thread holds the `lock` of one, its changes wait for the end of that.

        It may write to other tables, and to this one; a change that it makes to the document
        which it sees, or to one that another thread's observers see just then, is delivered after
        that one. Of changes that follow from one another the seventeenth has no consequences. An
        observer that raises is logged; the change stands, and other observers see it.
        """
        with self._lock:
            self._observers = self._observers or Observers()
            self._observers.add(observer)

    def beside(self) -> dict[str, Any]:
        """A place for what belongs to documents and is no part of them, by their keys.

        What is there goes with its document, in the same step, so that a later document of that
        key starts without it. It may be there before its document is.
        """
        values: dict[str, Any] = {}
        with self._lock:
            self._beside += (values,)
        return values

    def close(self) -> None:
        """Call no observer any more; one that another thread runs has ended by then."""
        if self._observers is not None:
            self._observers.close()

    def insert(self, document: D) -> None:
        """Add a document. Raises `DuplicateKey`."""
        key = self._fold(document[self.key])
        with self._lock:
            rows = self._rows
            size = len(rows.documents)
            # One step both asks whether the key is taken and takes it.
            if rows.row_of.setdefault(key, size) != size:
                raise DuplicateKey(document[self.key])
            rows.documents.append(document)
            rows.now = (size + 1, len(rows.dead))
            if self._observers is not None:
                self._observers.note(key, None, document)
        if self._observers is not None:
            deliver()

    def get(self, key: str) -> D | None:
        """The document of that key, or None."""
        rows = self._rows
        row = rows.row_of.get(self._fold(key))
        # A row that is being inserted has its number before it has its document.
        return rows.documents[row] if row is not None and row < len(rows.documents) else None

    def replace(self, document: D) -> None:
        """Put a document in the place of the one with its key. Raises `NoSuchKey`."""
        self.update(document[self.key], lambda _: document)

    def update(self, key: str, change: Change[D]) -> D:
        """Change a document as one step, and give the new one. Raises `NoSuchKey`.

        A mapping is laid over the old document; a function gets the old one and makes the new.
        """
        with self.lock:
            rows = self._rows
            key = self._fold(key)
            row = rows.row_of.get(key)
            if row is None:
                raise NoSuchKey(key)
            old = rows.documents[row]
            new = change(old) if callable(change) else cast("D", {**old, **change})
            if new[self.key] != old[self.key]:
                raise ValueError(f"{self.key} identifies a document and cannot change")
            rows = self._rows  # `change` may have written to the table as well.
            rows.documents.append(new)
            rows.dead.append(rows.row_of[key])
            before = rows.documents[rows.dead[-1]]
            rows.row_of[key] = len(rows.documents) - 1
            self._publish(rows)
            if self._observers is not None:
                self._observers.note(key, before, new)
            return new

    def delete(self, key: str) -> D:
        """Remove a document and give it. Raises `NoSuchKey`."""
        with self.lock:
            rows = self._rows
            key = self._fold(key)
            row = rows.row_of.pop(key, None)
            if row is None:
                raise NoSuchKey(key)
            rows.dead.append(row)
            self._publish(rows)
            document = rows.documents[row]
            for values in self._beside:
                values.pop(document[self.key], None)
            if self._observers is not None:
                self._observers.note(key, document, None)
            return document

    def _publish(self, rows: Rows[D]) -> None:
        """Let readers see what has been done; start anew when most of the rows are dead."""
        size, deaths = len(rows.documents), len(rows.dead)
        if deaths > SLACK + len(rows.row_of):
            living = [rows.documents[row] for row in rows.row_of.values()]
            self._rows = Rows(self.key, living, self._fold)
            self._index = None
        else:
            rows.now = (size, deaths)

    def snapshot(self) -> Snapshot[D]:
        """The table as it is now, for reading at leisure: every write that has returned."""
        rows = self._rows
        return Snapshot(rows, *rows.now)

    @property
    def index(self) -> Index | None:
        """The index of the rows as they are now, once a search has made one."""
        return self._index

    def view(self, fields: Iterable[Field], order: Ordering | None = None) -> View:
        """The table as it is now, by columns; see `store.index`, which needs numpy."""
        index = self._index
        if index is None:
            from sagemock.store.index import Index

            with self._lock:
                index = self._index = self._index or Index(self._rows, self.key)
        return index.view(fields, order)

    def documents(self) -> list[D]:
        """All documents as they are now, in the order of insertion."""
        with self._lock:
            rows = self._rows
            return [rows.documents[row] for row in rows.row_of.values()]

    def __len__(self) -> int:
        return len(self.snapshot())

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._fold(key) in self._rows.row_of

    def __iter__(self) -> Iterator[D]:
        return iter(self.documents())
