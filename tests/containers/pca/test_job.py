"""Jobs of PCA on digits through boto3, whose components are those of scikit-learn."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import sklearn.decomposition
from tests.containers.account import Account, channel
from tests.containers.first_party.algorithms import PCA
from tests.containers.kmeans.test_artifact import independently_read

from sagemock.formats.recordio import encode

COLUMNS = 100
SHARDED = channel("train", distribution="ShardedByS3Key")


class DigitsAccount(Account):
    """One with columns of 800 digits, in two objects."""

    def __init__(self, client: Any, images: np.ndarray) -> None:
        super().__init__(client)
        self.images = images[:, 300 : 300 + COLUMNS]
        for part in range(2):
            body = encode(self.images[400 * part : 400 * (part + 1)])
            self.s3.put_object(Bucket="data", Key=f"train/{part}", Body=body)

    def trained(self, hosts: int = 1, **settings: str) -> dict[str, Any]:
        usual = {"feature_dim": str(COLUMNS), "num_components": "5", "mini_batch_size": "100"}
        return self.train("j", PCA.image, {**usual, **settings}, [SHARDED], hosts=hosts)

    def arrays(self, job: dict[str, Any]) -> dict[str, np.ndarray]:
        arrays, names = independently_read(self.files(job)["model_algo-1"])
        return {name.decode(): array for name, array in zip(names, arrays, strict=True)}


@pytest.fixture
def account(sagemock: Any, digits: Any) -> DigitsAccount:
    return DigitsAccount(sagemock.client, digits.images)


@pytest.fixture(scope="module")
def reference(digits: Any) -> Any:
    images = digits.images[:800, 300 : 300 + COLUMNS]
    return sklearn.decomposition.PCA(5, svd_solver="covariance_eigh").fit(images.astype(np.float64))


def test_components_and_projections(account: DigitsAccount, reference: Any) -> None:
    job = account.trained()
    arrays = account.arrays(job)
    np.testing.assert_allclose(arrays["s"], reference.singular_values_[::-1], rtol=1e-4)
    np.testing.assert_allclose(arrays["mean"], [reference.mean_], atol=1e-5)
    for ours, theirs in zip(arrays["v"].T, reference.components_[::-1], strict=True):
        assert abs(ours @ theirs) == pytest.approx(1, abs=1e-4)

    assert account.deploy(job, PCA.image) == "InService"
    rows = account.images[800:803]
    answer = json.loads(account.invoke(encode(rows), "application/x-recordio-protobuf"))
    numbers = [each["projection"] for each in answer["projections"]]
    np.testing.assert_allclose(numbers, (rows - arrays["mean"]) @ arrays["v"], atol=1e-4)


def test_two_hosts_that_share_the_rows(account: DigitsAccount, reference: Any) -> None:
    arrays = account.arrays(account.trained(hosts=2))
    np.testing.assert_allclose(arrays["s"], reference.singular_values_[::-1], rtol=1e-4)
    for host in ("algo-1", "algo-2"):
        assert any('"Total Records Seen": {"sum": 400.0' in line for line in account.log("j", host))


def test_randomized_without_mean(account: DigitsAccount) -> None:
    arrays = account.arrays(account.trained(algorithm_mode="randomized", subtract_mean="False"))
    assert {name: array.shape for name, array in arrays.items()} == {"v": (COLUMNS, 5), "s": (5,)}
    np.testing.assert_allclose(arrays["v"].T @ arrays["v"], np.eye(5), atol=1e-5)


def test_more_components_than_columns(account: DigitsAccount) -> None:
    text = (
        "'num_components' is 101, but the data has 100 columns. Please set 'num_components' to a "
        "value that is no greater than 'feature_dim'."
    )
    job = account.trained(num_components="101")
    assert (job["TrainingJobStatus"], job["FailureReason"]) == ("Failed", f"ClientError: {text}")
    assert text in account.log("j")[-1]
