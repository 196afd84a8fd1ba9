"""Early stopping, on the sequences of recorded jobs."""

from __future__ import annotations

import math

import pytest

from sagemock.algorithms.linear_learner.early_stopping import EarlyStopping
from sagemock.containers.linear_learner import parse_hyperparameters


def early_stopping(**settings: str) -> EarlyStopping:
    return EarlyStopping.of(parse_hyperparameters({"predictor_type": "regressor", **settings}))


def run(values: list[float], **settings: str) -> tuple[list[bool], int | None]:
    """Which epochs improved, and the one at which training stopped."""
    stopping = early_stopping(**settings)
    improved = []
    for epoch, value in enumerate(values):
        improved.append(stopping.improved(value))
        if stopping.should_stop:
            return improved, epoch
    return improved, None


def test_recorded_stop_of_june_2018() -> None:
    """Four epochs in a row gained less than a thousandth; training stopped after the fourth."""
    tail = [0.384641, 0.384261, 0.384056, 0.383945, 0.383888]
    improved, stopped = run([0.42, 0.41, 0.40, 0.395, 0.39, *tail])
    assert improved == [True] * 6 + [False] * 4
    assert stopped == 9


def test_three_such_epochs_do_not_stop() -> None:
    """The sister run had three of them and went on to its end."""
    improved, stopped = run([0.40, 0.39, 0.38981, 0.38972, 0.38965])
    assert improved == [True, True, False, False, False]
    assert stopped is None


def test_a_gain_below_the_best_is_not_idle() -> None:
    """March 2020: 30.3 after a best of 22.9, then 26.7: not improved, "for 0 epochs"."""
    stopping = early_stopping()
    assert [stopping.improved(value) for value in (40.0, 22.9, 30.3)] == [True, True, False]
    assert stopping.idle == 1
    assert not stopping.improved(26.7)
    assert stopping.idle == 0
    assert stopping.best == 22.9


def test_patience_and_tolerance_are_those_given() -> None:
    flat = [1.0, 0.95, 0.92, 0.9]
    assert run(flat, early_stopping_tolerance="0.1", early_stopping_patience="1")[1] == 2
    assert run(flat, early_stopping_tolerance="0.01", early_stopping_patience="1")[1] is None
    assert run([1.0] * 50, early_stopping_patience="100")[1] is None


@pytest.mark.parametrize("tolerance", ["1", "2"])
def test_the_first_epoch_improves_with_any_tolerance(tolerance: str) -> None:
    assert run([1.0, 0.5], early_stopping_tolerance=tolerance)[0] == [True, False]


def test_recorded_scores_of_november_2020() -> None:
    """With its sign turned an accuracy that stays is an improvement: all 15 epochs ran."""
    improved, stopped = run([-0.943378, -0.970387, *[-0.994956] * 13])
    assert improved == [True] * 15
    assert stopped is None


def test_scores_that_fall() -> None:
    """A little is not idle, though no improvement; more is."""
    assert run([-0.0, -0.99, -0.9895])[0] == [True, True, False]
    stopping = early_stopping()
    for value in (-0.99, -0.9895):
        stopping.improved(value)
    assert stopping.idle == 0
    assert run([-0.9, -0.8, -0.7, -0.6, -0.5])[1] == 4


def test_infinite_values_never_improve() -> None:
    improved, stopped = run([math.inf] * 5)
    assert improved == [False] * 4
    assert stopped == 3
    assert run([math.inf, 1.0])[0] == [False, True]
