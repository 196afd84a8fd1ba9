"""Endpoints whose model cannot be deployed, and what they say of it."""

from __future__ import annotations

import gzip
import io
import json
import logging
import tarfile
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from tests.api.conftest import IMAGE, LINEAR_LEARNER, ErrorOf, config, error_of, model, variant
from tests.containers.linear_learner.archives import pack, packed

from sagemock.containers.first_party.model_file import MEMBER
from sagemock.containers.linear_learner import artifact as model_artifact
from sagemock.formats import archive

__all__ = ["error_of"]

UNHEALTHY = (
    "The {} for production variant {} did not pass the ping health check. "
    "Please check CloudWatch logs for this endpoint."
)
URL = "s3://models/m.tar.gz"
DATA = {"Image": LINEAR_LEARNER, "ModelDataUrl": URL}
UNCOMPRESSED = {
    "Image": LINEAR_LEARNER,
    "ModelDataSource": {
        "S3DataSource": {
            "S3Uri": "s3://models/folder/",
            "S3DataType": "S3Prefix",
            "CompressionType": "None",
        }
    },
}
NOT_EXTRACTED = f'Failed to extract model data archive for container "container_1" from URL "{URL}"'
NOT_DOWNLOADED = (
    f'Failed to download model data for container "container_1" from URL: "{URL}". Please ensure '
    "that there is an object located at the URL and that the role passed to CreateModel has "
    "permissions to download the object."
)


@pytest.fixture
def artifact(binary: Any) -> bytes:
    return pack(binary.model)


@pytest.fixture
def s3(sagemock: Any) -> Any:
    client = sagemock.client("s3")
    client.create_bucket(Bucket="models")
    return client


@pytest.fixture
def sagemaker(sagemock: Any) -> Any:
    return sagemock.client("sagemaker")


@pytest.fixture
def endpoint(sagemaker: Any) -> Callable[..., dict[str, Any]]:
    """Deploys a variant `AllTraffic` of a model of the given containers; describes the endpoint."""

    def deployed(*containers: dict[str, Any]) -> dict[str, Any]:
        own = {"Containers": list(containers)}
        one = {"PrimaryContainer": containers[0]}
        request = model("broken")
        del request["PrimaryContainer"]
        sagemaker.create_model(**request, **(one if len(containers) == 1 else own))
        sagemaker.create_endpoint_config(**config("broken", variant("AllTraffic", "broken")))
        sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="broken")
        answer: dict[str, Any] = sagemaker.describe_endpoint(EndpointName="e")
        return answer

    return deployed


def failure(described: dict[str, Any]) -> str:
    assert described["EndpointStatus"] == "Failed"
    reason: str = described["FailureReason"]
    return reason


def member(artifact: bytes) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(artifact)) as archive:
        file = archive.extractfile(MEMBER)
        assert file is not None
        return file.read()


def rewritten(artifact: bytes, **changes: bytes | None) -> bytes:
    """The artifact with other files in its member, or without them."""
    with zipfile.ZipFile(io.BytesIO(member(artifact))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        for name, content in {**files, **changes}.items():
            if content is not None:
                archive.writestr(name, content)
    return packed({MEMBER: inner.getvalue()})


def test_a_container_without_model_data(endpoint: Any) -> None:
    expected = UNHEALTHY.format("primary container", "AllTraffic")
    assert failure(endpoint({"Image": LINEAR_LEARNER})) == expected


@pytest.mark.parametrize(
    "broken",
    [
        lambda artifact: packed({}),
        lambda artifact: packed({"model.joblib": b"of another framework"}),
        lambda artifact: packed({MEMBER: b"no zip"}),
        lambda artifact: packed({MEMBER: b""}),
        lambda artifact: packed({f"folder/{MEMBER}": b"PK"}),
        lambda artifact: rewritten(artifact, **{model_artifact.PARAMETERS: None}),
        lambda artifact: rewritten(artifact, **{model_artifact.PARAMETERS: b"{}"}),
        lambda artifact: rewritten(artifact, **{model_artifact.WEIGHTS: None}),
        lambda artifact: rewritten(artifact, **{model_artifact.WEIGHTS: b"no arrays"}),
    ],
)
def test_an_archive_without_a_model(
    endpoint: Any, s3: Any, artifact: bytes, broken: Callable[[bytes], bytes], caplog: Any
) -> None:
    s3.put_object(Bucket="models", Key="m.tar.gz", Body=broken(artifact))
    with caplog.at_level(logging.WARNING, "sagemock"):
        reason = failure(endpoint(DATA))
    assert reason == UNHEALTHY.format("primary container", "AllTraffic")
    assert "a container of endpoint e cannot start: " in caplog.text


@pytest.mark.parametrize("key", ["folder/model_algo-1", "folder/weights.bin"])
def test_files_without_a_model(endpoint: Any, s3: Any, key: str) -> None:
    s3.put_object(Bucket="models", Key=key, Body=b"x")
    assert failure(endpoint(UNCOMPRESSED)) == UNHEALTHY.format("primary container", "AllTraffic")


@pytest.mark.parametrize(
    "data",
    [b"x", b"", gzip.compress(b"no tar"), gzip.compress(b"x" * 512)[:-9]],
    ids=["text", "nothing", "no archive", "cut off"],
)
def test_only_what_is_no_archive_cannot_be_extracted(endpoint: Any, s3: Any, data: bytes) -> None:
    s3.put_object(Bucket="models", Key="m.tar.gz", Body=data)
    assert failure(endpoint(DATA)) == (
        f"{NOT_EXTRACTED}. Please ensure that the object located at the URL is a valid tar.gz "
        "archive."
    )


def test_an_archive_that_is_too_large(
    endpoint: Any, s3: Any, artifact: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_SIZE", 100)
    s3.put_object(Bucket="models", Key="m.tar.gz", Body=artifact)
    assert failure(endpoint(DATA)) == (
        f"{NOT_EXTRACTED}. The model data archive is too large. Please reduce the size of the "
        "model data archive or move to an instance type with more memory."
    )


@pytest.mark.parametrize("bucket_too", [False, True])
def test_data_that_vanish_before_the_deployment(
    sagemaker: Any, s3: Any, artifact: bytes, bucket_too: bool
) -> None:
    s3.put_object(Bucket="models", Key="m.tar.gz", Body=artifact)
    sagemaker.create_model(**model("m", PrimaryContainer=DATA))
    sagemaker.create_endpoint_config(**config("c", variant("v", "m")))
    s3.delete_object(Bucket="models", Key="m.tar.gz")
    if bucket_too:
        s3.delete_bucket(Bucket="models")
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    assert failure(sagemaker.describe_endpoint(EndpointName="e")) == NOT_DOWNLOADED


def test_the_variant_is_the_one_that_fails(sagemaker: Any, s3: Any, artifact: bytes) -> None:
    s3.put_object(Bucket="models", Key="m.tar.gz", Body=artifact)
    sagemaker.create_model(**model("good", PrimaryContainer=DATA))
    sagemaker.create_model(**model("bad", PrimaryContainer={"Image": LINEAR_LEARNER}))
    variants = (variant("first", "good"), variant("second", "bad"))
    sagemaker.create_endpoint_config(**config("c", *variants))
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    expected = UNHEALTHY.format("primary container", "second")
    assert failure(sagemaker.describe_endpoint(EndpointName="e")) == expected


@pytest.mark.parametrize(
    ("hostname", "name"), [({}, "container-2"), ({"ContainerHostname": "learner"}, "learner")]
)
def test_one_of_several_containers(endpoint: Any, hostname: dict[str, str], name: str) -> None:
    first = {"Image": IMAGE, **({"ContainerHostname": "first"} if hostname else {})}
    described = endpoint(first, {"Image": LINEAR_LEARNER, **hostname})
    assert failure(described) == UNHEALTHY.format(name, "AllTraffic")


def test_an_update_keeps_the_old_configuration_and_says_why(
    sagemock: Any, sagemaker: Any, s3: Any, artifact: bytes
) -> None:
    s3.put_object(Bucket="models", Key="m.tar.gz", Body=artifact)
    sagemaker.create_model(**model("good", PrimaryContainer=DATA))
    sagemaker.create_model(**model("bad", PrimaryContainer={"Image": LINEAR_LEARNER}))
    sagemaker.create_endpoint_config(**config("old", variant("v", "good")))
    sagemaker.create_endpoint_config(**config("new", variant("AllTraffic", "bad")))
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="old")
    sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="new")
    described = sagemaker.describe_endpoint(EndpointName="e")
    assert (described["EndpointStatus"], described["EndpointConfigName"]) == ("InService", "old")
    assert described["FailureReason"] == UNHEALTHY.format("primary container", "AllTraffic")
    answer = sagemock.client("sagemaker-runtime").invoke_endpoint(
        EndpointName="e", ContentType="text/csv", Body="1,1"
    )
    assert json.loads(answer["Body"].read())["predictions"][0]["score"] == 0.5


def test_a_failed_endpoint_answers_nobody(sagemock: Any, endpoint: Any, error_of: ErrorOf) -> None:
    failure(endpoint({"Image": LINEAR_LEARNER}))
    invoke = sagemock.client("sagemaker-runtime").invoke_endpoint
    assert error_of(invoke, EndpointName="e", ContentType="text/csv", Body="1,1") == (
        "ValidationError",
        "Endpoint e of account 123456789012 not found.",
    )
