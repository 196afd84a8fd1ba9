"""The examples in the docstrings of algorithms, containers and formats."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from typing import Any

import pytest

from sagemock import algorithms, containers, formats
from sagemock.algorithms import reservoir
from sagemock.algorithms.factorization_machines import (
    losses as machine_losses,
)
from sagemock.algorithms.factorization_machines import (
    machine,
    optimizer,
    parameters,
)
from sagemock.algorithms.kmeans import distances, initialization, lloyd, mini_batch
from sagemock.algorithms.knn import model as knn_model
from sagemock.algorithms.knn import nearest, reduction, scores, search
from sagemock.algorithms.linear_learner import (
    candidates,
    class_losses,
    class_weights,
    descent,
    early_stopping,
    evaluate,
    losses,
    optimizers,
    scaler,
    threshold,
)
from sagemock.algorithms.pca import decomposition, model, scatter, sketch
from sagemock.algorithms.random_cut_forest import checks as forest_checks
from sagemock.algorithms.random_cut_forest import detection, growing, scoring

MODULES = sorted(
    module.name
    for package in (algorithms, containers, formats)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    # A program of a job's supervisor, which runs without this package.
    if not module.name.endswith(".__main__")
)

NUMERICS = [
    *losses.LOSSES.values(),
    class_losses.sigmoid,
    class_losses.softmax,
    *optimizers.OPTIMIZERS.values(),
    optimizers.FactorScheduler,
    descent.Descent,
    scaler.Scaler,
    scaler.measure,
    threshold.choose,
    threshold.f_measure,
    class_weights.class_weights,
    class_weights.weigh,
    candidates.candidates,
    early_stopping.EarlyStopping,
    evaluate.evaluate,
    evaluate.area_under_curve,
    *initialization.METHODS.values(),
    distances.nearest,
    distances.assigned,
    distances.squared_to,
    distances.sums,
    lloyd.Lloyd,
    mini_batch.WorkingCenters,
    *reduction.PROJECTIONS.values(),
    reservoir.Reservoir,
    search.ExactSearch,
    nearest.BestRows,
    knn_model.most_frequent,
    scores.macro_f,
    growing.grow,
    scoring.AnomalyScorer,
    detection.evaluated,
    forest_checks.estimated_bytes,
    decomposition.oriented,
    scatter.ScatterSums,
    sketch.SketchSums,
    model.PCAModel,
    machine.forward,
    machine.backward,
    optimizer.LazyAdam,
    parameters.Initializer,
    machine_losses.logistic,
    machine_losses.regression_sums,
    machine_losses.regression_metrics,
    machine_losses.classification_sums,
    machine_losses.classification_metrics,
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_show(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("documented", NUMERICS, ids=lambda documented: documented.__name__)
def test_what_computes_a_value_shows_one(documented: Any) -> None:
    assert doctest.DocTestParser().get_examples(documented.__doc__)
