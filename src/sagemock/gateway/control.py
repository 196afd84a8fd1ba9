"""`sagemock.control`: the controls of this process, with what they reach."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagemock.controls import Control, NotMocked
from sagemock.errors import ServiceError
from sagemock.regions import default_region

if TYPE_CHECKING:
    from sagemock.world import World


class _MotosWorlds:
    """`controls.Reach`: the worlds that moto's backends hold."""

    def worlds(self) -> list[World]:
        from sagemock.gateway import backend

        _check_on()
        return backend.settled_worlds()

    def world(self, region: str | None = None, account_id: str | None = None) -> World:
        from moto.core.models import DEFAULT_ACCOUNT_ID

        from sagemock.gateway import backend

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
        from sagemock import operations
        from sagemock.service_model import CONTROL_PLANE

        try:
            operations.check(CONTROL_PLANE, operation, request)
        except ServiceError as error:
            raise ValueError(error.message) from None


def _check_on() -> None:
    from sagemock.gateway.plug import plug

    if not plug.on:
        raise NotMocked


control = Control(_MotosWorlds())
