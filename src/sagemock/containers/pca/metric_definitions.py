"""The metrics that the service defines for jobs of PCA.

No page of the developer guide has any, so these are those of its sister algorithms that match the
recorded log lines.
"""

from __future__ import annotations

METRIC_DEFINITIONS = (
    {"Name": "train:progress", "Regex": r"#progress_metric: host=\S+, completed (\S+) %"},
    {
        "Name": "train:throughput",
        "Regex": r"#throughput_metric: host=\S+, train throughput=(\S+) records/second",
    },
)
