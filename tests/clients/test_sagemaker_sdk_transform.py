"""Batch transform with the SageMaker Python SDK 2.x, in process and against the server."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sagemock import control

pytest.importorskip("sagemaker.deserializers", reason="the SageMaker SDK 2.x is not installed")

import sagemaker as sdk
from sagemaker.inputs import BatchDataCaptureConfig
from sagemaker.transformer import Transformer
from tests.clients.sdk2 import session as session

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
ROWS = "id-1,0,0\nid-2,60,80\nid-3,61,79\n"
CSV_LINES = {"content_type": "text/csv", "split_type": "Line"}


@pytest.fixture
def estimator(session: Any) -> Any:
    """A trained K-Means, by its image."""
    rows = np.random.default_rng(0).normal(size=(200, 2)) + np.repeat([[0, 0], [60, 80]], 100, 0)
    body = "".join(f"{x},{y}\n" for x, y in rows.tolist())
    data = session.upload_string_as_file_body(body, session.default_bucket(), "train/rows.csv")
    estimator = sdk.estimator.Estimator(
        sdk.image_uris.retrieve("kmeans", "us-east-1"),
        ROLE,
        instance_count=1,
        instance_type="ml.m5.large",
        sagemaker_session=session,
        hyperparameters={"k": 2, "feature_dim": 2, "mini_batch_size": 100},
    )
    content_type = "text/csv;label_size=0"
    estimator.fit({"train": sdk.inputs.TrainingInput(data, content_type=content_type)})
    return estimator


def put(session: Any, key: str, body: str) -> str:
    uri: str = session.upload_string_as_file_body(body, session.default_bucket(), key)
    return uri


def read(session: Any, uri: str) -> str:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    text: str = session.read_s3_file(bucket, key)
    return text


def test_the_transformer_of_an_estimator(
    session: Any, estimator: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    uri = put(session, "batch/rows.csv", ROWS)
    transformer = estimator.transformer(
        1,
        "ml.m5.large",
        strategy="MultiRecord",
        assemble_with="Line",
        accept="text/csv",
        max_payload=1,
    )
    transformer.transform(
        uri,
        **CSV_LINES,
        input_filter="$[1:]",
        join_source="Input",
        output_filter="$[0,-2]",
        wait=True,
        logs=True,
    )
    lines = read(session, f"{transformer.output_path}/rows.csv.out").splitlines()
    clusters = dict(line.split(",") for line in lines)
    assert list(clusters) == ["id-1", "id-2", "id-3"]
    assert clusters["id-2"] == clusters["id-3"] != clusters["id-1"]
    printed = capfd.readouterr().out
    assert "[sagemaker logs]: MaxConcurrentTransforms=1, MaxPayloadInMB=1, BatchStrategy" in printed

    attached = Transformer.attach(transformer.latest_transform_job.name, session)
    assert attached.output_path == transformer.output_path
    assert (attached.strategy, attached.max_payload) == ("MultiRecord", 1)


def test_a_transformer_by_the_name_of_a_model(session: Any, estimator: Any) -> None:
    model = estimator.create_model()
    model.create(instance_type="ml.m5.large")
    put(session, "batch/a/1.csv", "0,0\n")
    uri = put(session, "batch/2.csv", "60,80\n").removesuffix("/2.csv")
    bucket = session.default_bucket()
    transformer = Transformer(
        model.name,
        2,
        "ml.m5.large",
        strategy="SingleRecord",
        accept="application/jsonlines",
        output_path=f"s3://{bucket}/answers/",
        max_concurrent_transforms=4,
        env={"STAGE": "test"},
        tags=[{"Key": "Project", "Value": "clusters"}],
        sagemaker_session=session,
    )
    transformer.transform(
        uri,
        **CSV_LINES,
        batch_data_capture_config=BatchDataCaptureConfig(f"s3://{bucket}/captured"),
        model_client_config={"InvocationsTimeoutInSeconds": 60, "InvocationsMaxRetries": 1},
        wait=False,
    )
    transformer.wait(logs=False)
    keys = session.list_s3_files(bucket, "answers/")
    assert keys == ["answers/2.csv.out", "answers/a/1.csv.out"]
    assert "closest_cluster" in read(session, f"s3://{bucket}/answers/a/1.csv.out")
    assert len(session.list_s3_files(bucket, "captured/")) == 2


def test_a_bad_row(session: Any, estimator: Any) -> None:
    put(session, "batch/good.csv", "0,0\n")
    uri = put(session, "batch/bad.csv", "0,0\n1,2,3\n").removesuffix("/bad.csv")
    transformer = estimator.transformer(1, "ml.m5.large", accept="application/jsonlines")
    with pytest.raises(sdk.exceptions.UnexpectedStatusException) as caught:
        transformer.transform(uri, **CSV_LINES, wait=True, logs=False)
    reason = "Failed. Reason: ClientError: See job logs for more information"
    assert reason in str(caught.value)
    bucket, _, prefix = transformer.output_path.removeprefix("s3://").partition("/")
    assert session.list_s3_files(bucket, prefix) == [f"{prefix}/good.csv.out"]


# The controls of this process do not reach a server.
@pytest.mark.parametrize("session", ["in process"], indirect=True)
def test_a_job_that_is_stopped(session: Any, estimator: Any) -> None:
    uri = put(session, "batch/rows.csv", "0,0\n")
    transformer = estimator.transformer(1, "ml.m5.large")
    control.hold_transform_job()
    transformer.transform(uri, **CSV_LINES, wait=False)
    transformer.stop_transform_job(wait=True)
    job = session.sagemaker_client.describe_transform_job(
        TransformJobName=transformer.latest_transform_job.name
    )
    assert job["TransformJobStatus"] == "Stopped"
    bucket, _, prefix = transformer.output_path.removeprefix("s3://").partition("/")
    assert session.list_s3_files(bucket, prefix) == []
