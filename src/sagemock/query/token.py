"""NextTokens: opaque to clients, and bound to the request that they were made for."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sagemock.query.bookmark import Bookmark
from sagemock.query.errors import QueryError

LONGEST = 8192
"""Characters of a NextToken, by the API model."""


class Tokens:
    """The tokens of one request.

    Attributes
    ----------
    start : int
        Where the page begins, by the NextToken of the request; 0 without one.
    bookmark : Bookmark or None
        The last document of the page before, if its token names one.

    Raises
    ------
    QueryError
        The NextToken belongs to another request, or is not a token.
    """

    __slots__ = ("_request", "bookmark", "start")

    def __init__(self, request: Mapping[str, Any]) -> None:
        self._request = request
        self.start = 0
        self.bookmark: Bookmark | None = None
        if "NextToken" in request:
            self.start, *mark = self._decoded(request["NextToken"])
            self.bookmark = Bookmark(*mark) if mark else None

    def at(self, offset: int, bookmark: Bookmark | None = None) -> str:
        """The token that continues the request at an offset, after a document if one is given."""
        mark = () if bookmark is None else (bookmark.value, bookmark.key)
        token = self._encoded([offset, *mark])
        return token if len(token) <= LONGEST else self._encoded([offset])

    def _encoded(self, position: list[Any]) -> str:
        text = json.dumps([self._digest(position), *position], ensure_ascii=False)
        return base64.urlsafe_b64encode(text.encode()).decode()

    def _decoded(self, token: str) -> list[Any]:
        try:
            digest: str
            position: list[Any]
            digest, *position = json.loads(base64.urlsafe_b64decode(token.encode()))
            if digest != self._digest(position):
                raise ValueError(token)
        except (RecursionError, TypeError, ValueError) as error:
            # As AWS writes it, with the placeholder unfilled.
            raise QueryError('Invalid pagination token because "{0}".') from error
        return position

    def _digest(self, position: list[Any]) -> str:
        """What a token is bound to: all of the request but the token and the size of its page."""
        bound = {
            name: value
            for name, value in self._request.items()
            if name not in ("NextToken", "MaxResults")
        }
        text = json.dumps([bound, position], sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
