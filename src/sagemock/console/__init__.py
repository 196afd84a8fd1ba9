"""The console: the resources of a server in a browser, below `/sagemock/`.

A WSGI application of its own. The URL is the whole state of a page, so it can be bookmarked,
shared and reloaded; pages are rendered here and work without JavaScript. Every page also exists
as `.json`, every table as `.csv`.
"""

from __future__ import annotations

from sagemock.console.app import Console
from sagemock.console.page_request import PREFIX, Worlds

__all__ = ["PREFIX", "Console", "Worlds"]
