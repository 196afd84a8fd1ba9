"""The metrics that the service defines for jobs of the random cut forest.

`test:f1` is that of the page *Tune an RCF Model* of the developer guide. The others match the log
lines, and are named as for Linear Learner.
"""

from __future__ import annotations

METRIC_DEFINITIONS = (
    {"Name": "train:progress", "Regex": r"#progress_metric: host=\S+, completed (\S+) %"},
    {
        "Name": "train:throughput",
        "Regex": r"#throughput_metric: host=\S+, train throughput=(\S+) records/second",
    },
    {"Name": "test:f1", "Regex": r"#quality_metric: host=\S+, test f1 <score>=(\S+)"},
    {"Name": "test:accuracy", "Regex": r"#quality_metric: host=\S+, test accuracy <score>=(\S+)"},
    {
        "Name": "test:precision",
        "Regex": r"#quality_metric: host=\S+, test precision <score>=(\S+)",
    },
    {"Name": "test:recall", "Regex": r"#quality_metric: host=\S+, test recall <score>=(\S+)"},
)
