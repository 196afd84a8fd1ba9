"""Without the library, jobs and endpoints do as for unknown images, and the warning says why."""

from __future__ import annotations

from typing import Any

import pytest
from tests.containers.xgboost.conftest import NEW, RECORDED
from tests.containers.xgboost.test_job import TumourAccount

from sagemock.containers import container, not_run, registry


def test_a_job_completes_untrained(
    sagemock: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(container, "_exists", lambda module: module != "xgboost")
    monkeypatch.setattr(not_run, "_warned", set())
    account = TumourAccount(sagemock.client)
    job = account.trained("j", RECORDED)
    assert job["TrainingJobStatus"] == "Completed"
    assert "FinalMetricDataList" not in job
    assert set(account.files(job)) == {"README"}
    (warning,) = [text for text in caplog.messages if NEW in text]
    assert warning.endswith(
        "its jobs complete without metrics; xgboost is its container, and needs xgboost: "
        "pip install 'sagemock[xgboost]'"
    )
    assert account.deploy(job, NEW) == "InService"
    assert all(each.name != "xgboost" for each in registry.training_containers())
