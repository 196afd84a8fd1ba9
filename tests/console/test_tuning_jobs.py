"""Tuning jobs in the console: their list, and the way to their training jobs, the best first."""

from __future__ import annotations

import html
import re
from typing import Any

import boto3
import pytest
from tests.api.conftest import IMAGE, tuning_job
from tests.api.test_tuning_jobs import described, epochs, listed, x_of

from sagemock import containers, control
from sagemock.console import lineage_starts


@pytest.fixture
def tuned(sagemaker: Any) -> Any:
    containers.register(IMAGE, train=epochs)
    boto3.client("s3", "us-east-1").create_bucket(Bucket="bucket")
    control.hold_training_job(name="hunt-004-*")
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=5))
    return sagemaker


def test_a_tuning_job_leads_to_its_leaderboard(tuned: Any, visitor: Any) -> None:
    assert 'href="/sagemock/hyper-parameter-tuning-jobs/hunt"' in visitor.get(
        "/hyper-parameter-tuning-jobs"
    )
    page = visitor.get("/hyper-parameter-tuning-jobs/hunt")
    best = described(tuned)["BestTrainingJob"]["TrainingJobName"]
    assert f'href="/sagemock/training-jobs/{best}"' in page
    link = re.search(r'href="/sagemock(/search\?[^"]+)">all 5, best first<', page)
    assert link is not None
    leaderboard = visitor.get(html.unescape(link[1]))
    names = re.findall(r'href="/sagemock/training-jobs/(hunt-[^"/?]+)"', leaderboard)
    ranked = sorted(listed(tuned, StatusEquals="Completed"), key=lambda each: abs(x_of(each) - 0.3))
    assert list(dict.fromkeys(names))[:4] == [each["TrainingJobName"] for each in ranked]


def test_its_lineage_is_that_of_its_training_jobs(
    tuned: Any, visitor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = re.search(
        r'href="/sagemock(/lineage\?kind[^"]+)"', visitor.get("/hyper-parameter-tuning-jobs/hunt")
    )
    assert link is not None
    page = visitor.get(html.unescape(link[1]))
    launched = {each["TrainingJobName"] for each in listed(tuned)}
    assert len(launched) == 5
    assert set(re.findall(r'href="/sagemock/training-jobs/([^"/?]+)"', page)) == launched
    assert "Left out" not in page
    monkeypatch.setattr(lineage_starts, "MAX_OF_TUNING_JOB", 3)
    page = visitor.get(html.unescape(link[1]))
    assert len(set(re.findall(r'href="/sagemock/training-jobs/([^"/?]+)"', page))) == 3
    assert "2 training jobs" in page[page.index("Left out") :]


def test_a_tuning_job_is_stopped_and_deleted(tuned: Any, visitor: Any) -> None:
    visitor.follow("/hyper-parameter-tuning-jobs/hunt/stop", {})
    assert described(tuned)["HyperParameterTuningJobStatus"] == "Stopped"
    visitor.follow("/hyper-parameter-tuning-jobs/hunt/delete", {})
    assert tuned.list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"] == []
