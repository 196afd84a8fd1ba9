"""Requests without a signature, with one that cannot be read, and to AWS's own host names."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sagemock import mock_sagemaker
from sagemock.server import SageMockServer

JSON = "application/x-amz-json-1.1"
FORM = "application/x-www-form-urlencoded"
Request = tuple[str, str, dict[str, str], bytes]

REQUESTS: dict[str, Request] = {
    "control plane": ("POST", "/", {"X-Amz-Target": "SageMaker.ListModels"}, b"{}"),
    "invocation": ("POST", "/endpoints/e/invocations", {}, b"1,2"),
    "invocation by curl": ("POST", "/endpoints/e/invocations", {"Content-Type": FORM}, b"1,2"),
    "async": ("POST", "/endpoints/e/async-invocations", {}, b""),
    "stream": ("POST", "/endpoints/e/invocations-response-stream", {}, b""),
    "put metrics": ("PUT", "/BatchPutMetrics", {"Content-Type": "application/json"}, b"{}"),
    "get metrics": ("POST", "/BatchGetMetrics", {}, b"{}"),
    "S3": ("GET", "/bucket/k", {}, b""),
    "DynamoDB": ("POST", "/", {"X-Amz-Target": "DynamoDB_20120810.ListTables"}, b"{}"),
    "Logs": ("POST", "/", {"X-Amz-Target": "Logs_20140328.DescribeLogGroups"}, b"{}"),
    "STS": ("POST", "/", {"Content-Type": FORM}, b"Action=GetCallerIdentity&Version=2011-06-15"),
    "Lambda": ("GET", "/2015-03-31/functions/", {"Content-Type": "application/json"}, b""),
    "root": ("GET", "/", {}, b""),
}
OF_SAGEMAKER = list(REQUESTS)[:7]

MALFORMED = [
    "garbage",
    ",",
    " , ",
    "ÿþ",
    "AWS",
    "AWS4-HMAC-SHA256",
    "AWS4-HMAC-SHA256 Credential=",
    "AWS4-HMAC-SHA256 Credential=AKIA",
    "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/sagemaker",
    "AWS4-HMAC-SHA256 Credential=AKIA/20260101//sagemaker/aws4_request, Signature=0",
    "AWS4-HMAC-SHA256 Credential=/////, SignedHeaders=host, Signature=0",
    "AWS4-HMAC-SHA256 SignedHeaders=host, Signature=0",
    "AWS4-HMAC-SHA256 a b c",
]
OTHER_SCHEMES = ["AWS AKIA:signature", "Basic YTpi", "Bearer abc", "Bearer a/b/c/d/e"]


@pytest.fixture(scope="module")
def server() -> Iterator[SageMockServer]:
    with SageMockServer() as server:
        yield server


def send(server: SageMockServer, request: Request, **headers: str) -> http.client.HTTPResponse:
    """The answer, read; its body is in `text`."""
    method, path, own, body = request
    line = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    encoded: Any = {name: value.encode("latin-1") for name, value in {**own, **headers}.items()}
    line.request(method, path, body, encoded)
    answer: Any = line.getresponse()
    answer.text = answer.read().decode()
    line.close()
    return answer  # type: ignore[no-any-return]


@pytest.mark.parametrize("authorization", MALFORMED)
@pytest.mark.parametrize("name", REQUESTS)
def test_a_header_that_cannot_be_read(server: Any, name: str, authorization: str) -> None:
    answer: Any = send(server, REQUESTS[name], Authorization=authorization)
    assert answer.status == 400
    _, _, headers, _ = REQUESTS[name]
    if name in OF_SAGEMAKER or "X-Amz-Target" in headers or name == "Lambda":
        error = json.loads(answer.text)
        code = error.get("__type") or answer.headers["x-amzn-ErrorType"]
        assert code == "IncompleteSignatureException"
        assert error.get("message") or error.get("Message")
    else:
        code = "IncompleteSignature" if name == "STS" else "AuthorizationHeaderMalformed"
        assert f"<Code>{code}</Code>" in answer.text


@pytest.mark.parametrize("authorization", OTHER_SCHEMES)
@pytest.mark.parametrize("name", REQUESTS)
def test_another_scheme(server: Any, name: str, authorization: str) -> None:
    answer = send(server, REQUESTS[name], Authorization=authorization)
    assert answer.status == 400 if name in OF_SAGEMAKER else answer.status < 500


@pytest.mark.parametrize(
    "parameters",
    [
        "Credential={scope}",
        "Credential={scope},SignedHeaders=host,Signature=0",
        "SignedHeaders=host, Signature=0, Credential={scope}",
        "  Credential={scope} , SignedHeaders=host",
    ],
)
def test_headers_that_can_be_read(server: Any, parameters: str) -> None:
    scope = "AKIA/20260101/eu-west-1/sagemaker/aws4_request"
    authorization = f"AWS4-HMAC-SHA256 {parameters.format(scope=scope)}"
    create: Request = (
        "POST",
        "/",
        {"X-Amz-Target": "SageMaker.CreateExperiment"},
        b'{"ExperimentName": "e"}',
    )
    answer: Any = send(server, create, Authorization=authorization)
    server.reset()
    assert "arn:aws:sagemaker:eu-west-1:" in answer.text


def test_a_service_that_moto_does_not_have_is_named(server: Any) -> None:
    scope = "Credential=AKIA/20260101/us-east-1/nothing/aws4_request"
    answer: Any = send(server, REQUESTS["root"], Authorization=f"AWS4-HMAC-SHA256 {scope}")
    assert answer.status == 501
    assert "nothing.us-east-1.amazonaws.com" in answer.text


def rest_operations() -> Iterator[tuple[str, str, str]]:
    """Service, method and path of every operation of SageMaker's, that are in botocore's models."""
    session = botocore.session.Session()
    for service in session.get_available_services():
        if not service.startswith("sagemaker"):
            continue
        model = session.get_service_model(service)
        for name in model.operation_names:
            binding = model.operation_model(name).http
            path = re.sub(r"\{[^}]*\}", "x", binding["requestUri"])
            yield service, binding["method"], path


PATHS = sorted({(method, path) for _, method, path in rest_operations()})


@pytest.mark.parametrize(
    "request_", PATHS, ids=lambda pair: f"{pair[0]} {pair[1]}" if isinstance(pair, tuple) else None
)
@pytest.mark.parametrize("end", ["", "/", "?a=b&c"])
def test_an_unsigned_request(server: Any, request_: tuple[str, str], end: str) -> None:
    method, path = request_
    for kind in (None, FORM, "application/json", "text/csv"):
        headers = {} if kind is None else {"Content-Type": kind}
        answer = send(server, (method, path + end, headers, b"1,2"))
        assert answer.status < 500, answer.text  # type: ignore[attr-defined]


def test_an_unsigned_invocation(server: Any) -> None:
    answer: Any = send(server, REQUESTS["invocation by curl"])
    assert answer.status == 400
    assert json.loads(answer.text)["Message"] == "Endpoint e of account 123456789012 not found."


def test_unsigned_metrics(server: Any) -> None:
    point = {"MetricName": "m", "Timestamp": 0, "Value": 1.0}
    body = json.dumps({"TrialComponentName": "t", "MetricData": [point]}).encode()
    answer: Any = send(server, ("PUT", "/BatchPutMetrics", {}, body))
    assert json.loads(answer.text)["Errors"][0]["Code"] == "VALIDATION_ERROR"


def test_s3_keeps_what_looks_like_an_endpoint(server: Any) -> None:
    s3 = boto3.client("s3", endpoint_url=server.url)
    s3.create_bucket(Bucket="endpoints", ACL="public-read")
    key = {"Bucket": "endpoints", "Key": "e/invocations"}
    s3.put_object(**key, Body=b"an object", ACL="public-read")
    answer: Any = send(server, ("GET", "/endpoints/e/invocations", {}, b""))
    assert answer.text == "an object"
    upload = s3.create_multipart_upload(**key)["UploadId"]
    part = s3.upload_part(**key, UploadId=upload, PartNumber=1, Body=b"more")
    s3.complete_multipart_upload(
        **key,
        UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
    )
    assert s3.get_object(**key)["Body"].read() == b"more"
    s3.close()
    server.reset()


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("api.sagemaker.eu-west-1.amazonaws.com", "eu-west-1"),
        ("api-fips.sagemaker.us-west-2.amazonaws.com:80", "us-west-2"),
        ("api.sagemaker-fips.us-west-2.api.aws", "us-west-2"),
        ("api.sagemaker.cn-north-1.api.amazonwebservices.com.cn", "cn-north-1"),
        ("vpce-0a1b-2c3d.api.sagemaker.eu-west-1.vpce.amazonaws.com", "eu-west-1"),
        ("api.sagemaker.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"),
    ],
)
@pytest.mark.parametrize("is_signed", [True, False])
def test_by_aws_s_own_names(server: Any, host: str, region: str, is_signed: bool) -> None:
    scope = f"Credential=AKIA/20260101/{region}/sagemaker/aws4_request"
    headers = {"Authorization": f"AWS4-HMAC-SHA256 {scope}"} if is_signed else {}
    create: Request = (
        "POST",
        "/",
        {"X-Amz-Target": "SageMaker.CreateExperiment"},
        b'{"ExperimentName": "e"}',
    )
    answer: Any = send(server, create, Host=host, **headers)
    server.reset()
    assert json.loads(answer.text)["ExperimentArn"].split(":")[3] == region


@pytest.mark.parametrize(
    ("host", "path", "text"),
    [
        (
            "runtime-fips.sagemaker.us-east-1.amazonaws.com",
            "/endpoints/e/invocations",
            "Endpoint e",
        ),
        ("runtime.sagemaker.us-east-1.api.aws", "/endpoints/e/invocations", "Endpoint e"),
        (
            "edge.sagemaker.us-east-1.amazonaws.com",
            "/GetDeployments",
            "is implemented neither by sagemock nor by moto",
        ),
        (
            "featurestore-runtime.sagemaker.us-east-1.api.aws",
            "/FeatureGroup/f",
            "is implemented neither by sagemock nor by moto",
        ),
        (
            "sagemaker-geospatial.us-west-2.amazonaws.com",
            "/tags/x",
            "is implemented neither by sagemock nor by moto",
        ),
    ],
)
def test_unsigned_by_aws_s_own_names(server: Any, host: str, path: str, text: str) -> None:
    answer: Any = send(server, ("POST", path, {}, b"1"), Host=host)
    assert answer.status in (400, 404)
    assert text in answer.text


def test_a_client_that_takes_the_server_for_a_proxy(server: Any) -> None:
    config = Config(proxies={"http": server.url}, retries={"total_max_attempts": 1})
    client = boto3.client("sagemaker", region_name="eu-west-1", config=config, use_ssl=False)
    client.create_experiment(ExperimentName="e")
    there = boto3.client("sagemaker", region_name="eu-west-1", endpoint_url=server.url)
    listed = there.list_experiments()["ExperimentSummaries"]
    assert [each["ExperimentName"] for each in listed] == ["e"]
    server.reset()


IN_PROCESS: dict[str, tuple[str, dict[str, Any], str]] = {
    "sagemaker": ("list_models", {}, "IncompleteSignatureException"),
    "sagemaker-runtime": (
        "invoke_endpoint",
        {"EndpointName": "e", "Body": b""},
        "IncompleteSignatureException",
    ),
    "sagemaker-metrics": (
        "batch_put_metrics",
        {
            "TrialComponentName": "t",
            "MetricData": [{"MetricName": "m", "Timestamp": 0, "Value": 1.0}],
        },
        "IncompleteSignatureException",
    ),
    "s3": ("list_buckets", {}, "AuthorizationHeaderMalformed"),
    "logs": ("describe_log_groups", {}, "IncompleteSignatureException"),
    "sts": ("get_caller_identity", {}, "IncompleteSignature"),
    "lambda": ("list_functions", {}, "AuthorizationHeaderMalformed"),
}


@pytest.mark.parametrize("service", IN_PROCESS)
@pytest.mark.parametrize("authorization", [each for each in MALFORMED if each.isascii()])
def test_in_process(service: str, authorization: str) -> None:
    operation, request, code = IN_PROCESS[service]

    def spoil(request: Any, **_: Any) -> None:
        request.headers.replace_header("Authorization", authorization)

    with mock_sagemaker():
        client = boto3.client(service, region_name="us-east-1")
        client.meta.events.register_last("request-created", spoil)
        with pytest.raises(ClientError) as caught:
            getattr(client, operation)(**request)
    response = caught.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert response["Error"]["Code"] in (code, "400")
