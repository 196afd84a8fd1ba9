"""What is wrong with a search, in AWS's words where they are known."""

from __future__ import annotations


class QueryError(Exception):
    """The search cannot be understood; the text is that of a ValidationException."""
