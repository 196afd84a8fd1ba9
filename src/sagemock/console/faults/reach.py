"""`sagemock.control` for the console: the same controls, on the worlds that the console shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sagemock.accounts.regions import default_region
from sagemock.accounts.world import World
from sagemock.api import operations
from sagemock.console.page_request import Worlds
from sagemock.errors import ServiceError
from sagemock.faults.controls import Control
from sagemock.wire.service_model import CONTROL_PLANE


class _ConsoleReach:
    """`controls.Reach` on the worlds of the console."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds

    def worlds(self) -> Iterable[World]:
        return self._worlds.used()

    def world(self, region: str | None = None, account_id: str | None = None) -> World:
        region = region or default_region()
        try:
            return self._worlds.of(account_id or self._worlds.default_account, region)
        except LookupError:
            raise ValueError(f"SageMaker is not available in the region {region!r}") from None

    def check(self, operation: str, request: Mapping[str, Any]) -> None:
        try:
            operations.check(CONTROL_PLANE, operation, request)
        except ServiceError as error:
            raise ValueError(error.message) from None


def control_of(worlds: Worlds) -> Control:
    """Return the controls of the worlds that the console shows."""
    return Control(_ConsoleReach(worlds))
