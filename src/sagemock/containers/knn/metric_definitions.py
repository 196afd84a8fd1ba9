"""The metrics that the service defines for jobs of KNN.

`test:accuracy` and `test:mse` are those of the page *Tune a k-NN Model* of the developer guide.
The others match the recorded log lines, and are named as for Linear Learner.
"""

from __future__ import annotations

METRIC_DEFINITIONS = (
    {"Name": "train:progress", "Regex": r"#progress_metric: host=\S+, completed (\S+) %"},
    {
        "Name": "train:throughput",
        "Regex": r"#throughput_metric: host=\S+, train throughput=(\S+) records/second",
    },
    {
        "Name": "test:accuracy",
        "Regex": r"#quality_metric: host=\S+, test accuracy <score>=(\S+)",
    },
    {"Name": "test:mse", "Regex": r"#quality_metric: host=\S+, test mse <loss>=(\S+)"},
)
