"""The worlds, in a backend of moto's: one by account and region, replaced at every reset."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.moto_api import state_manager

from sagemock.accounts.world import Runtime, World
from sagemock.api import subscriptions
from sagemock.config import Config
from sagemock.faults.active_rules import ActiveRules
from sagemock.jobs import nesting, server_wait
from sagemock.jobs.activity import activity
from sagemock.jobs.state import Pace, Reason
from sagemock.jobs.workers import Workers
from sagemock.jobs.workflow import Work, at_once
from sagemock.moto_adapter.aws_services import services_of

DEFAULT_ACCOUNT: str = DEFAULT_ACCOUNT_ID
"""The account of requests that name none."""


class UnknownRegion(Exception):
    """SageMaker is not available in the region."""


def pace(kind: str) -> Pace:
    """The transition that moto's state manager has configured for a kind of resource.

    Parameters
    ----------
    kind
        The kind in the state manager's model name, such as `training-job`.
    """
    transition: Pace = state_manager.get_transition(f"sagemaker::{kind}")
    return transition


def _close_worlds() -> None:
    for world in list(worlds()):
        world.close()


def _load(work: Work) -> Reason | None:
    """Load models in this thread, but for a client that would lose patience beside its request."""
    if server_wait.is_on_server():
        with nesting.nested():
            return workers.submit(work)
    at_once(work)
    return None


workers = Workers(stop_jobs=_close_worlds)
faults = ActiveRules()
runtime = Runtime(
    submit=workers.submit,
    trainer=workers.trainer,
    pace=pace,
    faults=faults,
    changed=activity.changed,
    looked=server_wait.await_end,
    load=_load,
    loading=server_wait.await_models,
)


class SageMockBackend(BaseBackend):
    """Holds the `World` of one account and region."""

    config = Config()

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        closed = threading.Event()
        self.world = World(
            account_id,
            region_name,
            self.partition,
            config=SageMockBackend.config,
            services=services_of(account_id, region_name, self.partition, closed),
            runtime=runtime,
            closed=closed,
        )
        subscriptions.connect(self.world)

    def reset(self) -> None:
        """Close the world, stop its jobs and forget all faults; moto calls this."""
        self.world.close()
        faults.clear()
        super().reset()


backends: BackendDict[SageMockBackend] = BackendDict(SageMockBackend, "sagemaker")


def world_of(account_id: str, region: str) -> World:
    """The world of an account and region, created at its first use. Raises `UnknownRegion`."""
    try:
        world: World = backends[account_id][region].world
    except KeyError as error:
        raise UnknownRegion(region) from error
    return world


def worlds() -> Iterator[World]:
    """Every world that has been used."""
    for _, _, backend in backends.iter_backends():
        typed: Any = backend
        yield typed.world


def settled_worlds() -> list[World]:
    """Every world that has been used, settled: for readers that go through no operation."""
    settled = list(worlds())
    for world in settled:
        world.settle()
    return settled


def use(config: Config) -> None:
    """Apply `config` to all worlds, present and future."""
    SageMockBackend.config = config
    workers.use(config)
    for world in list(worlds()):
        world.config = config
