"""An in-memory store of documents that keeps its indexes right as they change."""
