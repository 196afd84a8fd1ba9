"""What InvokeEndpoint refuses before a container is asked, in process and over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

ASCII = r"Member must satisfy regular expression pattern: \p{ASCII}*"
NAME = "Member must satisfy regular expression pattern: ^[a-zA-Z0-9](-*[a-zA-Z0-9])*"
PRINTED = r"Member must satisfy regular expression pattern: \A\S[\p{Print}]*\z"
SERVERLESS = {"MemorySizeInMB": 2048, "MaxConcurrency": 5}


@pytest.fixture(params=["in process", "over HTTP"])
def studio(request: pytest.FixtureRequest, make_studio: Any) -> Any:
    """A studio with an endpoint `e` of an image that nothing here runs."""
    kind = "sagemock" if request.param == "in process" else "sagemock_server"
    studio = make_studio(request.getfixturevalue(kind).client)
    studio.create_config("c")
    studio.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    return studio


def refused(studio: Any, endpoint: str = "e", **members: Any) -> dict[str, Any]:
    """The whole answer to an invocation that is refused."""
    with pytest.raises(ClientError) as caught:
        studio.runtime.invoke_endpoint(EndpointName=endpoint, **{"Body": b"1", **members})
    answer: dict[str, Any] = dict(caught.value.response)
    return answer


@pytest.mark.parametrize(
    ("member", "value", "constraint"),
    [
        ("Accept", "x" * 1025, "Member must have length less than or equal to 1024"),
        ("TargetModel", "a/é.tar.gz", PRINTED),
        ("TargetModel", "x" * 1025, "Member must have length less than or equal to 1024"),
        ("TargetVariant", "a_b", NAME),
        ("TargetVariant", "x" * 64, "Member must have length less than or equal to 63"),
        ("TargetContainerHostname", "a_b", NAME),
        ("InferenceId", "x" * 65, "Member must have length less than or equal to 64"),
        ("EnableExplanations", "x" * 65, "Member must have length less than or equal to 64"),
        (
            "InferenceComponentName",
            "a_b",
            "Member must satisfy regular expression pattern: "
            r"^[a-zA-Z0-9]([\-a-zA-Z0-9]*[a-zA-Z0-9])?$",
        ),
        (
            "SessionId",
            "a_b",
            "Member must satisfy regular expression pattern: "
            "^(NEW_SESSION)$|^[a-zA-Z0-9](-*[a-zA-Z0-9])*$",
        ),
        ("SessionId", "x" * 257, "Member must have length less than or equal to 256"),
        ("PrefixAwareId", "x" * 65, "Member must have length less than or equal to 64"),
        ("ContentType", "text/é", ASCII),
    ],
)
def test_headers_are_validated(studio: Any, member: str, value: str, constraint: str) -> None:
    answer = refused(studio, **{member: value})
    assert answer["Error"]["Code"] == "ValidationError"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert answer["Error"]["Message"] == (
        f"1 validation error detected: Value '{value}' at '{member[0].lower()}{member[1:]}' "
        f"failed to satisfy constraint: {constraint}"
    )


@pytest.mark.parametrize("value", ["é", "日本", "a\x80b"])
def test_custom_attributes_are_ascii(studio: Any, value: str) -> None:
    error = refused(studio, CustomAttributes=value)["Error"]
    assert (error["Code"], error["Message"]) == (
        "ValidationError",
        f"1 validation error detected: Value at 'customAttributes' failed to satisfy constraint: "
        f"{ASCII}",
    )


def test_custom_attributes_have_1024_characters(studio: Any) -> None:
    studio.runtime.invoke_endpoint(EndpointName="e", Body=b"1", CustomAttributes="x" * 1024)
    error = refused(studio, CustomAttributes="x" * 1025)["Error"]
    assert (error["Code"], error["Message"]) == (
        "ValidationError",
        "1 validation error detected: Value at 'customAttributes' failed to satisfy constraint: "
        "Member must have length less than or equal to 1024",
    )


def test_a_serverless_endpoint_takes_four_megabytes(studio: Any) -> None:
    variant = {"VariantName": "v", "ModelName": "model-c", "ServerlessConfig": SERVERLESS}
    studio.sagemaker.create_endpoint_config(EndpointConfigName="s", ProductionVariants=[variant])
    studio.sagemaker.create_endpoint(EndpointName="serverless", EndpointConfigName="s")
    largest = b"1" * (4 << 20)
    studio.runtime.invoke_endpoint(EndpointName="serverless", Body=largest)
    answer = refused(studio, "serverless", Body=largest + b"1")
    metadata = answer["ResponseMetadata"]
    assert (answer["Error"]["Code"], metadata["HTTPStatusCode"]) == ("ValidationError", 400)
    assert metadata["RequestId"]
    assert answer["Error"]["Message"] == f"Request {metadata['RequestId']} has oversize body."


def test_another_endpoint_takes_what_the_service_model_says(studio: Any) -> None:
    largest = b"1" * 6_291_456
    studio.runtime.invoke_endpoint(EndpointName="e", Body=largest)
    answer = refused(studio, Body=largest + b"1")
    assert answer["Error"]["Code"] == "413"
    assert answer["Error"]["Message"] == "HTTP content length exceeded 6291456 bytes."
