"""A job's page takes no longer with a long log: it looks at its first and its last lines."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from sagemock.accounts.world import World
from sagemock.console import job_log
from sagemock.moto_adapter import aws_services, cloudwatch_logs
from sagemock.resources.metric_series import MetricPoint, MetricSeries

GROUP = "/aws/sagemaker/TrainingJobs"
OF_HOST = 3_000


def model_line(epoch: int, model: int) -> str:
    record = {
        "Dimensions": {"epoch": epoch, "model": model},
        "Metrics": {"train_mse_objective": {"sum": 1.0 / (1 + epoch + model)}},
    }
    return f"#metrics {json.dumps(record)}\n"


@pytest.fixture
def long_log(world: World, job_document: Callable[..., Any]) -> list[str]:
    """The lines of two hosts of a job, each with those of three models."""
    world.training_jobs.insert(job_document("job"))
    now = int(time.time() * 1000)
    lines = []
    for host in (1, 2):
        its = [model_line(number // 3, number % 3) for number in range(OF_HOST - 1)]
        its.append(f"the end of host {host}")
        world.services.logs.put(GROUP, f"job/algo-{host}-1", [(now, line) for line in its])
        lines += its
    return lines


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The places of a log that are looked at."""
    seen: list[int] = []
    look = cloudwatch_logs._Events.__getitem__

    def counting(events: Any, place: Any) -> Any:
        if isinstance(place, int):
            seen.append(place)
        return look(events, place)

    monkeypatch.setattr(cloudwatch_logs._Events, "__getitem__", counting)
    return seen


def test_few_lines_are_read(
    visitor: Any, long_log: list[str], looks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_log, "MAX_READ", 30)
    page = visitor.get("/training-jobs/job")
    assert sorted(looks) == [*range(30), *range(2 * OF_HOST - 120, 2 * OF_HOST)]
    assert "6,000 lines" in page
    assert "the end of host 2" in page
    assert "3 candidate models were trained in parallel" in page
    assert "Only the first epochs" in page


def test_of_a_shorter_log_all_epochs_are_drawn(visitor: Any, long_log: list[str]) -> None:
    assert "Only the first epochs" not in visitor.get("/training-jobs/job")


def test_a_comparison_reads_no_log(
    visitor: Any,
    world: World,
    job_document: Callable[..., Any],
    long_log: list[str],
    looks: list[int],
) -> None:
    world.training_jobs.insert(job_document("other"))
    world.job_metrics["job"] = {"train:mse": MetricSeries([MetricPoint(0, 2.0), MetricPoint(1, 1)])}
    assert 'class="curve' in visitor.get("/compare?job=job&job=other")
    assert looks == []


def test_the_whole_log_is_sent_in_parts(visitor: Any, long_log: list[str]) -> None:
    path = "/training-jobs/job/log"
    response = visitor.raw(path, headers={"Accept-Encoding": "gzip"}, buffered=False)
    assert response.is_streamed
    parts = [part.decode() for part in response.iter_encoded()]
    assert len(parts) == 2 * OF_HOST / 1_000
    assert "".join(parts).splitlines() == [line.rstrip() for line in long_log]


def test_lines_that_come_meanwhile_are_not_read(world: World, long_log: list[str]) -> None:
    """Neither do they move the others."""
    events = world.services.logs.read(GROUP, "job/")
    now = int(time.time() * 1000)
    world.services.logs.put(GROUP, "job/algo-1-1", [(now, "late")])
    assert [text for _, text in events] == long_log
    assert [text for _, text in events[-2:]] == long_log[-2:]
    assert events[-1][1] == long_log[-1]
    assert len(world.services.logs.read(GROUP, "job/")) == len(long_log) + 1
    with pytest.raises(IndexError):
        events[len(long_log)]


def test_the_artifact_is_not_read_for_its_size(
    visitor: Any, seed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: Any) -> bytes:
        raise AssertionError("the artifact is read")

    monkeypatch.setattr(aws_services.MotoStorage, "read", read)
    page = visitor.get(f"/training-jobs/{seed[0]}")
    assert " bytes</p>" in page
