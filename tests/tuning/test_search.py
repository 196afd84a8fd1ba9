"""The strategies: what they propose, without jobs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import combinations

import pytest

from sagemock.tuning.parameters import (
    CategoricalParameter,
    ContinuousParameter,
    IntegerParameter,
)
from sagemock.tuning.search import Observation, SearchStrategy, strategy
from sagemock.tuning.space import Configuration, Space

SPACE = Space(
    (
        ContinuousParameter("rate", 1e-4, 1.0, "Logarithmic"),
        IntegerParameter("depth", 1, 10),
        CategoricalParameter("kind", ("a", "b", "c")),
    )
)

Objective = Callable[[Configuration], float]


def run(
    search: SearchStrategy, objective: Objective, jobs: int, *, parallel: int = 1
) -> list[Observation]:
    """What a tuning job would see whose jobs end in the order of their launch."""
    ended: list[Observation] = []
    running: list[Observation] = []
    for _ in range(jobs):
        if len(running) == parallel:
            first = running.pop(0)
            ended.append(Observation(first.configuration, objective(first.configuration)))
        proposal = search.propose(ended, running)
        if proposal is None:
            break
        running.append(Observation(proposal))
    return [
        *ended,
        *(Observation(each.configuration, objective(each.configuration)) for each in running),
    ]


def bowl(configuration: Configuration) -> float:
    rate, depth = math.log10(float(configuration["rate"])), float(configuration["depth"])
    return (rate + 2) ** 2 + 0.1 * (depth - 7) ** 2 + (configuration["kind"] != "b")


def configurations(observations: Sequence[Observation]) -> list[Configuration]:
    return [each.configuration for each in observations]


@pytest.mark.parametrize("name", ["Random", "Hyperband"])
def test_a_seed_gives_the_same_sequence_however_many_jobs_run_at_once(name: str) -> None:
    def of(seed: int, parallel: int) -> list[Configuration]:
        search = strategy(name, SPACE, seed=seed, maximize=False)
        return configurations(run(search, bowl, 20, parallel=parallel))

    assert of(3, 1) == of(3, 1) == of(3, 7)
    assert of(3, 1) != of(4, 1)


def test_bayesian_begins_as_random_and_is_repeatable() -> None:
    def of(name: str) -> list[Configuration]:
        return configurations(run(strategy(name, SPACE, seed=5, maximize=False), bowl, 8))

    bayesian = of("Bayesian")
    assert bayesian == of("Bayesian")
    assert bayesian[:3] == of("Random")[:3]
    assert bayesian[3:] != of("Random")[3:]


@pytest.mark.parametrize("name", ["Random", "Bayesian", "Grid"])
def test_no_configuration_is_tried_twice_and_a_space_ends(name: str) -> None:
    space = Space((CategoricalParameter("a", ("1", "2", "3")), CategoricalParameter("b", "xyz")))
    search = strategy(name, space, seed=0, maximize=True)
    tried = configurations(run(search, lambda each: float(each["a"]), 20))
    assert len(tried) == 9
    assert len({space.key(each) for each in tried}) == 9


def test_grid_varies_the_last_parameter_first() -> None:
    space = Space((CategoricalParameter("a", ("1", "2")), CategoricalParameter("b", "xy")))
    search = strategy("Grid", space, seed=0, maximize=True)
    tried = [space.key(each) for each in configurations(run(search, lambda _: 0.0, 9))]
    assert tried == [("1", "x"), ("1", "y"), ("2", "x"), ("2", "y")]


@pytest.mark.parametrize("name", ["Random", "Bayesian"])
def test_what_parents_have_tried_is_not_tried_again(name: str) -> None:
    first = run(strategy(name, SPACE, seed=1, maximize=False), bowl, 3)
    known = configurations(first)
    search = strategy(name, SPACE, seed=1, maximize=False, known=known)
    assert SPACE.key(search.propose(first, ()) or {}) not in {SPACE.key(each) for each in known}


def test_bayesian_finds_lower_values_than_random() -> None:
    def best(name: str, seed: int) -> float:
        seen = run(strategy(name, SPACE, seed=seed, maximize=False), bowl, 14)
        return min(each.value for each in seen if each.value is not None)

    wins = sum(best("Bayesian", seed) < best("Random", seed) for seed in range(3))
    assert wins == 3


def test_bayesian_maximizes() -> None:
    search = strategy("Bayesian", SPACE, seed=2, maximize=True)
    seen = run(search, lambda each: -bowl(each), 18)
    assert max(each.value or -9.0 for each in seen) > -0.4


def test_bayesian_searches_elsewhere_than_running_jobs() -> None:
    search = strategy("Bayesian", SPACE, seed=2, maximize=False)
    ended = run(strategy("Random", SPACE, seed=2, maximize=False), bowl, 10)
    running: list[Observation] = []
    for _ in range(4):
        proposal = search.propose(ended, running)
        assert proposal is not None
        running.append(Observation(proposal))
    points = [SPACE.encoded(each.configuration) for each in running]
    assert min(math.dist(a, b) for a, b in combinations(points, 2)) > 0.05


@pytest.mark.parametrize("value", [None, 0.5])
def test_bayesian_lives_with_failed_jobs_and_equal_results(value: float | None) -> None:
    search = strategy("Bayesian", SPACE, seed=0, maximize=False)
    ended = [
        Observation(each.configuration, value)
        for each in run(strategy("Random", SPACE, seed=9, maximize=False), bowl, 5)
    ]
    assert search.propose(ended, ()) is not None


def test_bayesian_fits_a_bounded_number_of_results() -> None:
    search = strategy("Bayesian", SPACE, seed=0, maximize=False)
    ended = run(strategy("Random", SPACE, seed=9, maximize=False), bowl, 400)
    proposal = search.propose(ended, ())
    assert proposal is not None
    assert bowl(proposal) < 1.5
