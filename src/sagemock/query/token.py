"""NextTokens: opaque to clients, and bound to the question that they were given for."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sagemock.query.errors import QueryError


class Tokens:
    """The tokens of one request.

    Raises `QueryError` when the request's NextToken was given for another one.
    """

    __slots__ = ("_digest", "_request", "start")

    def __init__(self, request: Mapping[str, Any]) -> None:
        self._request = request
        self._digest: str | None = None
        self.start = self._decoded(request["NextToken"]) if "NextToken" in request else 0

    def at(self, offset: int) -> str:
        """The token with which the request goes on at an offset."""
        return base64.urlsafe_b64encode(f"{offset}:{self._question()}".encode()).decode()

    def _decoded(self, token: str) -> int:
        try:
            offset, digest = base64.urlsafe_b64decode(token.encode()).decode().split(":")
            if digest != self._question() or not offset.isdecimal():
                raise ValueError(token)
            return int(offset)
        except ValueError as error:
            # To the letter, unfilled placeholder included: so it was seen.
            raise QueryError('Invalid pagination token because "{0}".') from error

    def _question(self) -> str:
        """What a token belongs to; the size of a page is no part of it."""
        if self._digest is None:
            question = {
                name: value
                for name, value in self._request.items()
                if name not in ("NextToken", "MaxResults")
            }
            text = json.dumps(question, sort_keys=True)
            self._digest = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
        return self._digest
