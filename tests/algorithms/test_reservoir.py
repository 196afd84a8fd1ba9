"""Samples of a stream: all numbers alike, in one pass."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chisquare

from sagemock.algorithms.reservoir import Reservoir


def sampled(capacity: int, *counts: int, seed: int = 0) -> list[int]:
    reservoir = Reservoir(capacity, np.random.default_rng(seed))
    for count in counts:
        reservoir.add(count)
    assert reservoir.seen == sum(counts)
    chosen: list[int] = reservoir.sample.tolist()
    return chosen


@pytest.mark.parametrize("counts", [(3,), (2, 1), (0, 3, 0)])
def test_few_numbers_are_all_kept_in_their_order(counts: tuple[int, ...]) -> None:
    assert sampled(5, *counts) == [0, 1, 2]
    assert sampled(3, *counts) == [0, 1, 2]


def test_the_sample_has_no_number_twice() -> None:
    sample = sampled(100, 30, 500, 1, 2000)
    assert len(set(sample)) == 100
    assert max(sample) < 2531


def test_batches_make_no_difference() -> None:
    assert sampled(7, 100) == sampled(7, 3, 40, 57)


def test_each_number_has_the_same_probability() -> None:
    counts = np.zeros(50)
    for seed in range(2000):
        np.add.at(counts, sampled(10, 20, 30, seed=seed), 1)
    assert counts.sum() == 20_000
    assert chisquare(counts).pvalue > 0.001


def test_the_seed_counts() -> None:
    assert sampled(5, 1000) == sampled(5, 1000) != sampled(5, 1000, seed=1)
