"""What becomes of the metrics in a job's log: all are kept, CloudWatch gets some of very many."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sagemock.containers.base import LogLine
from sagemock.jobs import journal as module
from sagemock.resources.metric_series import MetricSeries

JOB = {
    "TrainingJobName": "job",
    "CreationTime": 1.0,
    "AlgorithmSpecification": {
        "MetricDefinitions": [
            {"Name": "loss", "Regex": r"loss=(\S+)"},
            {"Name": "score", "Regex": r"score=(\S+)"},
        ]
    },
}


def test_cloudwatch_gets_a_point_a_second_of_very_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_POINTS", 3)
    sent: list[Any] = []
    services: Any = SimpleNamespace(
        logs=SimpleNamespace(put=lambda *_: None),
        metrics=SimpleNamespace(put=lambda _, __, data: sent.extend(data)),
    )
    series: dict[str, MetricSeries] = {}
    journal = module.Journal(JOB, services, series)
    for tenth in range(40):
        line = f"loss={tenth} score=1" if tenth == 39 else f"loss={tenth}"
        journal.write([LogLine("algo-1", tenth * 100, line)])
    assert series["loss"].values.tolist() == [float(each) for each in range(40)]
    assert [datum.value for datum in sent if datum.name == "loss"] == [0, 1, 2, 12, 22, 32]
    assert [datum.value for datum in sent if datum.name == "score"] == [1]
    final = {each["MetricName"]: each["Value"] for each in journal.final()}
    assert final == {"loss": 39.0, "score": 1.0}
