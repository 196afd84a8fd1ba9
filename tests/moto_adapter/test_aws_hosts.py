"""Hosts of AWS in every form that botocore makes of them, from its own endpoint rules."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore.endpoint_provider import EndpointProvider

from sagemock.moto_adapter.aws_hosts import known_to_moto, standard, url_known_to_moto

SERVICES = {
    "sagemaker": "api.sagemaker",
    "sagemaker-runtime": "runtime.sagemaker",
    "sagemaker-metrics": "metrics.sagemaker",
    "sagemaker-featurestore-runtime": "featurestore-runtime.sagemaker",
    "sagemaker-a2i-runtime": "a2i-runtime.sagemaker",
    "sagemaker-geospatial": "sagemaker-geospatial",
    "sagemaker-edge": "edge.sagemaker",
}
VARIANTS = [(fips, dual) for fips in (False, True) for dual in (False, True)]


@cache
def loader() -> Any:
    return botocore.session.Session().get_component("data_loader")


def partitions() -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = loader().load_data("partitions")["partitions"]
    return listed


@cache
def rules(service: str) -> EndpointProvider:
    rule_set = loader().load_service_model(service, "endpoint-rule-set-1")
    return EndpointProvider(rule_set, loader().load_data("partitions"))


def urls(service: str) -> Iterator[tuple[str, str]]:
    """Region and URL, for every region and variant."""
    for partition in partitions():
        for region in partition["regions"]:
            for fips, dual in VARIANTS:
                options = {"Region": region, "UseFIPS": fips, "UseDualStack": dual}
                yield region, rules(service).resolve_endpoint(**options).url


@pytest.mark.parametrize("service", SERVICES)
def test_every_form_of_sagemaker_s_hosts(service: str) -> None:
    seen = 0
    for region, url in urls(service):
        expected = f"{SERVICES[service]}.{region}.amazonaws.com"
        assert known_to_moto(url.removeprefix("https://")) == expected, url
        seen += 1
    assert seen > 200


def test_every_endpoint_rule_leads_to_a_host_of_aws() -> None:
    """The domains of all services, whatever variables their rules put before them."""
    outputs = [each["outputs"] for each in partitions()]
    for service in botocore.session.Session().get_available_services():
        text = json.dumps(loader().load_service_model(service, "endpoint-rule-set-1"))
        for host in re.findall(r'"url": "https?://([^"/]+)', text):
            for output in outputs:
                filled = re.sub(r"\{[^}]*#dnsSuffix\}", output["dnsSuffix"], host)
                filled = re.sub(
                    r"\{[^}]*#dualStackDnsSuffix\}", output["dualStackDnsSuffix"], filled
                )
                filled = re.sub(r"\{[^}]*\}", "x", filled)
                # Rules whose whole host a user gives, and DynamoDB on this machine.
                if not re.search(r"(^|\.)x$|^localhost|^x:", filled):
                    assert standard(filled), f"{service}: {filled}"


@pytest.mark.parametrize(
    ("host", "plain"),
    [
        (
            "vpce-0a1b-2c3d.api.sagemaker.eu-west-1.vpce.amazonaws.com",
            "api.sagemaker.eu-west-1.amazonaws.com",
        ),
        (
            "vpce-0a1b-2c3d-eu-west-1a.runtime.sagemaker.eu-west-1.vpce.amazonaws.com",
            "runtime.sagemaker.eu-west-1.amazonaws.com",
        ),
        (
            "vpce-0a1b.runtime-fips.sagemaker.us-east-1.vpce.amazonaws.com",
            "runtime.sagemaker.us-east-1.amazonaws.com",
        ),
        (
            "vpce-0a1b.metrics.sagemaker.cn-north-1.vpce.amazonaws.com.cn",
            "metrics.sagemaker.cn-north-1.amazonaws.com",
        ),
        (
            "vpce-0a1b.api.sagemaker.us-iso-east-1.vpce.c2s.ic.gov",
            "api.sagemaker.us-iso-east-1.amazonaws.com",
        ),
        ("vpce-0a1b.logs.us-east-1.vpce.amazonaws.com", "logs.us-east-1.amazonaws.com"),
        (
            "bucket.vpce-0a1b.s3.us-east-1.vpce.amazonaws.com",
            "s3.us-east-1.amazonaws.com",
        ),
        (
            "mine.bucket.vpce-0a1b.s3.us-east-1.vpce.amazonaws.com",
            "mine.s3.us-east-1.amazonaws.com",
        ),
        (
            "point-1.accesspoint.vpce-0a1b.s3.us-east-1.vpce.amazonaws.com",
            "point-1.s3-accesspoint.us-east-1.amazonaws.com",
        ),
        (
            "1.control.vpce-0a1b.s3.us-east-1.vpce.amazonaws.com",
            "1.s3-control.us-east-1.amazonaws.com",
        ),
        ("API.SageMaker.us-east-1.AmazonAWS.com.", "api.sagemaker.us-east-1.amazonaws.com"),
        ("s3.dualstack.us-east-1.amazonaws.com", "s3.us-east-1.amazonaws.com"),
        ("monitoring-fips.us-east-1.api.aws", "monitoring.us-east-1.amazonaws.com"),
        ("amazonaws.com", "amazonaws.com"),
        ("example.org", None),
        ("amazonaws.com.evil.example", None),
        ("notamazonaws.com", None),
        ("x.api.aws.example", None),
        ("docs.aws.amazon.com", None),
        ("localhost", None),
        ("127.0.0.1", None),
        ("", None),
    ],
)
def test_the_plain_form(host: str, plain: str | None) -> None:
    assert standard(host) == plain


@pytest.mark.parametrize(
    "host",
    [
        "mine.s3.us-east-1.amazonaws.com",
        "s3.cn-north-1.amazonaws.com.cn",
        "dsql.us-east-1.api.aws",
    ],
)
def test_a_form_that_moto_knows_is_kept(host: str) -> None:
    assert known_to_moto(host) == host


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "https://user@api.sagemaker.us-east-1.amazonaws.com:443",
            "https://api.sagemaker.us-east-1.amazonaws.com/",
        ),
        (
            "http://runtime-fips.sagemaker.us-east-1.amazonaws.com/endpoints/a%20b?c=d%2Fe",
            "http://runtime.sagemaker.us-east-1.amazonaws.com/endpoints/a%20b?c=d%2Fe",
        ),
        ("https://example.org:443?x", "https://example.org:443?x"),
        ("http://[::1", "http://[::1"),
        ("", ""),
    ],
)
def test_a_url(url: str, expected: str) -> None:
    assert url_known_to_moto(url) == expected
