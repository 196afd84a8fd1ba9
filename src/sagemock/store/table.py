"""A table of documents, each identified by one of its properties.

Each state of a document is a row of its own, numbered from zero: a change adds a row and marks the
old one as dead, and nothing else ever changes. So a reader that knows how many rows and how many
deaths there were at a moment can read the table as it was then, without a lock, while others write.
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
"""Maps all spellings of a key to the same text."""

Change = Mapping[str, Any] | Callable[[D], D]
"""Members to overwrite, or a function that returns the new document."""

SLACK = 1024
"""Dead rows that a table may have beyond the number of living ones before it drops them."""


class DuplicateKey(Exception):
    """The table has a document with that key already."""


class NoSuchKey(Exception):
    """The table has no document with that key. Not a `KeyError`, which a change may raise."""


class Table(Generic[D]):
    """Documents by key, in the order in which they were inserted.

    A document is never changed in place: a change replaces it, so that a reader always has a
    consistent state. Safe for many threads; `lock` is for callers that must check and then act.
    Readers never wait for it.

    Parameters
    ----------
    key : str
        The property that identifies a document.
    ignores_case : bool
        Whether keys that differ only in case are the same.
    """

    def __init__(self, key: str, *, ignores_case: bool = False) -> None:
        self.key = key
        self._fold: Fold = str.lower if ignores_case else str
        self._lock = forks.rlock()
        self.lock = TableLock(self._lock)
        self._rows: Rows[D] = Rows(key, [], self._fold)
        self._index: Index | None = None
        self._observers: Observers | None = None
        self._side_tables: tuple[dict[str, Any], ...] = ()

    def subscribe(self, observer: Observer[D]) -> None:
        """Call an observer after every change from now on.

        It runs in the thread that makes the change, before the writing call returns, and for each
        document in the order of its changes. No table is locked meanwhile: changes that a thread
        makes while it holds the `lock` of a table are delivered once it has released it.

        An observer may write to other tables, and to this one. A change to the document that it
        is called for, or to one whose observers another thread is calling, is delivered after
        the current call. In a chain of changes that observers make, no observer sees the
        seventeenth. An exception is logged; the change is kept, and other observers see it.

        Parameters
        ----------
        observer : Observer
            Gets the document before and after the change; None before its insertion and after its
            removal.
        """
        with self._lock:
            self._observers = self._observers or Observers()
            self._observers.add(observer)

    def side_table(self) -> dict[str, Any]:
        """A dictionary for what belongs to documents without being part of them, by their keys.

        An entry is removed together with its document, in one step, so that a later document with
        that key starts without it. An entry may be added before its document.
        """
        values: dict[str, Any] = {}
        with self._lock:
            self._side_tables += (values,)
        return values

    def close(self) -> None:
        """Call no more observers, and wait for those that other threads run."""
        if self._observers is not None:
            self._observers.close()

    def insert(self, document: D) -> None:
        """Add a document. Raises `DuplicateKey`."""
        key = self._fold(document[self.key])
        with self._lock:
            rows = self._rows
            size = len(rows.documents)
            # One step both checks whether the key is free and takes it.
            if rows.row_of.setdefault(key, size) != size:
                raise DuplicateKey(document[self.key])
            rows.documents.append(document)
            rows.now = (size + 1, len(rows.dead))
            if self._observers is not None:
                self._observers.note(key, None, document)
        if self._observers is not None:
            deliver()

    def get(self, key: str) -> D | None:
        """The document with that key, or None."""
        rows = self._rows
        row = rows.row_of.get(self._fold(key))
        # A row that is being inserted has its number before it has its document.
        return rows.documents[row] if row is not None and row < len(rows.documents) else None

    def replace(self, document: D) -> None:
        """Replace the document that has the same key. Raises `NoSuchKey`."""
        self.update(document[self.key], lambda _: document)

    def update(self, key: str, change: Change[D]) -> D:
        """Change a document in one step, and return the new one.

        Parameters
        ----------
        key : str
            The key of the document.
        change : Change
            Members to overwrite, or a function from the old document to the new one.

        Raises
        ------
        NoSuchKey
            The table has no such document.
        ValueError
            The change is to the key.
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
        """Remove a document, and return it. Raises `NoSuchKey`."""
        with self.lock:
            rows = self._rows
            key = self._fold(key)
            row = rows.row_of.pop(key, None)
            if row is None:
                raise NoSuchKey(key)
            rows.dead.append(row)
            self._publish(rows)
            document = rows.documents[row]
            for values in self._side_tables:
                values.pop(document[self.key], None)
            if self._observers is not None:
                self._observers.note(key, document, None)
            return document

    def _publish(self, rows: Rows[D]) -> None:
        """Let readers see a write; start anew when most of the rows are dead."""
        size, deaths = len(rows.documents), len(rows.dead)
        if deaths > SLACK + len(rows.row_of):
            living = [rows.documents[row] for row in rows.row_of.values()]
            self._rows = Rows(self.key, living, self._fold)
            self._index = None
        else:
            rows.now = (size, deaths)

    def snapshot(self) -> Snapshot[D]:
        """The table as it is now, with every write that has returned. It never changes."""
        rows = self._rows
        return Snapshot(rows, *rows.now)

    @property
    def index(self) -> Index | None:
        """The index of the rows as they are now; None until a search has built one."""
        return self._index

    def view(self, fields: Iterable[Field], order: Ordering | None = None) -> View:
        """The table as it is now, as columns; see `store.index`, which loads numpy."""
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
