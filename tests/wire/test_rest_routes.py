"""Every request that botocore writes finds its operation again, with its labels."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.serialize import create_serializer
from hypothesis import example, given
from hypothesis import strategies as st

from sagemock.wire import service_model
from sagemock.wire.rest_routes import Route, router

REST = [each.name for each in service_model.SERVICES if each.protocol == "rest-json"]
ALL = [*REST, "sagemaker-featurestore-runtime", "sagemaker-geospatial", "mediastore-data"]
"""Those of the table, one for records, one with several labels in a path, one with a greedy one."""

OPERATIONS = [(service, name) for service in ALL for name in service_model.operation_names(service)]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def written(service: str, operation: str, labels: dict[str, str]) -> tuple[str, str]:
    """Method and path of a request as botocore sends it; what is no label is left out."""
    model = service_model.operation(service, operation)
    members = {} if model.input_shape is None else model.input_shape.members
    request = {
        name: labels[member.serialization["name"]]
        for name, member in members.items()
        if member.serialization.get("location") == "uri"
    }
    serializer: Any = create_serializer("rest-json", include_validation=False)
    answer = serializer.serialize_to_request(request, model)
    return answer["method"], answer["url_path"]


def labels_of(service: str, operation: str) -> list[str]:
    shape = service_model.operation(service, operation).input_shape
    return [
        member.serialization["name"]
        for member in (shape.members.values() if shape is not None else ())
        if member.serialization.get("location") == "uri"
    ]


@pytest.mark.parametrize(("service", "operation"), OPERATIONS)
@given(data=st.data())
def test_what_botocore_writes_is_routed_back(service: str, operation: str, data: Any) -> None:
    names = labels_of(service, operation)
    labels = {name: data.draw(TEXT, name) for name in names}
    method, path = written(service, operation, labels)
    if path.startswith("//"):
        return  # Written like a host.
    assert router(service).match(method, path) == Route(operation, labels)


@given(name=TEXT)
@example(name="a/b")
@example(name="arn:aws:sagemaker:us-east-1:123456789012:feature-group/f")
@example(name="%2F")
@example(name="..")
def test_a_label_comes_back_however_much_of_it_is_escaped(name: str) -> None:
    escaped = "".join(f"%{byte:02x}" for byte in name.encode())
    for path in (f"/endpoints/{escaped}/invocations", f"/%65ndpoints/{escaped}/invocations/"):
        route = router(service_model.RUNTIME).match("POST", path)
        assert route == Route("InvokeEndpoint", {"EndpointName": name})


@pytest.mark.parametrize(
    ("service", "method", "path"),
    [
        ("sagemaker-runtime", "GET", "/endpoints/e/invocations"),
        ("sagemaker-runtime", "POST", "/endpoints//invocations"),
        ("sagemaker-runtime", "POST", "/endpoints/a/b/invocations"),
        ("sagemaker-runtime", "POST", "/endpoints/e/invocations//"),
        ("sagemaker-runtime", "POST", "//endpoints/e/invocations"),
        ("sagemaker-runtime", "POST", "/endpoints/e/invocationsx"),
        ("sagemaker-runtime", "POST", "/endpoints/e/Invocations"),
        ("sagemaker-runtime", "POST", "endpoints/e/invocations"),
        ("sagemaker-runtime", "POST", "/endpoints/e%2Finvocations"),
        ("sagemaker-runtime", "POST", "/endpoints/e"),
        ("sagemaker-metrics", "POST", "/BatchPutMetrics"),
        ("sagemaker-metrics", "PUT", "/"),
        ("sagemaker-metrics", "PUT", ""),
        ("sagemaker-featurestore-runtime", "HEAD", "/FeatureGroup/f"),
        ("mediastore-data", "PUT", "/"),
    ],
)
def test_what_no_operation_has(service: str, method: str, path: str) -> None:
    assert router(service).match(method, path) is None


def test_the_method_tells_operations_of_one_path_apart() -> None:
    match = router("sagemaker-featurestore-runtime").match
    routes = {method: match(method, "/FeatureGroup/f") for method in ("GET", "PUT", "DELETE")}
    assert {method: route and route.operation for method, route in routes.items()} == {
        "GET": "GetRecord",
        "PUT": "PutRecord",
        "DELETE": "DeleteRecord",
    }


def test_a_slash_at_the_end_belongs_to_a_greedy_label_alone() -> None:
    put = router("mediastore-data").match("PUT", "/folder//file/")
    assert put == Route("PutObject", {"Path": "folder//file/"})
    assert router("sagemaker-metrics").match("PUT", "/BatchPutMetrics/") == Route(
        "BatchPutMetrics", {}
    )


def test_bytes_that_are_no_text_are_replaced() -> None:
    route = router(service_model.RUNTIME).match("POST", "/endpoints/%ff/invocations")
    assert route == Route("InvokeEndpoint", {"EndpointName": "\ufffd"})


@pytest.mark.parametrize("service", service_model.SERVICES, ids=lambda each: each.name)
def test_the_table_of_services_says_what_the_models_say(service: service_model.Service) -> None:
    metadata = service_model.service(service.name).metadata
    assert (service.protocol, service.host) == (
        metadata["protocol"],
        metadata["endpointPrefix"],
    )
