"""Buckets that we create, read as a client reads those of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.moto_adapter.conftest import Client

from sagemock.accounts.services import BucketError, Services

READS = (
    "get_bucket_location",
    "get_bucket_versioning",
    "get_bucket_acl",
    "get_bucket_encryption",
    "list_objects_v2",
)


def answers(s3: Any, bucket: str) -> Iterator[str]:
    for operation in READS:
        try:
            answer = getattr(s3, operation)(Bucket=bucket)
        except ClientError as error:
            answer = error.response["Error"]
        answer.pop("ResponseMetadata", None)
        yield repr(answer).replace(bucket, "bucket")


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_it_reads_like_one_that_a_client_created(
    client: Client, services: Services, region: str
) -> None:
    s3 = client("s3", region_name=region)
    services.storage.create_bucket("our-bucket", region)
    constraint = {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket="a-clients", **({} if region == "us-east-1" else constraint))
    assert list(answers(s3, "our-bucket")) == list(answers(s3, "a-clients"))
    assert services.storage.buckets(region) == ["a-clients", "our-bucket"]
    assert services.storage.buckets("ap-south-1") == []
    assert services.storage.region("our-bucket") == region


BAD = ("ab", "x" * 64, "Upper", "a_b", "-a-b", "a..b", "a b c", "", "é" * 4)
GOOD = ("abc", "x" * 63, "a.b.c", "a--b", "0-0")


def test_names_that_s3_refuses_and_takes(client: Client, services: Services) -> None:
    s3 = client("s3")
    for name in BAD:
        with pytest.raises(BucketError, match="The specified bucket is not valid"):
            services.storage.create_bucket(name, "us-east-1")
    for name in GOOD:
        services.storage.create_bucket(name, "us-east-1")
    assert {each["Name"] for each in s3.list_buckets()["Buckets"]} == set(GOOD)


def test_a_name_that_is_taken(client: Client, services: Services) -> None:
    client("s3").create_bucket(Bucket="taken")
    with pytest.raises(BucketError, match="bucket name"):
        services.storage.create_bucket("taken", "us-east-1")
