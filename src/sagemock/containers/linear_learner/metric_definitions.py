"""The metrics that the service defines for Linear Learner jobs."""

from __future__ import annotations

from collections.abc import Iterator

from sagemock.containers.first_party.metric_definitions import PROGRESS


def _linear_learner_metrics() -> Iterator[dict[str, str]]:
    """The 37 definitions that AWS adds to every Linear Learner job, whatever its predictor.

    Observed in a DescribeTrainingJob answer of April 2020. There are no `train` definitions for
    the multiclass scores.
    """
    any_host = r"#quality_metric: host=\S+,"
    yield from PROGRESS
    for channel in ("train", "validation"):
        regex = rf"{any_host} epoch=\S+, {channel} \S+_objective <loss>=(\S+)"
        yield _metric(f"{channel}:objective_loss", regex)
        regex = rf"{any_host} {channel} \S+_objective <loss>=(\S+)"
        yield _metric(f"{channel}:objective_loss:final", regex)
    yield _metric("test:objective_loss", rf"{any_host} test \S+_objective <loss>=(\S+)")
    for name, logged, tag, channels in _SCORES:
        for channel in channels:
            yield _metric(f"{channel}:{name}", rf"{any_host} {channel} {logged} <{tag}>=(\S+)")


def _metric(name: str, regex: str) -> dict[str, str]:
    return {"Name": name, "Regex": regex}


_EVERY = ("train", "validation", "test")
_HELD_OUT = ("validation", "test")
_SCORES = (
    ("mse", "mse", "loss", _EVERY),
    ("absolute_loss", "absolute_loss", "loss", _EVERY),
    ("binary_classification_accuracy", "binary_classification_accuracy", "score", _EVERY),
    ("binary_f_beta", r"binary_f_\S+", "score", _EVERY),
    ("precision", "precision", "score", _EVERY),
    ("recall", "recall", "score", _EVERY),
    ("multiclass_accuracy", "multiclass_accuracy", "score", _HELD_OUT),
    ("multiclass_top_k_accuracy", r"multiclass_top_k_accuracy_\S+", "score", _HELD_OUT),
    ("dcg", "dcg", "score", _HELD_OUT),
    ("macro_recall", "macro_recall", "score", _HELD_OUT),
    ("macro_precision", "macro_precision", "score", _HELD_OUT),
    ("macro_f_beta", r"macro_f_\S+", "score", _HELD_OUT),
)
"""Name, name in the log (a regular expression), tag in the log, channels."""

METRIC_DEFINITIONS = tuple(_linear_learner_metrics())
"""The MetricDefinitions that the service adds to a Linear Learner job."""
