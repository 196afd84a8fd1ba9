"""Completion criteria of tuning jobs."""

from __future__ import annotations

import pytest

from sagemock.tuning.completion import CONVERGED, Criteria, ObjectiveProgress


def after(values: list[float], *, maximize: bool) -> ObjectiveProgress:
    progress = ObjectiveProgress(maximize)
    for value in values:
        progress = progress.after(value)
    return progress


@pytest.mark.parametrize(
    ("maximize", "values", "best", "not_improving"),
    [
        (True, [0.5], 0.5, 0),
        (True, [0.5, 0.504, 0.506], 0.506, 2),
        (True, [0.5, 0.4, 0.6, 0.6], 0.6, 1),
        (False, [-3.0, -3.02, -3.5], -3.5, 0),
        (False, [0.0, 0.0, -1e-9], -1e-9, 0),
    ],
)
def test_an_improvement_is_more_than_a_hundredth(
    maximize: bool, values: list[float], best: float, not_improving: int
) -> None:
    progress = after(values, maximize=maximize)
    assert (progress.best, progress.not_improving) == (best, not_improving)


@pytest.mark.parametrize(
    ("criteria", "values", "completes"),
    [
        (Criteria(), [1.0] * 50, False),
        (Criteria(target=0.5), [0.7, 0.5], True),
        (Criteria(target=0.5), [0.7, 0.51], False),
        (Criteria(not_improving=3), [0.7, 0.8, 0.9], False),
        (Criteria(not_improving=3), [0.7, 0.8, 0.9, 0.7], True),
        (Criteria(on_convergence=True), [0.7] * CONVERGED, False),
        (Criteria(on_convergence=True), [0.7] * (CONVERGED + 1), True),
        (Criteria(target=0.1, not_improving=3), [0.7, 0.05], True),
    ],
)
def test_one_criterion_is_enough(criteria: Criteria, values: list[float], completes: bool) -> None:
    assert after(values, maximize=False).completes(criteria) is completes


def test_nothing_completes_before_the_first_result() -> None:
    assert not ObjectiveProgress(maximize=True).completes(Criteria(0.0, 3, True))
