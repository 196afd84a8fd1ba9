"""An in-memory store of documents that keeps its indexes right as they change."""

from __future__ import annotations

from sagemock.store.table import Change, Document, DuplicateKey, Table

__all__ = ["Change", "Document", "DuplicateKey", "Table"]
