"""The lineage classes and runs of the SageMaker Python SDK 2.x, in process and against a server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sagemock import Config, mock_sagemaker
from sagemock.server import SageMockServer

pytest.importorskip("sagemaker.deserializers", reason="the SageMaker SDK 2.x is not installed")

import sagemaker as sdk
from sagemaker.experiments import Run, load_run
from sagemaker.lineage import query
from sagemaker.lineage.action import Action
from sagemaker.lineage.artifact import Artifact, DatasetArtifact, ModelArtifact
from sagemaker.lineage.association import Association
from sagemaker.lineage.context import Context, EndpointContext
from sagemaker.lineage.visualizer import LineageTableVisualizer
from tests.clients.lineage import traced_endpoint

REGION = "us-east-1"
IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"


@pytest.fixture(params=["in process", "server"])
def session(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Any]:
    """A session of the SDK."""
    if request.param == "in process":
        with mock_sagemaker(training="off"):
            yield sdk.Session(boto3.Session(region_name=REGION))
        return
    with SageMockServer(config=Config(training="off")) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        monkeypatch.setenv("HOME", str(tmp_path))
        # Without a name for the bucket the SDK asks STS, at AWS itself, for the account.
        yield sdk.Session(boto3.Session(region_name=REGION), default_bucket="sdk-bucket")


@pytest.fixture
def endpoint(session: Any) -> str:
    """The ARN of an endpoint whose model a job has trained on data in the default bucket."""
    client, bucket = session.sagemaker_client, session.default_bucket()
    session.boto_session.client("s3").put_object(Bucket=bucket, Key="train/a.csv", Body="1,2\n")
    session.boto_session.client("s3").put_object(
        Bucket=bucket, Key="out/j/output/model.tar.gz", Body=b"trained elsewhere"
    )
    return traced_endpoint(client, IMAGE, bucket, HyperParameters={"predictor_type": "regressor"})


def test_artifacts_actions_contexts_and_associations(session: Any) -> None:
    data = Artifact.create(
        artifact_name="data",
        source_uri="s3://bucket/data",
        artifact_type="DataSet",
        properties={"rows": "100"},
        sagemaker_session=session,
    )
    data.properties["columns"] = "3"
    data.properties_to_remove = ["rows"]
    data.save()
    data.set_tag({"Key": "team", "Value": "a"})
    loaded = Artifact.load(artifact_arn=data.artifact_arn, sagemaker_session=session)
    assert loaded.properties == {"columns": "3"}
    action = Action.create(
        action_name="clean",
        source_uri="git",
        action_type="Cleaning",
        status="InProgress",
        sagemaker_session=session,
    )
    action.status = "Completed"
    action.save()
    assert Action.load("clean", sagemaker_session=session).status == "Completed"
    context = Context.create(
        context_name="study",
        source_uri="here",
        source_type="Folder",
        context_type="Study",
        sagemaker_session=session,
    )
    for source, destination in (
        (data.artifact_arn, action.action_arn),
        (action.action_arn, context.context_arn),
    ):
        Association.create(
            source_arn=source,
            destination_arn=destination,
            association_type="ContributedTo",
            sagemaker_session=session,
        )
    listed = Association.list(sort_order="Ascending", sagemaker_session=session)
    assert [(each.source_type, each.destination_type) for each in listed] == [
        ("DataSet", "Cleaning"),
        ("Cleaning", "Study"),
    ]
    uris = [each.source.source_uri for each in Artifact.list(sagemaker_session=session)]
    assert uris == ["s3://bucket/data"]
    with pytest.raises(ClientError, match="associations"):
        data.delete()
    action.delete(disassociate=True)
    data.delete(disassociate=True)
    context.delete(disassociate=True)
    assert not list(Association.list(sagemaker_session=session))
    assert not list(Context.list(sagemaker_session=session))


def test_an_endpoint_is_traced_to_data_set_and_job(session: Any, endpoint: str) -> None:
    (summary,) = Context.list(source_uri=endpoint, sagemaker_session=session)
    context = EndpointContext.load(context_name=summary.context_name, sagemaker_session=session)
    (data,) = context.dataset_artifacts()
    assert isinstance(data, DatasetArtifact)
    assert data.source.source_uri.endswith("/train/")
    job = session.sagemaker_client.describe_training_job(TrainingJobName="j")
    assert context.training_job_arns() == [job["TrainingJobArn"]]
    (action,) = context.actions(query.LineageQueryDirectionEnum.ASCENDANTS)
    assert action.action_type == "ModelDeployment"
    assert action.status == "Completed"
    (path,) = Artifact.list(
        source_uri=job["ModelArtifacts"]["S3ModelArtifacts"], sagemaker_session=session
    )
    model = ModelArtifact.load(artifact_arn=path.artifact_arn, sagemaker_session=session)
    assert [each.destination_arn for each in model.endpoints()] == [context.context_arn]
    assert [each.context_arn for each in model.endpoint_contexts()] == [context.context_arn]
    assert [each.artifact_arn for each in model.dataset_artifacts()] == [data.artifact_arn]
    assert model.training_job_arns() == [job["TrainingJobArn"]]
    assert [each.context_arn for each in data.endpoint_contexts()] == [context.context_arn]


def test_models_of_an_endpoint_that_is_associated_by_hand(session: Any) -> None:
    """`models` walks from the endpoint to its deployments, as the SDK's own tests set it up."""
    endpoint = Context.create(
        context_name="endpoint",
        source_uri="arn:of:endpoint",
        context_type="Endpoint",
        sagemaker_session=session,
    )
    action = Action.create(
        action_name="deploy",
        source_uri="arn:of:endpoint",
        action_type="ModelDeployment",
        sagemaker_session=session,
    )
    model = Artifact.create(
        source_uri="s3://bucket/model", artifact_type="Model", sagemaker_session=session
    )
    for source, destination in (
        (endpoint.context_arn, action.action_arn),
        (action.action_arn, model.artifact_arn),
    ):
        Association.create(
            source_arn=source, destination_arn=destination, sagemaker_session=session
        )
    context = EndpointContext.load(context_name="endpoint", sagemaker_session=session)
    assert [each.destination_arn for each in context.models()] == [model.artifact_arn]
    assert [each.artifact_arn for each in context.models_v2()] == [model.artifact_arn]


def test_a_query_with_edges_and_filters(session: Any, endpoint: str) -> None:
    (summary,) = Context.list(source_uri=endpoint, sagemaker_session=session)
    lineage = query.LineageQuery(session)
    result = lineage.query(
        start_arns=[summary.context_arn], direction=query.LineageQueryDirectionEnum.ASCENDANTS
    )
    assert len(result.vertices) == 6
    assert len(result.edges) == 6
    assert {each.lineage_source for each in result.vertices} == {
        "Endpoint",
        "ModelDeployment",
        "Model",
        "Image",
        "TrainingJob",
        "DataSet",
    }
    (job,) = lineage.query(
        start_arns=[summary.context_arn],
        direction=query.LineageQueryDirectionEnum.ASCENDANTS,
        include_edges=False,
        query_filter=query.LineageFilter(
            entities=[query.LineageEntityEnum.TRIAL_COMPONENT],
            sources=[query.LineageSourceEnum.TRAINING_JOB],
        ),
    ).vertices
    assert job.to_lineage_object().trial_component_name == "j-aws-training-job"


def test_a_query_is_drawn(
    session: Any, endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyvis")
    monkeypatch.chdir(tmp_path)
    (summary,) = Context.list(source_uri=endpoint, sagemaker_session=session)
    result = query.LineageQuery(session).query(
        start_arns=[summary.context_arn], direction=query.LineageQueryDirectionEnum.ASCENDANTS
    )
    result.visualize(path=str(tmp_path / "lineage.html"))
    page = (tmp_path / "lineage.html").read_text()
    assert summary.context_arn in page
    assert "ContributedTo" in page


def test_the_table_of_a_job(session: Any, endpoint: str) -> None:
    visualizer = LineageTableVisualizer(session)
    table = visualizer.show(training_job_name="j")
    assert sorted(
        zip(table["Direction"], table["Type"], table["Association Type"], strict=True)
    ) == [
        ("Input", "DataSet", "ContributedTo"),
        ("Input", "Image", "ContributedTo"),
        ("Output", "Model", "Produced"),
    ]
    table = visualizer.show(endpoint_arn=endpoint)
    assert list(table["Type"]) == ["ModelDeployment"]


def test_a_run_logs_charts_files_tables_and_artifacts(session: Any, tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    notes = tmp_path / "notes.txt"
    notes.write_text("fine")
    truth, scores = [0, 0, 1, 1], [0.1, 0.6, 0.4, 0.9]
    for number in range(2):
        with Run(
            experiment_name="Study", run_name=f"run-{number}", sagemaker_session=session
        ) as run:
            run.log_parameters({"rate": 0.1, "kind": "linear"})
            run.log_metric("loss", 0.5, step=0)
            run.log_confusion_matrix(truth, [0, 1, 1, 1], title="matrix")
            run.log_precision_recall(truth, scores, title="precision")
            run.log_roc_curve(truth, scores, title="roc", is_output=False)
            run.log_file(str(notes), name="notes")
            run.log_artifact("data", "s3://bucket/data", is_output=False)
    client = session.sagemaker_client
    component = client.describe_trial_component(TrialComponentName="study-run-0")
    assert component["Status"]["PrimaryStatus"] == "Completed"
    assert component["Parameters"]["rate"] == {"NumberValue": 0.1}
    assert component["InputArtifacts"]["data"]["Value"] == "s3://bucket/data"
    assert component["OutputArtifacts"]["notes"]["MediaType"] == "text/plain"
    arn = component["TrialComponentArn"]
    outgoing = list(Association.list(source_arn=arn, sagemaker_session=session))
    incoming = list(Association.list(destination_arn=arn, sagemaker_session=session))
    assert {(each.destination_type, each.destination_name) for each in outgoing} == {
        ("ConfusionMatrix", "matrix"),
        ("PrecisionRecallCurve", "precision"),
    }
    assert [(each.source_type, each.source_name) for each in incoming] == [("ROCCurve", "roc")]
    (chart,) = (each for each in outgoing if each.destination_name == "matrix")
    artifact = Artifact.load(artifact_arn=chart.destination_arn, sagemaker_session=session)
    bucket, _, key = artifact.source.source_uri.removeprefix("s3://").partition("/")
    body = session.boto_session.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    assert json.loads(body)["confusionMatrix"] == [[1, 1], [0, 2]]
    # The same chart once more, written anew, is no fault.
    with load_run(experiment_name="Study", run_name="run-0", sagemaker_session=session) as run:
        run.log_confusion_matrix(truth, [0, 0, 1, 1], title="matrix")
    names = [
        each.destination_name
        for each in Association.list(source_arn=arn, sagemaker_session=session)
    ]
    assert names.count("matrix") == 2
