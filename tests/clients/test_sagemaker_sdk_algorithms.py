"""K-Means and PCA with the estimator classes of the SageMaker Python SDK 2.x.

In process and against the server: record set, training, endpoint, records as answers.
"""

from __future__ import annotations

import io
import tarfile
from typing import Any

import boto3
import numpy as np
import pytest
from tests.containers.kmeans.test_artifact import independently_read

pytest.importorskip("sagemaker.deserializers", reason="the SageMaker SDK 2.x is not installed")

import sagemaker as sdk
from tests.clients.sdk2 import ROLE, metrics, numbers, session

__all__ = ["session"]


def arrays(estimator: Any) -> dict[bytes, np.ndarray]:
    """The arrays of the model by name, the only one without a name by an empty one."""
    bucket, _, key = estimator.model_data.removeprefix("s3://").partition("/")
    body = boto3.client("s3", "us-east-1").get_object(Bucket=bucket, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        member = archive.extractfile("model_algo-1")
        assert member is not None
        values, names = independently_read(member.read())
    return dict(zip(names or [b""], values, strict=True))


def test_kmeans(session: Any, digits: Any, capfd: pytest.CaptureFixture[str]) -> None:
    kmeans = sdk.KMeans(
        ROLE,
        2,
        "ml.c4.xlarge",
        k=10,
        epochs=3,
        eval_metrics=["msd", "ssd"],
        sagemaker_session=session,
    )
    records = kmeans.record_set(digits.images[:800])
    test = kmeans.record_set(digits.images[800:], channel="test")
    kmeans.fit([records, test], mini_batch_size=200)
    shown = capfd.readouterr().out
    for host in ("algo-1", "algo-2"):
        assert f"#progress_metric: host={host}, completed 100.0 % of epochs" in shown
    (centers,) = arrays(kmeans).values()
    assert centers.shape == (10, 784)
    rows = digits.images[800:].astype(np.float64)
    squared = ((rows[:, np.newaxis] - centers) ** 2).sum(axis=2)
    assert metrics(session, kmeans)["test:msd"] == pytest.approx(
        squared.min(axis=1).mean(), rel=1e-5
    )

    predictor = kmeans.deploy(1, "ml.m5.large")
    answers = predictor.predict(digits.images[800:810])
    clusters = numbers(answers, "closest_cluster").ravel()
    assert clusters.tolist() == squared[:10].argmin(axis=1).tolist()
    distances = numbers(answers, "distance_to_cluster").ravel()
    np.testing.assert_allclose(distances, np.sqrt(squared[:10].min(axis=1)), rtol=1e-5)
    predictor.delete_endpoint()


@pytest.mark.parametrize("mode", ["regular", "randomized"])
def test_pca(session: Any, digits: Any, mode: str) -> None:
    pca = sdk.PCA(
        ROLE, 1, "ml.c4.xlarge", num_components=4, algorithm_mode=mode, sagemaker_session=session
    )
    pca.fit(pca.record_set(digits.images))
    by_name = arrays(pca)
    vectors = by_name[b"v"]
    assert {name: array.shape for name, array in by_name.items()} == {
        b"v": (784, 4),
        b"s": (4,),
        b"mean": (1, 784),
    }
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(4), atol=1e-5)
    predictor = pca.deploy(1, "ml.m5.large")
    projections = numbers(predictor.predict(digits.images[:5]), "projection")
    expected = (digits.images[:5] - by_name[b"mean"]) @ vectors
    np.testing.assert_allclose(projections, expected, atol=1e-4)
    # The most important component is the last one.
    spread = ((digits.images - by_name[b"mean"]) @ vectors).std(axis=0)
    assert spread.argmax() == 3
    predictor.delete_endpoint()


def test_a_failure_is_told_in_words_of_aws(session: Any, digits: Any) -> None:
    pca = sdk.PCA(ROLE, 1, "ml.c4.xlarge", num_components=785, sagemaker_session=session)
    with pytest.raises(sdk.exceptions.UnexpectedStatusException, match="ClientError: 'num_comp"):
        pca.fit(pca.record_set(digits.images))
