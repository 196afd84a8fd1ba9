"""The metrics that the service defines for jobs of K-Means.

`test:msd` and `test:ssd` are those of the page *Tune a K-Means Model* of the developer guide, with
the regular expressions of the SageMaker Python SDK. The others match the recorded log lines, and
are named as for Linear Learner.
"""

from __future__ import annotations

from sagemock.containers.first_party.metric_definitions import PROGRESS, quality

METRIC_DEFINITIONS = (
    *PROGRESS,
    quality("train", "msd", "loss"),
    quality("test", "msd", "loss"),
    quality("test", "ssd", "loss"),
)
