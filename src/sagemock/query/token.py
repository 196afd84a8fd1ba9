"""NextTokens: opaque to clients, and bound to the request that they were made for."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sagemock.query.errors import QueryError


class Tokens:
    """The tokens of one request.

    Attributes
    ----------
    start : int
        Where the page begins, by the NextToken of the request; 0 without one.

    Raises
    ------
    QueryError
        The NextToken belongs to another request, or is not a token.
    """

    __slots__ = ("_digest", "_request", "start")

    def __init__(self, request: Mapping[str, Any]) -> None:
        self._request = request
        self._digest: str | None = None
        self.start = self._decoded(request["NextToken"]) if "NextToken" in request else 0

    def at(self, offset: int) -> str:
        """The token that continues the request at an offset."""
        return base64.urlsafe_b64encode(f"{offset}:{self._digest_of_request()}".encode()).decode()

    def _decoded(self, token: str) -> int:
        try:
            offset, digest = base64.urlsafe_b64decode(token.encode()).decode().split(":")
            if digest != self._digest_of_request() or not offset.isdecimal():
                raise ValueError(token)
            return int(offset)
        except ValueError as error:
            # As AWS writes it, with the placeholder unfilled.
            raise QueryError('Invalid pagination token because "{0}".') from error

    def _digest_of_request(self) -> str:
        """What a token is bound to: all of the request but the token and the size of its page."""
        if self._digest is None:
            bound = {
                name: value
                for name, value in self._request.items()
                if name not in ("NextToken", "MaxResults")
            }
            text = json.dumps(bound, sort_keys=True)
            self._digest = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
        return self._digest
