"""Messages after changes, such as `Deleted the model m`: shown once, on the next page.

The text stays in the server. The browser gets a random token in a cookie that lasts a minute, so no
address and no other site can make a page say something.
"""

from __future__ import annotations

import secrets

from werkzeug.wrappers import Request, Response

from sagemock.console.links import PREFIX

COOKIE = "sagemock-message"
MAX_AGE = 60
MAX_MESSAGES = 100
"""How many messages wait at most; the oldest is dropped."""


class Messages:
    """The messages that no page has shown yet."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def send(self, response: Response, text: str) -> None:
        """Have the next page of the browser that gets a response show a text."""
        token = secrets.token_urlsafe(16)
        self._texts[token] = text
        for oldest in list(self._texts)[:-MAX_MESSAGES]:
            self._texts.pop(oldest, None)
        response.set_cookie(
            COOKIE, token, max_age=MAX_AGE, path=PREFIX, httponly=True, samesite="Strict"
        )

    def take(self, request: Request) -> str:
        """Return the message for the page of a request, once; empty for none.

        A script that refreshes a page does not take it from a page that is about to be opened.
        """
        if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
            return ""
        return self._texts.pop(request.cookies.get(COOKIE, ""), "")
