"""The metrics that the service defines for jobs of factorization machines.

The names of the test channel are those of the page *Tune a Factorization Machines Model* of the
developer guide. The others are named as the service names those of IP Insights, an algorithm that
logs cross entropy and accuracy in the same lines; the regular expressions are of that shape.
"""

from __future__ import annotations

from collections.abc import Iterator

from sagemock.containers.first_party.metric_definitions import PROGRESS

_SCORES = (
    ("rmse", "rmse", "loss"),
    ("mse", "mse", "loss"),
    ("absolute_loss", "absolute_loss", "loss"),
    ("binary_classification_accuracy", "binary_classification_accuracy", "score"),
    ("binary_classification_cross_entropy", "binary_classification_cross_entropy", "loss"),
    ("binary_f_beta", r"binary_f_\S+", "score"),
)
"""Name, name in the log (a regular expression), tag in the log."""


def _definitions() -> Iterator[dict[str, str]]:
    host = r"#quality_metric: host=\S+,"
    yield from PROGRESS
    for name, logged, tag in _SCORES:
        value = rf"{logged} <{tag}>=(\S+)"
        yield {
            "Name": f"train:{name}",
            "Regex": rf"{host} epoch=\S+, batch=\S+ train {value}",
        }
        yield {"Name": f"train:{name}:epoch", "Regex": rf"{host} epoch=\S+, train {value}"}
        yield {"Name": f"test:{name}", "Regex": rf"{host} test {value}"}


METRIC_DEFINITIONS = tuple(_definitions())
"""The MetricDefinitions that the service adds to a job."""
