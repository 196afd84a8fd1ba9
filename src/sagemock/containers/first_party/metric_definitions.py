"""The MetricDefinitions for the log lines that Amazon's own algorithms share.

The regular expressions are of the lines in `lines.py`.
"""

from __future__ import annotations

PROGRESS = (
    {"Name": "train:progress", "Regex": r"#progress_metric: host=\S+, completed (\S+) %"},
    {
        "Name": "train:throughput",
        "Regex": r"#throughput_metric: host=\S+, train throughput=(\S+) records/second",
    },
)
"""Of every algorithm, ahead of its own."""


def quality(channel: str, name: str, tag: str) -> dict[str, str]:
    """The definition of a score on a channel; `tag` is `loss` or `score`.

    Examples
    --------
    >>> quality("test", "msd", "loss")["Name"]
    'test:msd'
    """
    return {
        "Name": f"{channel}:{name}",
        "Regex": rf"#quality_metric: host=\S+, {channel} {name} <{tag}>=(\S+)",
    }
