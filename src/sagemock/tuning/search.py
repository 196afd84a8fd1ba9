"""What the strategies have in common, and which one a tuning job has."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from sagemock.tuning.space import Configuration, Key, Space


@dataclass(frozen=True, slots=True)
class Observation:
    """A configuration that has been tried.

    Attributes
    ----------
    configuration
        The values of the hyperparameters that were tuned.
    value
        Its objective; None while its training job runs, and for one that failed.
    source
        Tells objectives of other data or algorithms, which cannot be compared; empty for those of
        the tuning job itself.
    """

    configuration: Configuration
    value: float | None = None
    source: str = ""


class SearchStrategy(Protocol):
    """Proposes the configurations of one training job definition, in turn."""

    def propose(
        self, ended: Sequence[Observation], running: Sequence[Observation]
    ) -> Configuration | None:
        """The next configuration, or None when all have been tried.

        Parameters
        ----------
        ended
            The jobs that have ended, in the order of their ends, those of parents first.
        running
            The jobs that still run.
        """
        ...


class GridSearch:
    """Every configuration of a space of categories, once."""

    def __init__(self, space: Space) -> None:
        self._left: Iterator[Configuration] = space.all()

    def propose(
        self,
        ended: Sequence[Observation],  # noqa: ARG002 - all are tried, whatever comes out
        running: Sequence[Observation],  # noqa: ARG002
    ) -> Configuration | None:
        """The next configuration, or None after the last; see `SearchStrategy`."""
        return next(self._left, None)


class RandomSearch:
    """Draws configurations independently of each other, none of them twice.

    The sequence depends on the seed alone, and neither on results nor on how many jobs run at the
    same time.

    Parameters
    ----------
    space
        Where to search.
    seed
        The seed of the random numbers.
    known
        What earlier tuning jobs have tried, and is not to be tried again.
    """

    def __init__(self, space: Space, seed: int, known: Sequence[Configuration] = ()) -> None:
        self._space = space
        self._generator = random.Random(seed)
        self._tried: set[Key] = {space.key(each) for each in known}

    def propose(
        self,
        ended: Sequence[Observation],  # noqa: ARG002 - draws are independent
        running: Sequence[Observation],  # noqa: ARG002
    ) -> Configuration | None:
        """The next configuration; see `SearchStrategy`."""
        configuration = self._space.untried(self._generator, self._tried.__contains__)
        if configuration is not None:
            self._tried.add(self._space.key(configuration))
        return configuration


def strategy(
    name: str,
    space: Space,
    *,
    seed: int,
    maximize: bool,
    known: Sequence[Configuration] = (),
) -> SearchStrategy:
    """The strategy of a name of AWS's; Hyperband draws as Random does, and stops jobs.

    Parameters
    ----------
    name
        `Grid`, `Random`, `Bayesian` or `Hyperband`.
    space
        Where to search.
    seed
        The seed of the random numbers.
    maximize
        Whether the largest objective is the best.
    known
        What earlier tuning jobs have tried.
    """
    if name == "Grid":
        return GridSearch(space)
    if name == "Bayesian":
        # Loads numpy and scikit-learn when a proposal needs them.
        from sagemock.tuning.bayesian import BayesianSearch

        return BayesianSearch(space, seed, maximize=maximize, known=known)
    return RandomSearch(space, seed, known)
