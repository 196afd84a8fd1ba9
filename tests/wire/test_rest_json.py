"""Requests and responses of the REST-JSON protocol."""

from __future__ import annotations

from sagemock.wire.rest_json import parse_rest, render_rest


def test_rest_request_from_uri_headers_and_payload() -> None:
    request = parse_rest(
        "sagemaker-runtime",
        "InvokeEndpoint",
        {"EndpointName": "e"},
        {"content-type": "text/csv", "X-Amzn-SageMaker-Target-Variant": "v"},
        {},
        b"1,2",
    )
    assert request == {
        "EndpointName": "e",
        "ContentType": "text/csv",
        "TargetVariant": "v",
        "Body": b"1,2",
    }


def test_rest_answer_to_headers_and_payload() -> None:
    answer = {"Body": b"{}", "ContentType": "application/json", "InvokedProductionVariant": "v"}
    status, headers, body = render_rest("sagemaker-runtime", "InvokeEndpoint", answer)
    assert (status, body) == (200, b"{}")
    assert headers == {
        "Content-Type": "application/json",
        "x-Amzn-Invoked-Production-Variant": "v",
    }
