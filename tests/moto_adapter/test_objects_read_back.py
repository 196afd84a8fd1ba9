"""Objects that jobs and endpoints write, read through every operation of S3.

Each answer is compared with that for an object of the same content that boto3 put.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
import requests
from botocore.exceptions import ClientError
from tests.moto_adapter.conftest import Client

from sagemock.accounts.services import Services
from sagemock.testing import SageMock

BODY = bytes(range(256)) * 40
OURS, THEIRS = "output/ours.bin", "output/theirs.bin"
OF_THE_MOMENT = {"LastModified", "VersionId", "CopySourceVersionId", "RequestId", "HostId"}
HEADERS_OF_THE_MOMENT = {
    "date",
    "last-modified",
    "x-amzn-requestid",
    "x-amz-request-id",
    "x-amz-version-id",
    # moto gives back the header in which a client says how it sent the object.
    "x-amz-content-sha256",
}

Put = Callable[[str], None]
"""Writes the same body under a key: by us under `OURS`, by boto3 under `THEIRS`."""


@pytest.fixture
def s3(client: Client) -> Any:
    s3 = client("s3")
    s3.create_bucket(Bucket="bucket")
    return s3


@pytest.fixture
def put(s3: Any, services: Services) -> Put:
    def put(bucket: str) -> None:
        services.storage.write(bucket, OURS, BODY)
        s3.put_object(Bucket=bucket, Key=THEIRS, Body=BODY)

    return put


def scrubbed(answer: Any) -> Any:
    """An answer without what differs between any two objects."""
    if isinstance(answer, dict):
        kept = {name: scrubbed(item) for name, item in answer.items() if name not in OF_THE_MOMENT}
        if "HTTPHeaders" in kept:
            kept["HTTPHeaders"] = {
                name: item
                for name, item in kept["HTTPHeaders"].items()
                if name not in HEADERS_OF_THE_MOMENT
            }
        return kept
    if isinstance(answer, list):
        return [scrubbed(item) for item in answer]
    if hasattr(answer, "read"):
        return answer.read()
    return answer.replace(THEIRS, OURS) if isinstance(answer, str) else answer


def both(operation: Callable[..., Any], bucket: str = "bucket", **request: Any) -> Any:
    """The answer for our object, which must be that for theirs."""
    ours = scrubbed(operation(Bucket=bucket, Key=OURS, **request))
    assert ours == scrubbed(operation(Bucket=bucket, Key=THEIRS, **request))
    return ours


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({}, BODY),
        ({"Range": "bytes=0-9"}, BODY[:10]),
        ({"Range": "bytes=10000-"}, BODY[10000:]),
        ({"Range": "bytes=-7"}, BODY[-7:]),
        ({"PartNumber": 1}, BODY),
        ({"ChecksumMode": "ENABLED"}, BODY),
        ({"ResponseContentType": "text/plain"}, BODY),
        ({"IfUnmodifiedSince": datetime.now(UTC) + timedelta(days=1)}, BODY),
    ],
)
def test_get(s3: Any, put: Put, options: dict[str, Any], part: bytes) -> None:
    put("bucket")
    assert both(s3.get_object, **options)["Body"] == part


def test_get_on_conditions(s3: Any, put: Put) -> None:
    put("bucket")
    etag = both(s3.head_object)["ETag"]
    assert both(s3.get_object, IfMatch=etag)["Body"] == BODY
    for condition in ({"IfNoneMatch": etag}, {"IfMatch": '"other"'}):
        for key in (OURS, THEIRS):
            with pytest.raises(ClientError, match=r"304|412|PreconditionFailed"):
                s3.get_object(Bucket="bucket", Key=key, **condition)


def test_head(s3: Any, put: Put) -> None:
    put("bucket")
    answer = both(s3.head_object, ChecksumMode="ENABLED")
    assert answer["ContentLength"] == len(BODY)
    assert answer["ContentType"] == "binary/octet-stream"
    assert answer["ChecksumCRC32"]
    moment = s3.head_object(Bucket="bucket", Key=OURS)["LastModified"]
    assert abs(datetime.now(UTC) - moment) < timedelta(hours=1)
    both(s3.head_object, PartNumber=1)
    s3.get_waiter("object_exists").wait(Bucket="bucket", Key=OURS)


def test_attributes(s3: Any, put: Put) -> None:
    put("bucket")
    wanted = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]
    answer = both(s3.get_object_attributes, ObjectAttributes=wanted)
    assert answer["ObjectSize"] == len(BODY)
    assert answer["Checksum"]["ChecksumCRC32"]


def test_tags_and_rights(s3: Any, put: Put) -> None:
    s3.put_bucket_ownership_controls(
        Bucket="bucket", OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    s3.put_bucket_acl(Bucket="bucket", ACL="public-read")
    put("bucket")
    assert both(s3.get_object_tagging)["TagSet"] == []
    assert len(both(s3.get_object_acl)["Grants"]) == 2


def test_replacing_an_object_drops_its_tags(s3: Any, put: Put) -> None:
    put("bucket")
    tags = {"TagSet": [{"Key": "k", "Value": "v"}]}
    both(s3.put_object_tagging, Tagging=tags)
    assert both(s3.get_object_tagging)["TagSet"] == tags["TagSet"]
    assert both(s3.head_object)["ResponseMetadata"]["HTTPHeaders"]["x-amz-tagging-count"] == "1"
    put("bucket")
    assert both(s3.get_object_tagging)["TagSet"] == []


@pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2"])
@pytest.mark.parametrize("options", [{}, {"Prefix": "output/"}, {"Delimiter": "/"}])
def test_lists(s3: Any, put: Put, operation: str, options: dict[str, str]) -> None:
    put("bucket")
    pages = s3.get_paginator(operation).paginate(
        Bucket="bucket", PaginationConfig={"PageSize": 1}, **options
    )
    answers = list(pages)
    objects = [each for answer in answers for each in answer.get("Contents", [])]
    if "Delimiter" in options:
        assert [each["CommonPrefixes"] for each in answers] == [[{"Prefix": "output/"}]]
        return
    ours, theirs = objects
    assert scrubbed(ours) == scrubbed(theirs)
    assert (ours["Key"], ours["Size"]) == (OURS, len(BODY))


def test_versions(s3: Any, put: Put) -> None:
    s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    put("bucket")
    put("bucket")
    versions = s3.list_object_versions(Bucket="bucket")["Versions"]
    by_key = {key: [each for each in versions if each["Key"] == key] for key in (OURS, THEIRS)}
    assert scrubbed(by_key[OURS]) == scrubbed(by_key[THEIRS])
    assert [each["IsLatest"] for each in by_key[OURS]] == [True, False]
    for each in by_key[OURS]:
        request = {"Bucket": "bucket", "Key": OURS, "VersionId": each["VersionId"]}
        assert s3.get_object(**request)["Body"].read() == BODY
    both(s3.delete_object)
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket="bucket", Key=OURS)


def test_default_encryption(s3: Any, put: Put) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    s3.put_bucket_encryption(Bucket="bucket", ServerSideEncryptionConfiguration={"Rules": [rule]})
    put("bucket")
    assert both(s3.head_object)["ServerSideEncryption"] == "aws:kms"


def test_a_default_lock(s3: Any, put: Put) -> None:
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    retention = {"Mode": "GOVERNANCE", "Days": 2}
    s3.put_object_lock_configuration(
        Bucket="locked",
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": retention},
        },
    )
    put("locked")
    for key in (OURS, THEIRS):
        # moto has no GetObjectRetention.
        kept = s3.head_object(Bucket="locked", Key=key)
        assert kept["ObjectLockMode"] == "GOVERNANCE"
        assert kept["ObjectLockRetainUntilDate"] > datetime.now(UTC) + timedelta(days=1)
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.delete_object(Bucket="locked", Key=key, VersionId=kept["VersionId"])


def test_copies(s3: Any, put: Put) -> None:
    put("bucket")
    for key in (OURS, THEIRS):
        s3.copy_object(Bucket="bucket", Key=f"copy/{key}", CopySource=f"bucket/{key}")
        s3.copy({"Bucket": "bucket", "Key": key}, "bucket", f"managed/{key}")
    for folder in ("copy", "managed"):
        ours, theirs = (
            s3.get_object(Bucket="bucket", Key=f"{folder}/{key}", ChecksumMode="ENABLED")
            for key in (OURS, THEIRS)
        )
        ours, theirs = scrubbed(ours), scrubbed(theirs)
        assert ours == theirs
        assert ours["Body"] == BODY


def test_as_a_part_of_an_upload(s3: Any, put: Put) -> None:
    put("bucket")
    upload = {"Bucket": "bucket", "Key": "whole"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    part = s3.upload_part_copy(
        **upload, PartNumber=1, CopySource=f"bucket/{OURS}", CopySourceRange="bytes=0-99"
    )["CopyPartResult"]
    parts = [{"PartNumber": 1, "ETag": part["ETag"]}]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
    assert s3.get_object(Bucket="bucket", Key="whole")["Body"].read() == BODY[:100]


def test_downloads(s3: Any, put: Put, anywhere: SageMock) -> None:
    put("bucket")
    into = io.BytesIO()
    s3.download_fileobj("bucket", OURS, into)
    assert into.getvalue() == BODY
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": OURS})
    assert requests.get(url, timeout=60).content == BODY
    resource = boto3.resource("s3", endpoint_url=anywhere.url)
    (summary,) = resource.Bucket("bucket").objects.filter(Prefix=OURS)
    assert (summary.size, summary.get()["Body"].read()) == (len(BODY), BODY)


def test_delete(s3: Any, put: Put) -> None:
    put("bucket")
    both(s3.delete_object)
    put("bucket")
    keys = {"Objects": [{"Key": OURS}, {"Key": THEIRS}]}
    deleted = s3.delete_objects(Bucket="bucket", Delete=keys)["Deleted"]
    assert sorted(each["Key"] for each in deleted) == [OURS, THEIRS]
    assert "Contents" not in s3.list_objects_v2(Bucket="bucket")
    s3.delete_bucket(Bucket="bucket")


def test_notifications(client: Client, s3: Any, put: Put) -> None:
    sqs = client("sqs")
    queue = sqs.create_queue(QueueName="q")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    configuration = {"QueueArn": arn["QueueArn"], "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="bucket", NotificationConfiguration={"QueueConfigurations": [configuration]}
    )
    put("bucket")
    received = []
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for each in messages:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=each["ReceiptHandle"])
            received += json.loads(each["Body"]).get("Records", [])
    ours, theirs = (
        [
            (each["eventName"], each["s3"]["object"]["size"])
            for each in received
            if name in str(each)
        ]
        for name in ("ours", "theirs")
    )
    assert ours == theirs == [("ObjectCreated:Put", len(BODY))]


@pytest.mark.parametrize("versioning", ["Enabled", None])
def test_a_deleted_object(s3: Any, services: Services, put: Put, versioning: str | None) -> None:
    """Ours is deleted as boto3 deletes theirs."""
    if versioning:
        s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": versioning})
    put("bucket")
    services.storage.delete("bucket", OURS)
    s3.delete_object(Bucket="bucket", Key=THEIRS)
    assert "Contents" not in s3.list_objects_v2(Bucket="bucket")
    versions = s3.list_object_versions(Bucket="bucket")
    for kind in ("Versions", "DeleteMarkers"):
        keys = [each["Key"] for each in versions.get(kind, ())]
        assert sorted(keys) == ([OURS, THEIRS] if versioning else [])
    # What is not there any more can be deleted again.
    services.storage.delete("bucket", OURS)
