"""The console: what a mock or a server holds, in a browser, below `/sagemock/`.

It is a WSGI application of its own. A page has no state but its URL, which can be bookmarked,
shared and reloaded. Pages are rendered on the server and work without JavaScript. Each is also
offered as `.json`, and each table as `.csv`.
"""

from __future__ import annotations

from sagemock.console.app import Console
from sagemock.console.links import PREFIX
from sagemock.console.page_request import Worlds

__all__ = ["PREFIX", "Console", "Worlds"]
