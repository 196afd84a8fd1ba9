"""`World`: everything that one account has in one region."""

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
from sagemock.jobs import nesting
from sagemock.jobs.engine import Progression
from sagemock.jobs.progressions import Progressions
from sagemock.jobs.state import IMMEDIATE, Pace, Reason
from sagemock.jobs.workflow import Work, at_once
from sagemock.lineage.graph import LineageGraph
from sagemock.resources import clock, types, warm_pool
from sagemock.resources.metric_series import MetricSeries
from sagemock.resources.resource_type import ResourceType
from sagemock.store import NoSuchKey, Table

if TYPE_CHECKING:
    from sagemock.hosting.invocations import Invocations
    from sagemock.hosting.model_server import ModelServer
    from sagemock.jobs.executors import Trainer
    from sagemock.jobs.tuning_run import TuningRun
    from sagemock.lineage.endpoints import EndpointLineage
    from sagemock.lineage.packages import PackageLineage
    from sagemock.resources.endpoint_config import EndpointConfig
    from sagemock.resources.experiment import Experiment, Trial
    from sagemock.resources.feature_group import FeatureGroup
    from sagemock.resources.feature_metadata import Feature
    from sagemock.resources.model import Model
    from sagemock.resources.training_job_document import TrainingJob
    from sagemock.resources.trial_component import TrialComponent

Request = Mapping[str, Any]
"""A request in wire shape: JSON types only."""

Response = dict[str, Any]
"""An answer in wire shape: JSON types only, times as seconds since the epoch."""


@dataclass(frozen=True)
class Runtime:
    """What all worlds of a process share.

    Parameters
    ----------
    submit
        Runs work, at once or on a pool, as `Config.training` says. Returns what the work may have
        to wait for.
    trainer
        Returns what trains, or None where training is off.
    pace
        Returns how a kind of resource, such as `training-job`, gets from status to status, as
        moto's state manager says.
    faults
        The rules of faults on demand.
    changed
        Called whenever a status changes.
    looked
        Called with a progression before its resource is described. May wait for its end.
    load
        Runs the loading of models, at once or beside the request, like `submit`.
    loading
        Called with the progression of an endpoint whose models are being loaded. May wait for it.
    """

    submit: Callable[[Work], Reason | None]
    trainer: Callable[[], Trainer | None]
    pace: Callable[[str], Pace] = lambda _: IMMEDIATE
    faults: ActiveRules = field(default_factory=ActiveRules)
    changed: Callable[[], None] = lambda: None
    looked: Callable[[Progression[Any]], None] = lambda _: None
    load: Callable[[Work], Reason | None] = at_once
    loading: Callable[[Progression[Any]], None] = lambda _: None


class World:
    """The resources of one account in one region, and the AWS services that they use.

    Documents in the tables have wire shape and are never changed in place. A change replaces the
    document, so a document that has been read stays consistent.

    Parameters
    ----------
    account_id, region, partition
        Where the world is, such as `123456789012`, `us-east-1` and `aws`.
    config
        The options of the mock or server.
    services
        The other AWS services of the account in the region.
    runtime
        What the worlds of the process share.
    closed
        Set when the world is closed; by default a new event.
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
        # Its lock guards what belongs to trials, too: deleting a trial looks at all of it first.
        self.trials: Table[Trial] = self.table(types.TRIAL)
        self.trial_components: Table[TrialComponent] = self.table(types.TRIAL_COMPONENT)
        self.feature_groups: Table[FeatureGroup] = self.table(types.FEATURE_GROUP)
        self.feature_metadata: Table[Feature] = self.table(types.FEATURE_METADATA)
        self.lineage = LineageGraph()
        self.table(types.ARTIFACT).subscribe(self.lineage.note_artifact)
        # What users have created of each kind, for which there are quotas.
        self.created_by_hand: dict[ResourceType, dict[str, bool]] = {
            kind: self.table(kind).side_table()
            for kind in (types.ARTIFACT, types.ACTION, types.CONTEXT)
        }
        self.associated_by_hand: dict[str, bool] = self.lineage.associations.side_table()
        # What belongs to resources without being part of their documents, deleted along with them.
        # The values behind the Metrics of each component, guarded by the lock of the trials.
        self.metric_series: dict[str, dict[str, MetricSeries]] = self.trial_components.side_table()
        # The values of each training job's metrics that its log has so far.
        self.job_metrics: dict[str, dict[str, MetricSeries]] = self.training_jobs.side_table()
        # Bucket and key of what a transform job that has not ended has written so far.
        self.transform_outputs: dict[str, list[tuple[str, str]]] = self.table(
            types.TRANSFORM_JOB
        ).side_table()
        # What users of the console have noted on a job.
        self.job_notes: dict[str, str] = self.training_jobs.side_table()
        # What answers for each variant of an endpoint; None for an image that is not known.
        self.deployments: dict[str, dict[str, ModelServer | None]] = self.endpoints.side_table()
        self.invocations: dict[str, Invocations] = self.endpoints.side_table()
        self.endpoint_lineage: dict[str, EndpointLineage] = self.endpoints.side_table()
        # The lineage of what moto keeps: packages by their ARNs, the contexts of groups by name.
        self.package_lineage: dict[str, PackageLineage] = {}
        self.package_groups: dict[str, str] = {}
        # The training jobs of each tuning job.
        self.tuning_runs: dict[str, TuningRun] = self.table(
            types.HYPER_PARAMETER_TUNING_JOB
        ).side_table()
        self.progressions = Progressions()
        # The names of the jobs that keep their instances for a later job.
        self.warm_pools: set[str] = set()
        self.training_jobs.subscribe(self._note_warm_pool)
        self.random = random.Random(config.seed)
        # What is called when the world is closed, by what works in it and it does not know.
        self.at_end: list[Callable[[], None]] = []

    def table(self, kind: ResourceType) -> Table[Any]:
        """Return the table of a kind of resource. Raises KeyError for a kind that moto keeps."""
        return self._tables[kind]

    @property
    def rules(self) -> Rules:
        """How strict the operations are, by `Config.validation`."""
        return RULES[self.config.validation]

    def settle(self) -> None:
        """Let everything happen that is due. Costs nothing while nothing is under way."""
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
        """Note that a resource is about to be described, which its pace may count.

        What the code of a job looks at need not wait for the worker that it occupies itself.
        """
        progression = self.progressions.get(kind.arn_kind, name)
        if progression is not None:
            progression.look()
            if nesting.is_nested():
                progression.hurry()
            self.runtime.looked(progression)

    def close(self) -> None:
        """Ask running jobs to stop. Nothing of this world reaches other services after that."""
        self.closed.set()
        for table in self._tables.values():
            table.close()
        self.progressions.close()
        for call in self.at_end:
            call()
