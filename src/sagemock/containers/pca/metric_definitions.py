"""The metrics that the service defines for jobs of PCA.

No page of the developer guide has any, so these are those of its sister algorithms that match the
recorded log lines.
"""

from __future__ import annotations

from sagemock.containers.first_party.metric_definitions import PROGRESS

METRIC_DEFINITIONS = PROGRESS
