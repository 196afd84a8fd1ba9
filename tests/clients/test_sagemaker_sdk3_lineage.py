"""Lineage with the SageMaker Python SDK 3.x: its resources, queries and runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sagemock import Config, mock_sagemaker
from sagemock.server import SageMockServer

pytest.importorskip("sagemaker.train", reason="the SageMaker SDK 3.x is not installed")

from sagemaker.core import resources as sdk
from sagemaker.core.experiments.run import Run
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.lineage import query
from sagemaker.core.lineage.context import Context, EndpointContext
from sagemaker.core.shapes import shapes
from tests.clients.lineage import traced_endpoint
from tests.clients.sdk3 import REGION, forget_clients


@pytest.fixture(params=["in process", "server"])
def boto_session(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Any]:
    forget_clients()
    if request.param == "in process":
        with mock_sagemaker(training="off", validation="off"):
            yield boto3.Session(region_name=REGION)
    else:
        with SageMockServer(config=Config(training="off", validation="off")) as server:
            monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
            monkeypatch.setenv("HOME", str(tmp_path))
            yield boto3.Session(region_name=REGION)
    forget_clients()


def test_resources(boto_session: Any) -> None:
    data = sdk.Artifact.create(
        source=shapes.ArtifactSource(source_uri="s3://bucket/data"),
        artifact_type="DataSet",
        artifact_name="data",
        properties={"rows": "100"},
    )
    action = sdk.Action.create(
        action_name="clean",
        source=shapes.ActionSource(source_uri="git"),
        action_type="Cleaning",
        status="InProgress",
    )
    context = sdk.Context.create(
        context_name="study",
        source=shapes.ContextSource(source_uri="here", source_type="Folder"),
        context_type="Study",
    )
    action.update(status="Completed", properties={"took": "1"})
    assert sdk.Action.get("clean").status == "Completed"
    data.update(artifact_name="rows")
    assert data.refresh().artifact_name == "rows"
    assert context.lineage_group_arn.endswith("/sagemaker-default-lineage-group")
    group = sdk.LineageGroup.get("sagemaker-default-lineage-group")
    assert group.lineage_group_arn == context.lineage_group_arn
    with pytest.raises(ClientError, match="ResourceNotFound"):
        group.get_policy()
    sdk.Association.add(
        source_arn=data.artifact_arn,
        destination_arn=action.action_arn,
        association_type="ContributedTo",
    )
    (listed,) = sdk.Association.get_all()
    assert (listed.source_type, listed.destination_type) == ("DataSet", "Cleaning")
    assert (listed.source_name, listed.destination_name) == ("rows", "clean")
    with pytest.raises(ClientError, match="associations"):
        action.delete()
    listed.delete()
    assert not list(sdk.Association.get_all())
    for each in (data, action, context):
        each.delete()
    assert not list(sdk.Artifact.get_all())
    assert not list(sdk.Context.get_all())


def test_an_endpoint_is_traced(boto_session: Any) -> None:
    client = boto_session.client("sagemaker")
    endpoint = traced_endpoint(client, "image:1", "bucket")
    job = sdk.TrainingJob.get("j")
    session = Session(boto_session, default_bucket="sdk-bucket")
    (summary,) = Context.list(source_uri=endpoint, sagemaker_session=session)
    context = EndpointContext.load(context_name=summary.context_name, sagemaker_session=session)
    assert context.training_job_arns() == [job.training_job_arn]
    (data,) = context.dataset_artifacts()
    assert data.source.source_uri == "s3://bucket/train/"
    result = query.LineageQuery(session).query(
        start_arns=[context.context_arn], direction=query.LineageQueryDirectionEnum.ASCENDANTS
    )
    assert {each.lineage_source for each in result.vertices} == {
        "Endpoint",
        "ModelDeployment",
        "Model",
        "Image",
        "TrainingJob",
        "DataSet",
    }


def test_a_run_logs_a_chart(boto_session: Any) -> None:
    session = Session(boto_session, default_bucket="sdk-bucket")
    with Run(experiment_name="Study", run_name="run", sagemaker_session=session) as run:
        run.log_parameter("rate", 0.1)
        run.log_precision_recall([0, 1], [0.1, 0.9], title="precision")
    component = sdk.TrialComponent.get("study-run")
    assert component.parameters["rate"].number_value == 0.1
    (chart,) = sdk.Association.get_all(source_arn=component.trial_component_arn)
    assert (chart.destination_type, chart.destination_name) == (
        "PrecisionRecallCurve",
        "precision",
    )
