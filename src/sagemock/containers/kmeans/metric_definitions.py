"""The metrics that the service defines for jobs of K-Means.

`test:msd` and `test:ssd` are those of the page *Tune a K-Means Model* of the developer guide, with
the regular expressions of the SageMaker Python SDK. The others match the recorded log lines, and
are named as for Linear Learner.
"""

from __future__ import annotations

METRIC_DEFINITIONS = (
    {"Name": "train:progress", "Regex": r"#progress_metric: host=\S+, completed (\S+) %"},
    {
        "Name": "train:throughput",
        "Regex": r"#throughput_metric: host=\S+, train throughput=(\S+) records/second",
    },
    {"Name": "train:msd", "Regex": r"#quality_metric: host=\S+, train msd <loss>=(\S+)"},
    {"Name": "test:msd", "Regex": r"#quality_metric: host=\S+, test msd <loss>=(\S+)"},
    {"Name": "test:ssd", "Regex": r"#quality_metric: host=\S+, test ssd <loss>=(\S+)"},
)
