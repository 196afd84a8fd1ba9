"""What is wrong with a search, in AWS's words where they are known."""

from __future__ import annotations


class QueryError(Exception):
    """A search that is not valid; the text is that of AWS's ValidationException."""
