"""The metrics that the service defines for jobs of KNN.

`test:accuracy` and `test:mse` are those of the page *Tune a k-NN Model* of the developer guide.
The others match the recorded log lines, and are named as for Linear Learner.
"""

from __future__ import annotations

from sagemock.containers.first_party.metric_definitions import PROGRESS, quality

METRIC_DEFINITIONS = (
    *PROGRESS,
    quality("test", "accuracy", "score"),
    quality("test", "mse", "loss"),
)
