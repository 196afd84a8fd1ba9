"""The sample in S3: what a client reads there is what the demo trains on."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from sagemock.accounts.services import BucketError
from sagemock.demo import sample
from sagemock.demo.digits import load_small
from sagemock.formats.media_type import CSV, RECORDIO
from sagemock.formats.recordio import decode
from sagemock.moto_adapter.backend import world_of
from sagemock.resources.s3_uri import parse_s3
from sagemock.testing import SageMock

ACCOUNT = "123456789012"


def bodies(sagemock: SageMock, uris: list[str]) -> list[bytes]:
    s3 = sagemock.client("s3")
    return [
        s3.get_object(Bucket=bucket, Key=key)["Body"].read() for bucket, key in map(parse_s3, uris)
    ]


def _matrix(decoded: Any) -> Any:
    return decoded.values.reshape(len(decoded.sparse), -1)


def test_both_formats_hold_the_same_rows(sagemock: SageMock) -> None:
    world = world_of(ACCOUNT, "us-east-1")
    assert not sample.is_loaded(world)
    uris = sample.load(world)
    assert sample.is_loaded(world)
    assert [uri.rsplit("/", 3)[1:] for uri in uris] == [
        ["recordio", "train", "digits.pbr"],
        ["csv", "train", "digits.csv"],
        ["recordio", "validation", "digits.pbr"],
        ["csv", "validation", "digits.csv"],
    ]
    digits = load_small()
    assert len(digits.train) + len(digits.test) == 1797
    read: Any = bodies(sagemock, uris)
    for features, numbers, recordio, csv in (
        (digits.train, digits.train_digits, read[0], read[1]),
        (digits.test, digits.test_digits, read[2], read[3]),
    ):
        decoded, labels = decode(recordio)
        rows = np.loadtxt(io.BytesIO(csv), delimiter=",", dtype=np.float32)
        assert features.shape[1] == sample.FEATURES
        assert np.array_equal(_matrix(decoded), features)
        assert np.array_equal(rows[:, 1:], features)
        assert np.array_equal(np.ravel(labels), numbers == 0)
        assert np.array_equal(rows[:, 0], numbers == 0)


def test_regions_have_buckets_of_their_own(sagemock: SageMock) -> None:
    first, second = (world_of(ACCOUNT, region) for region in ("us-east-1", "eu-west-1"))
    sample.load(first)
    assert not sample.is_loaded(second)
    sample.load(second)
    s3 = sagemock.client("s3")
    location = s3.get_bucket_location(Bucket=f"sagemaker-eu-west-1-{ACCOUNT}")
    assert location["LocationConstraint"] == "eu-west-1"
    assert [channel.bucket for channel in sample.channels(second, CSV)] == [
        f"sagemaker-eu-west-1-{ACCOUNT}"
    ] * 2


def test_loading_again_replaces_it(sagemock: SageMock) -> None:
    world = world_of(ACCOUNT, "us-east-1")
    uris = sample.load(world)
    bucket, key = parse_s3(uris[0])
    sagemock.client("s3").put_object(Bucket=bucket, Key=key, Body=b"")
    sample.load(world)
    assert np.shape(_matrix(decode(bodies(sagemock, uris)[0])[0])) == (1498, 64)


def test_a_job_of_the_sample_leaves_other_objects_alone(sagemock: SageMock) -> None:
    world = world_of(ACCOUNT, "us-east-1")
    bucket = sample.channels(world, RECORDIO)[0].bucket
    s3 = sagemock.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="mine", Body=b"mine")
    sample.load(world)
    assert s3.get_object(Bucket=bucket, Key="mine")["Body"].read() == b"mine"


def test_a_bucket_of_another_account(sagemock: SageMock) -> None:
    world = world_of(ACCOUNT, "us-east-1")
    bucket = sample.channels(world, RECORDIO)[0].bucket
    world_of("210987654321", "us-east-1").services.storage.create_bucket(bucket, "us-east-1")
    with pytest.raises(BucketError):
        sample.load(world)
