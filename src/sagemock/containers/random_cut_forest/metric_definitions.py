"""The metrics that the service defines for jobs of the random cut forest.

`test:f1` is that of the page *Tune an RCF Model* of the developer guide. The others match the log
lines, and are named as for Linear Learner.
"""

from __future__ import annotations

from sagemock.containers.first_party.metric_definitions import PROGRESS, quality

METRIC_DEFINITIONS = (
    *PROGRESS,
    *(quality("test", name, "score") for name in ("f1", "accuracy", "precision", "recall")),
)
