"""NextTokens: opaque to clients, and bound to the question that they were given for."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sagemock.query.errors import QueryError


def encode(offset: int, request: Mapping[str, Any]) -> str:
    """The token with which a request goes on at an offset."""
    return base64.urlsafe_b64encode(f"{offset}:{_digest(request)}".encode()).decode()


def start_of(request: Mapping[str, Any]) -> int:
    """The offset that a request starts at.

    Raises `QueryError` when its NextToken was given for another request.
    """
    if "NextToken" not in request:
        return 0
    try:
        offset, digest = base64.urlsafe_b64decode(request["NextToken"].encode()).decode().split(":")
        if digest != _digest(request) or not offset.isdecimal():
            raise ValueError(digest)
        return int(offset)
    except ValueError as error:
        # To the letter, unfilled placeholder included: so it was seen.
        raise QueryError('Invalid pagination token because "{0}".') from error


def _digest(request: Mapping[str, Any]) -> str:
    """The question that a token belongs to; the size of a page is no part of it."""
    question = {
        name: value for name, value in request.items() if name not in ("NextToken", "MaxResults")
    }
    text = json.dumps(question, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
