"""`sagemock.control`: the controls of the mock or server in this process."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagemock.accounts.regions import default_region
from sagemock.errors import ServiceError
from sagemock.faults.controls import Control, NotMocked
from sagemock.moto_adapter.patch import moto_patch

if TYPE_CHECKING:
    from sagemock.accounts.world import World


class _MotoReach:
    """`controls.Reach` on the worlds in moto's backends."""

    def worlds(self) -> list[World]:
        from sagemock.moto_adapter import backend

        _check_on()
        return backend.settled_worlds()

    def world(self, region: str | None = None, account_id: str | None = None) -> World:
        from moto.core.models import DEFAULT_ACCOUNT_ID

        from sagemock.moto_adapter import backend

        _check_on()
        region = region or default_region()
        account_id = account_id or os.environ.get("MOTO_ACCOUNT_ID", DEFAULT_ACCOUNT_ID)
        try:
            world = backend.world_of(account_id, region)
        except backend.UnknownRegion:
            raise ValueError(f"SageMaker is not available in the region {region!r}") from None
        world.settle()
        return world

    def check(self, operation: str, request: Mapping[str, Any]) -> None:
        from sagemock.api import operations
        from sagemock.wire.service_model import CONTROL_PLANE

        try:
            operations.check(CONTROL_PLANE, operation, request)
        except ServiceError as error:
            raise ValueError(error.message) from None


def _check_on() -> None:
    if not moto_patch.on:
        raise NotMocked


control = Control(_MotoReach())
