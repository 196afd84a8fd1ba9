"""Everything that one account has in one region."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sagemock.config import Config
from sagemock.services import Services
from sagemock.store import Table

if TYPE_CHECKING:
    from sagemock.inference.deployment import Deployment

Request = Mapping[str, Any]
"""A validated request, in wire shape."""

Response = dict[str, Any]
"""An answer in wire shape: JSON types only, times as seconds since the epoch."""

Submit = Callable[[Callable[[], None]], None]
"""Runs a job, at once or beside the requests, as `Config.training` says."""


class World:
    """The resources of one account in one region, and the neighbours they talk to.

    Documents in the tables are wire-shaped and never changed in place: a change replaces the
    document, so that whoever holds one holds a consistent state.
    """

    def __init__(
        self,
        account_id: str,
        region: str,
        partition: str,
        *,
        config: Config,
        services: Services,
        submit: Submit,
        closed: threading.Event | None = None,
    ) -> None:
        self.account_id = account_id
        self.region = region
        self.partition = partition
        self.config = config
        self.services = services
        self.submit = submit
        self.closed = closed or threading.Event()
        self.training_jobs = Table("TrainingJobName")
        self.models = Table("ModelName")
        self.endpoint_configs = Table("EndpointConfigName")
        self.endpoints = Table("EndpointName")
        self.deployments: dict[str, Deployment] = {}
        self.random = random.Random(config.seed)

    def close(self) -> None:
        """Ask running jobs to stop; nothing of this world reaches the outside any more."""
        self.closed.set()
