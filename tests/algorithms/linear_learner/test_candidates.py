"""The grid of models that train in parallel."""

from __future__ import annotations

from sagemock.algorithms.linear_learner.candidates import Candidate, candidates, settings
from sagemock.containers.linear_learner import parse_hyperparameters


def grid(**settings: str) -> list[Candidate]:
    return candidates(parse_hyperparameters({"predictor_type": "regressor", **settings}))


def test_observed_winners_stand_where_they_were() -> None:
    """Index and settings of the best models of four recorded jobs."""
    models = grid()
    assert len(models) == 32
    assert models[2] == Candidate(0.0001, 0.005, 1e-4, 10)
    assert models[5] == Candidate(0.0001, 0.1, 1e-5, 100)
    assert models[14] == Candidate(0.01, 0.1, 1e-4, 10)
    assert models[19] == Candidate(1.0, 0.005, 1e-4, 100)


def test_given_values_fix_their_axis() -> None:
    models = grid(wd="0.5", learning_rate="0.01", lr_scheduler_step="7")
    assert len(models) == 32
    assert {(m.wd, m.learning_rate, m.lr_scheduler_step) for m in models} == {(0.5, 0.01, 7)}
    assert [m.lr_scheduler_minimum_lr for m in models[:4]] == [1e-5, 1e-4, 1e-5, 1e-4]


def test_num_models_cuts_or_repeats() -> None:
    whole = grid()
    assert grid(num_models="3") == whole[:3]
    assert grid(num_models="40") == whole + whole[:8]


def test_tuning_jobs_train_one_model() -> None:
    models = grid(num_models="9", _tuning_objective_metric="validation:mse")
    assert models == grid()[:1]


def test_settings_are_told_in_the_order_of_the_log() -> None:
    parsed = parse_hyperparameters({"predictor_type": "regressor", "optimizer": "sgd", "l1": "2"})
    assert list(settings(candidates(parsed)[0], parsed).items()) == [
        ("optimizer", "sgd"),
        ("learning_rate", 0.005),
        ("wd", 0.0001),
        ("l1", 2.0),
        ("lr_scheduler_step", 10),
        ("lr_scheduler_factor", 0.99),
        ("lr_scheduler_minimum_lr", 1e-5),
    ]
