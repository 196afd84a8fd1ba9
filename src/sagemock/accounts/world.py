"""Everything that one account has in one region."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sagemock.accounts.rules import RULES, Rules
from sagemock.accounts.services import Services
from sagemock.config import Config
from sagemock.documents import Document
from sagemock.faults.active_rules import ActiveRules
from sagemock.jobs.engine import Progression
from sagemock.jobs.progressions import Progressions
from sagemock.jobs.state import IMMEDIATE, Pace, Reason
from sagemock.jobs.workflow import Work
from sagemock.resources import clock, types, warm_pool
from sagemock.resources.metric_series import MetricSeries
from sagemock.resources.types import ResourceType
from sagemock.store import NoSuchKey, Table

if TYPE_CHECKING:
    from sagemock.hosting.deployment import Deployment
    from sagemock.jobs.executors import Trainer
    from sagemock.resources.endpoint import EndpointConfig
    from sagemock.resources.experiment import Experiment, Trial
    from sagemock.resources.feature_group import FeatureGroup
    from sagemock.resources.feature_metadata import Feature
    from sagemock.resources.model import Model
    from sagemock.resources.training_job_document import TrainingJob
    from sagemock.resources.trial_component import TrialComponent

Request = Mapping[str, Any]
"""A validated request, in wire shape."""

Response = dict[str, Any]
"""An answer in wire shape: JSON types only, times as seconds since the epoch."""


@dataclass(frozen=True)
class Runtime:
    """How things come about in a world, which the process decides for all of them.

    submit: runs work, at once or beside the requests, as `Config.training` says, and gives what
    it may wait for. trainer: what trains, or None where it is `off`. pace: how a kind of resource
    (`training-job`) gets from status to status, as moto's state manager says. faults: what
    is to go wrong. changed: is called whenever a status changes. looked: is called
    with what somebody describes before it is described, and may wait for its end.
    """

    submit: Callable[[Work], Reason | None]
    trainer: Callable[[], Trainer | None]
    pace: Callable[[str], Pace] = lambda _: IMMEDIATE
    faults: ActiveRules = field(default_factory=ActiveRules)
    changed: Callable[[], None] = lambda: None
    looked: Callable[[Progression[Any]], None] = lambda _: None


class World:
    """The resources of one account in one region, and the other services that they use.

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
        runtime: Runtime,
        closed: threading.Event | None = None,
    ) -> None:
        self.account_id = account_id
        self.region = region
        self.partition = partition
        self.config = config
        self.services = services
        self.runtime = runtime
        self.closed = closed or threading.Event()
        self._tables: dict[ResourceType, Table[Any]] = {
            kind: Table(kind.identity or kind.key, ignores_case=kind.ignores_case)
            for kind in types.OURS
        }
        self.training_jobs: Table[TrainingJob] = self.table(types.TRAINING_JOB)
        self.models: Table[Model] = self.table(types.MODEL)
        self.endpoint_configs: Table[EndpointConfig] = self.table(types.ENDPOINT_CONFIG)
        self.endpoints: Table[Document] = self.table(types.ENDPOINT)
        self.experiments: Table[Experiment] = self.table(types.EXPERIMENT)
        # Its lock is also that of what belongs to trials: who creates or deletes one looks first.
        self.trials: Table[Trial] = self.table(types.TRIAL)
        self.trial_components: Table[TrialComponent] = self.table(types.TRIAL_COMPONENT)
        self.feature_groups: Table[FeatureGroup] = self.table(types.FEATURE_GROUP)
        self.feature_metadata: Table[Feature] = self.table(types.FEATURE_METADATA)
        # What belongs to resources and is no part of their documents; it goes with them.
        # The values behind the Metrics of each component, under the lock of the trials too.
        self.metric_series: dict[str, dict[str, MetricSeries]] = self.trial_components.side_table()
        # The values of each training job's metrics, as far as its log has them by now.
        self.job_metrics: dict[str, dict[str, MetricSeries]] = self.training_jobs.side_table()
        self.deployments: dict[str, Deployment] = self.endpoints.side_table()
        self.progressions = Progressions()
        # The jobs that have instances for a later one to run on.
        self.warm_pools: set[str] = set()
        self.training_jobs.subscribe(self._note_warm_pool)
        self.random = random.Random(config.seed)

    def table(self, kind: ResourceType) -> Table[Any]:
        """All resources of a kind. Raises KeyError for one that moto keeps."""
        return self._tables[kind]

    @property
    def rules(self) -> Rules:
        """What holds here, as `Config.validation` says."""
        return RULES[self.config.validation]

    def settle(self) -> None:
        """Take on all whose time has come; costs nothing while there is none."""
        self.progressions.settle()
        for name in list(self.warm_pools):
            self._end_warm_pool(name)

    def _end_warm_pool(self, name: str) -> None:
        def change(job: TrainingJob) -> TrainingJob:
            # A new job may have just taken the pool.
            over = warm_pool.is_available(job) and warm_pool.expired(job, clock.now())
            return warm_pool.terminated(job) if over else job

        job = self.training_jobs.get(name)
        if job is not None and change(job) is not job:
            with suppress(NoSuchKey):  # The job may have been deleted.
                self.training_jobs.update(name, change)

    def _note_warm_pool(self, before: TrainingJob | None, after: TrainingJob | None) -> None:
        if after is not None and warm_pool.is_available(after):
            self.warm_pools.add(after["TrainingJobName"])
        elif before is not None:
            self.warm_pools.discard(before["TrainingJobName"])

    def look(self, kind: ResourceType, name: str) -> None:
        """A resource is about to be described: its pace may count that."""
        progression = self.progressions.get(kind.arn_kind, name)
        if progression is not None:
            progression.look()
            self.runtime.looked(progression)

    def close(self) -> None:
        """Ask running jobs to stop; nothing of this world reaches the outside any more."""
        self.closed.set()
        for table in self._tables.values():
            table.close()
        self.progressions.close()
        if self.deployments:
            # Only what has been loaded can end.
            from sagemock.hosting.deployment import close

            for deployment in list(self.deployments.values()):
                close(deployment)
