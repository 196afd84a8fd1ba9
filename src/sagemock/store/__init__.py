"""An in-memory store of documents, with indexes that follow every change."""

from __future__ import annotations

from sagemock.store.rows import Snapshot
from sagemock.store.table import Change, DuplicateKey, NoSuchKey, Table
from sagemock.store.vocabulary import Vocabulary

__all__ = ["Change", "DuplicateKey", "NoSuchKey", "Snapshot", "Table", "Vocabulary"]
