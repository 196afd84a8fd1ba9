"""No call to a host of AWS's leaves a mock, and SageMaker answers under every name it has."""

from __future__ import annotations

import socket
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointVariantError, HTTPClientError

from sagemock import mock_sagemaker

REGIONS = [
    "us-east-1",
    "us-gov-west-1",
    "cn-north-1",
    "us-iso-east-1",
    "us-isob-east-1",
    "eu-isoe-west-1",
    "us-isof-south-1",
    "eusc-de-east-1",
]
VARIANTS = {
    "plain": {},
    "FIPS": {"use_fips_endpoint": True},
    "dual-stack": {"use_dualstack_endpoint": True},
    "both": {"use_fips_endpoint": True, "use_dualstack_endpoint": True},
}
OTHERS: dict[str, tuple[str, dict[str, Any]]] = {
    "sagemaker-featurestore-runtime": (
        "get_record",
        {"FeatureGroupName": "f", "RecordIdentifierValueAsString": "1"},
    ),
    "sagemaker-a2i-runtime": (
        "list_human_loops",
        {"FlowDefinitionArn": "arn:aws:sagemaker:us-east-1:123456789012:flow-definition/f"},
    ),
    "sagemaker-geospatial": ("list_earth_observation_jobs", {}),
    "sagemaker-edge": ("get_deployments", {"DeviceName": "d", "DeviceFleetName": "f"}),
}


class Left(Exception):
    """A call went to the network."""


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise Left

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


def client(service: str, region: str, variant: str, **options: Any) -> Any:
    config = Config(retries={"total_max_attempts": 1}, **VARIANTS[variant])
    try:
        return boto3.client(service, region_name=region, config=config, **options)
    except EndpointVariantError:
        pytest.skip("botocore knows no such host")


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("region", REGIONS)
def test_sagemaker_by_every_name(region: str, variant: str) -> None:
    partition = boto3.Session().get_partition_for_region(region)
    if not boto3.Session().get_available_regions("sagemaker", partition):
        pytest.skip("this botocore knows no SageMaker in that partition")
    with mock_sagemaker():
        sagemaker = client("sagemaker", region, variant)
        arn = sagemaker.create_experiment(ExperimentName="e")["ExperimentArn"]
        assert arn.split(":")[3] == region
        listed = boto3.client("sagemaker", region_name=region).list_experiments()
        assert [each["ExperimentArn"] for each in listed["ExperimentSummaries"]] == [arn]
        runtime = client("sagemaker-runtime", region, variant)
        with pytest.raises(runtime.exceptions.ValidationError, match="Endpoint e of account"):
            runtime.invoke_endpoint(EndpointName="e", Body=b"")
        data = [{"MetricName": "m", "Timestamp": 0, "Value": 1.0}]
        metrics = client("sagemaker-metrics", region, variant)
        answer = metrics.batch_put_metrics(TrialComponentName="t", MetricData=data)
        assert answer["Errors"][0]["Code"] == "VALIDATION_ERROR"


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("service", OTHERS)
def test_services_that_are_not_there_say_so(service: str, region: str, variant: str) -> None:
    operation, request = OTHERS[service]
    with mock_sagemaker(), pytest.raises(ClientError) as caught:
        getattr(client(service, region, variant), operation)(**request)
    assert caught.value.response["Error"]["Code"] == "UnknownOperationException"


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("region", ["us-east-1", "us-gov-west-1", "cn-north-1"])
def test_other_services_of_moto(region: str, variant: str) -> None:
    with mock_sagemaker():
        assert client("logs", region, variant).describe_log_groups()["logGroups"] == []
        assert client("cloudwatch", region, variant).list_metrics()["Metrics"] == []
        if region == "cn-north-1" and variant in ("FIPS", "both"):
            return  # botocore refuses
        s3 = client("s3", region, variant)
        if region == "us-east-1":
            s3.create_bucket(Bucket="mine")
        else:
            bucket_config = {"LocationConstraint": region}
            s3.create_bucket(Bucket="mine", CreateBucketConfiguration=bucket_config)
        s3.put_object(Bucket="mine", Key="k", Body=b"body")
        assert s3.get_object(Bucket="mine", Key="k")["Body"].read() == b"body"


@pytest.mark.parametrize(
    ("service", "host"),
    [
        ("sagemaker", "vpce-0a1b-2c3d.api.sagemaker.eu-west-1.vpce.amazonaws.com"),
        ("sagemaker", "api.sagemaker.eu-west-1.amazonaws.com:443"),
        ("sagemaker", "API.SAGEMAKER.EU-WEST-1.AMAZONAWS.COM"),
        ("sagemaker", "api.sagemaker.eu-west-1.amazonaws.com."),
    ],
)
def test_endpoint_urls_of_users(service: str, host: str) -> None:
    with mock_sagemaker():
        sagemaker = client(service, "eu-west-1", "plain", endpoint_url=f"https://{host}")
        sagemaker.create_experiment(ExperimentName="e")
        there = boto3.client("sagemaker", region_name="eu-west-1").list_experiments()
        assert [each["ExperimentName"] for each in there["ExperimentSummaries"]] == ["e"]


def test_s3_behind_a_vpc_endpoint() -> None:
    with mock_sagemaker():
        url = "https://bucket.vpce-0a1b-2c3d.s3.us-east-1.vpce.amazonaws.com"
        s3 = client("s3", "us-east-1", "plain", endpoint_url=url)
        s3.create_bucket(Bucket="mine")
        s3.put_object(Bucket="mine", Key="k", Body=b"body")
        plain = boto3.client("s3", region_name="us-east-1")
        assert plain.get_object(Bucket="mine", Key="k")["Body"].read() == b"body"


@pytest.mark.parametrize("body", [bytearray(b"body"), bytearray()])
def test_bodies_that_moto_chokes_on(body: bytearray) -> None:
    with mock_sagemaker():
        s3 = client("s3", "us-east-1", "plain")
        s3.create_bucket(Bucket="mine")
        s3.put_object(Bucket="mine", Key="k", Body=body, ContentType="multipart/form-data")
        assert s3.get_object(Bucket="mine", Key="k")["Body"].read() == body


UNKNOWN = [
    "https://nothing.us-east-1.amazonaws.com",
    "https://nothing.us-east-1.amazonaws.com:443/x",
    "https://nothing.us-east-1.api.aws/x",
    "https://nothing.cn-north-1.amazonaws.com.cn/x",
    "https://nothing.cn-north-1.api.amazonwebservices.com.cn/x",
    "https://nothing.us-iso-east-1.c2s.ic.gov/x",
    "https://nothing.us-isob-east-1.api.aws.scloud/x",
    "https://nothing.eusc-de-east-1.amazonaws.eu/x",
    "http://NOTHING.us-east-1.Amazonaws.com./x",
]


@pytest.mark.parametrize("url", UNKNOWN)
def test_requests_to_hosts_that_moto_does_not_know(url: str) -> None:
    with mock_sagemaker() as mock:
        assert requests.get(url, timeout=5).status_code >= 400
        mock.reset()
        assert requests.get(url, timeout=5).status_code >= 400


@pytest.mark.parametrize("url", UNKNOWN)
def test_clients_at_hosts_that_moto_does_not_know(url: str) -> None:
    with mock_sagemaker(), pytest.raises(ClientError) as caught:
        client("logs", "us-east-1", "plain", endpoint_url=url).describe_log_groups()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_other_hosts_are_none_of_the_mock_s_business() -> None:
    with mock_sagemaker(), pytest.raises(Left):
        requests.get("https://example.org/", timeout=5)


@pytest.mark.parametrize(
    "passthrough",
    [{"urls": [r"https://runtime-fips\."]}, {"services": ["sagemakerruntime"]}],
)
def test_what_moto_is_told_to_let_pass_passes(passthrough: Any) -> None:
    with mock_sagemaker(config={"core": {"passthrough": passthrough}}):
        runtime = client("sagemaker-runtime", "us-east-1", "FIPS")
        with pytest.raises(HTTPClientError, match="unhandled exception"):
            runtime.invoke_endpoint(EndpointName="e", Body=b"")


def test_moto_is_as_it_was_afterwards() -> None:
    from moto.core.botocore_stubber import BotocoreStubber
    from moto.core.models import responses_mock

    before = (BotocoreStubber.process_request, responses_mock._on_request)
    with mock_sagemaker():
        pass
    assert (BotocoreStubber.process_request, responses_mock._on_request) == before
