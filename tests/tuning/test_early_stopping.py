"""The median rule and successive halving."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagemock.tuning.early_stopping import SuccessiveHalving, median_rule


def test_the_first_job_is_never_stopped_by_the_median_rule() -> None:
    assert not median_rule(9.0, 1, [], maximize=False)
    assert not median_rule(9.0, 1, [[]], maximize=False)


@pytest.mark.parametrize(("maximize", "stops"), [(False, True), (True, False)])
def test_the_median_rule_compares_with_averages_up_to_the_same_epoch(
    maximize: bool, stops: bool
) -> None:
    # The averages of the first two epochs are 1.5, 2 and 3.5; later epochs do not count.
    others = [[2.0, 1.0, 0.0], [2.0], [4.0, 3.0, 9.0]]
    assert median_rule(2.1, 2, others, maximize=maximize) is stops
    assert not median_rule(2.0, 2, others, maximize=maximize)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40))
def test_the_best_at_a_rung_so_far_always_goes_on(losses: list[float]) -> None:
    halving = SuccessiveHalving(1, 27, maximize=False)
    for number, loss in enumerate(losses):
        stops = halving.stops(3, loss)
        assert not (stops and loss <= min(losses[:number], default=loss))


def test_a_third_goes_on() -> None:
    halving = SuccessiveHalving(1, 27, maximize=True)
    going_on = sum(not halving.stops(1, (number * 37) % 101) for number in range(99))
    assert 25 <= going_on <= 45


def test_only_rungs_below_the_maximum_stop_jobs() -> None:
    halving = SuccessiveHalving(1, 9, maximize=False)
    assert [each for each in range(1, 30) if halving.is_rung(each)] == [1, 3]
    unlimited = SuccessiveHalving(1, None, maximize=False)
    assert [each for each in range(1, 30) if unlimited.is_rung(each)] == [1, 3, 9, 27]
