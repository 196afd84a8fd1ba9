"""A request for a page: its account and region, and the URLs of other pages there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, Self
from urllib.parse import quote, quote_plus

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request

from sagemock.accounts.regions import default_region
from sagemock.accounts.world import Response as Answer
from sagemock.accounts.world import World
from sagemock.api import operations
from sagemock.wire.service_model import CONTROL_PLANE

PREFIX = "/sagemock"
_ACCOUNT = re.compile(r"\d{12}")
_ASCII = re.compile(r"[\x00-\x7f]+")

Arguments = Sequence[tuple[str, str]]


class Worlds(Protocol):
    """Where the console finds what it shows."""

    default_account: str
    over_http: bool
    """Whether clients reach them where the console is."""

    def of(self, account_id: str, region: str) -> World:
        """The world of that account and region, with all that is due.

        Raises LookupError for an unknown region.
        """
        ...

    def used(self) -> Iterable[World]:
        """The worlds that have been used, with all that is due."""
        ...


class PageRequest:
    """A request to the console, the world it is about, and the addresses of other pages.

    endpoint: where clients find AWS's services; None in a mock, which they need not be told of.
    path: where the page is, below the console's own prefix.
    """

    def __init__(self, request: Request, worlds: Worlds) -> None:
        self.request = request
        self.endpoint = request.host_url.rstrip("/") if worlds.over_http else None
        self.worlds = worlds
        self.args = request.args
        self.path = request.path.removeprefix(PREFIX).rstrip("/") or "/"
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
        """Run an AWS operation, as if a client had called it.

        Pages that only read do without: what a test denies its code, it may still look at. Raises
        errors of `sagemock.errors`.
        """
        return operations.run(self.world, service, operation, request)

    @property
    def scope(self) -> Arguments:
        """Account and region, as far as they are not the ones that are meant anyway."""
        pairs = []
        if self.account != self.worlds.default_account:
            pairs.append(("account", self.account))
        if self.region != default_region():
            pairs.append(("region", self.region))
        return pairs

    def url(self, path: str, arguments: Arguments = (), suffix: str = "") -> str:
        """The address of a page, in this account and region."""
        return address(path, [*arguments, *self.scope], suffix)

    def at(self, path: str) -> Self:
        """This request, as if for the page at another path, which shows why a change is refused."""
        self.path = path
        return self

    def variant(self, suffix: str) -> str:
        """The address of this very page as `json`, `csv` or `py`."""
        path = self.path if self.path != "/" else "/index"
        arguments = [(name, value) for name, value in self.args.items(multi=True) if value]
        return address(path, arguments, f".{suffix}")


def address(path: str, arguments: Arguments = (), suffix: str = "") -> str:
    """The address of a page of the console.

    Letters beyond ASCII stay as they are, a third as long; browsers write them out themselves.
    """
    query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in arguments)
    return f"{PREFIX}{quote(path, errors='replace')}{suffix}" + (f"?{query}" if query else "")


def _quoted(text: str) -> str:
    return _ASCII.sub(lambda found: quote_plus(found[0], safe=":/"), text)
