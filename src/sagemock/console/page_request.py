"""A request for a page: its account and region, and the URLs of other pages there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, Self

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request

from sagemock.accounts.regions import default_region
from sagemock.accounts.world import Response as Answer
from sagemock.accounts.world import World
from sagemock.api import operations
from sagemock.console.links import PREFIX, Arguments, address
from sagemock.wire.service_model import CONTROL_PLANE

_ACCOUNT = re.compile(r"\d{12}")
_OF_PLACE = frozenset({"account", "region", "page", "job", "kind", "name", "sample"})
"""The arguments of URLs that have no meaning in another account and region."""


class Worlds(Protocol):
    """The accounts and regions that the console shows."""

    default_account: str
    over_http: bool
    """Whether AWS clients reach them at the URL of the console."""

    def of(self, account_id: str, region: str) -> World:
        """Return the world of an account and region, with everything settled that is due.

        Raises `LookupError` for an unknown region.
        """
        ...

    def used(self) -> Iterable[World]:
        """Return the worlds that have been used, with everything settled that is due."""
        ...


class PageRequest:
    """A request for a page, the world that it is about, and the URLs of other pages there.

    Attributes
    ----------
    endpoint
        The `endpoint_url` for AWS clients; None in a mock, where they need none.
    args
        The arguments of the URL.
    path
        The path of the page below the prefix of the console.
    message
        What the page says about the change that led to it; empty for nothing.

    Raises
    ------
    NotFound
        The account is no account ID, or the region does not exist.
    """

    def __init__(self, request: Request, worlds: Worlds) -> None:
        self.request = request
        self.endpoint = request.host_url.rstrip("/") if worlds.over_http else None
        self.worlds = worlds
        self.args = request.args
        self.path = request.path.removeprefix(PREFIX).rstrip("/") or "/"
        self.message = ""
        self.account = request.args.get("account") or worlds.default_account
        self.region = request.args.get("region") or default_region()
        if not _ACCOUNT.fullmatch(self.account):
            raise NotFound(f"An account is a number of twelve digits, not {self.account!r}.")
        try:
            self.world = worlds.of(self.account, self.region)
        except LookupError:
            raise NotFound(f"SageMaker is not offered in the region {self.region!r}.") from None

    def call(
        self, operation: str, request: Mapping[str, Any], service: str = CONTROL_PLANE
    ) -> Answer:
        """Run an AWS operation as if a client had called it.

        Raises
        ------
        ServiceError, NotOurs

        Notes
        -----
        Only changes go this way. A page that reads must work while a test makes operations fail,
        and must not use up the rules that make them fail.
        """
        return operations.run(self.world, service, operation, request)

    @property
    def scope(self) -> Arguments:
        """The arguments for account and region, empty where both are the default ones."""
        return self._scope_of(self.account, self.region)

    def _scope_of(self, account: str, region: str) -> Arguments:
        pairs = []
        if account != self.worlds.default_account:
            pairs.append(("account", account))
        if region != default_region():
            pairs.append(("region", region))
        return pairs

    def elsewhere(self, account: str, region: str) -> str:
        """Return the URL of this page in another account and region.

        The page of a resource leads to the list of its kind, as the resource itself is only here.
        """
        scope = self._scope_of(account, region)
        folder, _, rest = self.path.removeprefix("/").partition("/")
        if rest:
            return address("/" if folder == "documents" else f"/{folder}", scope)
        kept = [
            (name, value)
            for name, value in self.args.items(multi=True)
            if name not in _OF_PLACE and value
        ]
        return address(self.path, [*kept, *scope])

    def url(self, path: str, arguments: Arguments = (), suffix: str = "") -> str:
        """Return the URL of a page in the same account and region."""
        return address(path, [*arguments, *self.scope], suffix)

    def url_in(self, account: str, region: str, path: str) -> str:
        """Return the URL of a page in another account and region."""
        return address(path, self._scope_of(account, region))

    def at(self, path: str) -> Self:
        """Turn into a request for another page, which shows why a change was refused."""
        self.path = path
        return self

    def in_format(self, suffix: str) -> str:
        """Return the URL of the same page as `json`, `csv` or `py`."""
        path = self.path if self.path != "/" else "/index"
        return self._again(path, f".{suffix}")

    def itself(self) -> str:
        """Return the URL of the same page."""
        return self._again(self.path)

    def _again(self, path: str, suffix: str = "") -> str:
        arguments = [(name, value) for name, value in self.args.items(multi=True) if value]
        if path == "/search":
            # Ticks choose what is done with rows, and not which ones there are.
            arguments = [pair for pair in arguments if pair[0] != "tick"]
        return address(path, arguments, suffix)
