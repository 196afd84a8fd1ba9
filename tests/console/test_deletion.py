"""Deleting: a page that asks, then the change; AWS's error where it is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sagemock.accounts.world import World

SEED = (
    ("training-jobs", "digits-batch-200"),
    ("models", "digits-model"),
    ("endpoint-configs", "digits-config"),
    ("endpoints", "digits-endpoint"),
)


@pytest.mark.parametrize(("folder", "name"), SEED)
def test_it_is_asked_for_and_done(visitor: Any, seed: list[str], folder: str, name: str) -> None:
    assert f'href="/sagemock/{folder}/{name}/delete"' in visitor.get(f"/{folder}/{name}")
    page = visitor.get(f"/{folder}/{name}/delete")
    assert f'method="post" action="/sagemock/{folder}/{name}/delete"' in page
    visitor.get(f"/{folder}/{name}")  # still there: asking changes nothing
    after = visitor.post(f"/{folder}/{name}/delete", {})
    assert after.status_code == 303
    assert after.headers["Location"] == f"/sagemock/{folder}"
    visitor.get(f"/{folder}/{name}", status=404)
    visitor.get(f"/{folder}/{name}/delete", status=404)


@pytest.mark.parametrize(("folder", "name"), SEED)
def test_another_site_deletes_nothing(
    visitor: Any, seed: list[str], folder: str, name: str
) -> None:
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert visitor.post(f"/{folder}/{name}/delete", {}, elsewhere).status_code == 403
    visitor.get(f"/{folder}/{name}")


def test_what_names_it_is_said(visitor: Any, seed: list[str]) -> None:
    for path, dependent in (
        ("/training-jobs/digits-batch-100", "/models/digits-model"),
        ("/models/digits-model", "/endpoint-configs/digits-config"),
        ("/endpoint-configs/digits-config", "/endpoints/digits-endpoint"),
    ):
        assert f'href="/sagemock{dependent}"' in visitor.get(f"{path}/delete")
    assert "named by" not in visitor.get("/training-jobs/digits-batch-300/delete")


def test_an_endpoint_with_its_configuration(visitor: Any, seed: list[str], sagemaker: Any) -> None:
    page = visitor.get("/endpoints/digits-endpoint/delete")
    assert re.search(r'<input type="checkbox" name="config" value="digits-config">', page)
    visitor.follow("/endpoints/digits-endpoint/delete", {"config": "digits-config"})
    assert sagemaker.list_endpoint_configs()["EndpointConfigs"] == []
    assert len(sagemaker.list_models()["Models"]) == 1


def test_a_running_job_is_refused_in_awss_words(
    visitor: Any, world: World, sagemaker: Any, job_document: Callable[..., Any]
) -> None:
    world.training_jobs.insert(
        job_document("runs", TrainingJobStatus="InProgress", SecondaryStatus="Training")
    )
    assert "/delete" not in visitor.get("/training-jobs/runs")
    with pytest.raises(ClientError) as refused:
        sagemaker.delete_training_job(TrainingJobName="runs")
    response = visitor.post("/training-jobs/runs/delete", {})
    assert response.status_code == 400
    alert = re.search(r'role="alert">([^<]+)', response.text)
    assert alert is not None
    assert alert[1] == refused.value.response["Error"]["Message"]
    visitor.get("/training-jobs/runs")


def test_the_region_is_kept(visitor: Any, sagemaker: Any) -> None:
    elsewhere = boto3.client("sagemaker", "eu-west-1")
    elsewhere.create_model(ModelName="far", ExecutionRoleArn="arn:aws:iam::123456789012:role/r-far")
    action = "/sagemock/models/far/delete?region=eu-west-1"
    assert f'action="{action}"' in visitor.get("/models/far/delete?region=eu-west-1")
    visitor.follow("/models/far/delete?region=eu-west-1", {})
    assert elsewhere.list_models()["Models"] == []
