"""One training job definition of a tuning job: how it is searched, and which of its jobs stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from sagemock.documents import Document
from sagemock.resources import tuning_job, tuning_ranges
from sagemock.tuning.early_stopping import SuccessiveHalving, median_rule
from sagemock.tuning.search import Observation, SearchStrategy, strategy
from sagemock.tuning.space import Configuration

EPOCHS = ("epochs", "numepochs", "n-epochs", "n_epochs", "num_epochs")
"""The static hyperparameters from which Hyperband takes its MaxResource, as documented."""

ROUNDS = "num_round"
"""What rounds of boosting, its epochs, are called."""


@dataclass
class TuningBranch:
    """One training job definition of a tuning job.

    Attributes
    ----------
    definition
        The definition.
    objective
        Type and MetricName of what is tuned for.
    search
        The strategy.
    earlier
        What parents have tried.
    halving
        Compares the jobs of Hyperband.
    early_stopping
        Whether jobs are stopped by the median rule.
    max_resource
        At how many epochs Hyperband stops a job.
    ended
        The jobs that have ended, in the order of their ends.
    histories
        The objectives of those, by epoch.
    """

    definition: Document
    objective: Document
    search: SearchStrategy
    earlier: Sequence[Observation] = ()
    halving: SuccessiveHalving | None = None
    early_stopping: bool = False
    max_resource: int | None = None
    ended: list[Observation] = field(default_factory=list)
    histories: list[Sequence[float]] = field(default_factory=list)

    @property
    def maximize(self) -> bool:
        """Whether the largest objective is the best."""
        return bool(self.objective["Type"] == "Maximize")

    @property
    def watches(self) -> bool:
        """Whether jobs may be stopped while they run."""
        return self.halving is not None or self.early_stopping

    def propose(self, running: Sequence[Configuration]) -> Configuration | None:
        """The configuration of the next job, or None when there is none left."""
        observations = [Observation(each) for each in running]
        return self.search.propose([*self.earlier, *self.ended], observations)

    def stops(self, configuration: Configuration, values: Sequence[float], since: int) -> bool:
        """Whether a job stops that has published further objectives.

        Parameters
        ----------
        configuration
            The hyperparameters of the job that are tuned.
        values
            All of its objectives, by epoch.
        since
            How many of them have been seen before.
        """
        stops = False
        for epoch in range(since + 1, len(values) + 1):
            value = values[epoch - 1]
            if self.halving is not None:
                stops |= self.halving.stops(epoch, value) or self._is_over(configuration, epoch)
            elif self.early_stopping:
                stops |= median_rule(value, epoch, self.histories, maximize=self.maximize)
        return stops

    def _is_over(self, configuration: Configuration, epoch: int) -> bool:
        """Whether a job has MaxResource, and would go on by itself."""
        if self.max_resource is None or epoch < self.max_resource:
            return False
        static = self.definition.get("StaticHyperParameters", {})
        own = _first_number({**static, **configuration}, (*EPOCHS, ROUNDS))
        return own is None or own > epoch


def branches(
    document: Document,
    *,
    seed: int,
    earlier: Sequence[Observation] = (),
) -> list[TuningBranch]:
    """The branches of a tuning job, by its document.

    Parameters
    ----------
    document
        The document of the tuning job.
    seed
        The seed of a job without RandomSeed.
    earlier
        What parents have tried.
    """
    config = document["HyperParameterTuningJobConfig"]
    seed = config.get("RandomSeed", seed)
    return [
        _branch(document, definition, seed + number, earlier)
        for number, definition in enumerate(tuning_job.definitions(document))
    ]


def _branch(
    document: Document, definition: Document, seed: int, earlier: Sequence[Observation]
) -> TuningBranch:
    config = document["HyperParameterTuningJobConfig"]
    objective = tuning_job.objective(document, definition)
    maximize = objective["Type"] == "Maximize"
    branch = TuningBranch(
        definition,
        objective,
        strategy(
            config["Strategy"],
            tuning_ranges.space(tuning_job.ranges(document, definition)),
            seed=seed,
            maximize=maximize,
            known=[each.configuration for each in earlier if not each.source],
        ),
        earlier,
        early_stopping=config.get("TrainingJobEarlyStoppingType") == "Auto",
    )
    if config["Strategy"] == "Hyperband":
        limits = config.get("StrategyConfig", {}).get("HyperbandStrategyConfig", {})
        static = definition.get("StaticHyperParameters", {})
        maximum = limits.get("MaxResource", _first_number(static, EPOCHS))
        branch.max_resource = maximum
        branch.halving = SuccessiveHalving(limits.get("MinResource", 1), maximum, maximize=maximize)
    return branch


def _first_number(hyperparameters: Mapping[str, str], names: Sequence[str]) -> int | None:
    """The first of some hyperparameters that is a positive integer, which may be in quotes."""
    for name in names:
        with suppress(KeyError, ValueError):
            number = int(hyperparameters[name].strip('"'))
            if number > 0:
                return number
    return None
