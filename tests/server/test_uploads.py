"""Uploads of every shape by boto3: how botocore sends a body depends on what it is given."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sagemock.server import SageMockServer

BUCKET = "uploads"
LIMIT = 1024**2


@pytest.fixture(scope="module", params=[True, False], ids=["kept", "closed"])
def server(request: Any) -> Iterator[SageMockServer]:
    with SageMockServer(keep_alive=request.param, max_body=LIMIT) as server:
        yield server


def client(server: SageMockServer, **options: Any) -> Any:
    config = Config(retries={"total_max_attempts": 1}, read_timeout=20, **options)
    return boto3.client("s3", endpoint_url=server.url, config=config)


@pytest.fixture(params=["when_supported", "when_required"])
def s3(request: Any, server: SageMockServer) -> Iterator[Any]:
    server.reset()
    s3 = client(server, request_checksum_calculation=request.param)
    s3.create_bucket(Bucket=BUCKET)
    yield s3
    s3.close()


class Pipe(io.RawIOBase):
    """A stream that cannot go back, and does not say how long it is."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._content.readinto(buffer)


BODIES = [b"", b"x", b"0123456789" * 50_000]


@pytest.mark.parametrize("body", BODIES, ids=len)
@pytest.mark.parametrize("make", [bytes, bytearray, io.BytesIO], ids=lambda make: make.__name__)
def test_put_object(s3: Any, make: Any, body: bytes) -> None:
    s3.put_object(Bucket=BUCKET, Key="_SUCCESS", Body=make(body))
    assert s3.get_object(Bucket=BUCKET, Key="_SUCCESS")["Body"].read() == body


def test_put_object_without_a_body(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="folder/")
    assert s3.head_object(Bucket=BUCKET, Key="folder/")["ContentLength"] == 0


@pytest.mark.parametrize("body", BODIES, ids=len)
def test_upload_fileobj(s3: Any, body: bytes) -> None:
    s3.upload_fileobj(Pipe(body), BUCKET, "k")
    assert s3.get_object(Bucket=BUCKET, Key="k")["Body"].read() == body


@pytest.mark.parametrize("body", BODIES, ids=len)
def test_upload_file(s3: Any, body: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(body)
    s3.upload_file(str(path), BUCKET, "k")
    assert s3.get_object(Bucket=BUCKET, Key="k")["Body"].read() == body


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
@pytest.mark.parametrize("body", BODIES, ids=len)
def test_a_checksum(s3: Any, algorithm: str, body: bytes) -> None:
    s3.put_object(Bucket=BUCKET, Key="k", Body=io.BytesIO(body), ChecksumAlgorithm=algorithm)
    assert s3.get_object(Bucket=BUCKET, Key="k")["Body"].read() == body


@pytest.mark.parametrize("body", BODIES, ids=len)
def test_a_stream_sent_back(s3: Any, body: bytes) -> None:
    s3.put_object(Bucket=BUCKET, Key="k", Body=body)
    answer = s3.get_object(Bucket=BUCKET, Key="k")
    stream = Pipe(answer["Body"].read())
    s3.upload_fileobj(stream, BUCKET, "copy")
    assert s3.head_object(Bucket=BUCKET, Key="copy")["ContentLength"] == len(body)


@pytest.mark.parametrize("size", [LIMIT + 1, 20 * LIMIT])
def test_a_client_hears_that_its_body_is_too_large(s3: Any, size: int) -> None:
    with pytest.raises(ClientError) as caught:
        s3.put_object(Bucket=BUCKET, Key="k", Body=bytes(size))
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


@pytest.mark.parametrize("size", [LIMIT + 1, 20 * LIMIT])
def test_so_does_one_that_does_not_ask_first(server: SageMockServer, size: int) -> None:
    kinesis = boto3.client(
        "kinesis",
        endpoint_url=server.url,
        config=Config(retries={"total_max_attempts": 1}),
    )
    with pytest.raises(ClientError) as caught:
        kinesis.put_record(StreamName="s", PartitionKey="k", Data=bytes(size))
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413
    kinesis.close()
