"""InvokeEndpoint."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from tests.api.conftest import ACCOUNT, IMAGE, REGION, ErrorOf, config, model, variant


@pytest.fixture
def endpoint(sagemaker: Any, linear_model: str) -> str:
    sagemaker.create_endpoint_config(
        **config(
            "c",
            variant("often", linear_model, InitialVariantWeight=9.0),
            variant("seldom", linear_model, InitialVariantWeight=1.0),
        )
    )
    sagemaker.create_endpoint(EndpointName="Zero", EndpointConfigName="c")
    return "Zero"


def label(answer: Any) -> int:
    return int(json.loads(answer["Body"].read())["predictions"][0]["predicted_label"])


def test_it_predicts(runtime: Any, endpoint: str) -> None:
    for row, expected in (("90,10", 1), ("10,90", 0)):
        answer = runtime.invoke_endpoint(EndpointName=endpoint, ContentType="text/csv", Body=row)
        assert answer["ContentType"] == "application/json"
        assert label(answer) == expected


def test_variants_are_chosen_by_weight(runtime: Any, endpoint: str) -> None:
    invoked = Counter(
        runtime.invoke_endpoint(EndpointName=endpoint, ContentType="text/csv", Body="1,2")[
            "InvokedProductionVariant"
        ]
        for _ in range(200)
    )
    assert set(invoked) == {"often", "seldom"}
    assert 150 < invoked["often"] < 200


def test_a_variant_without_weight_gets_nothing(sagemaker: Any, runtime: Any, endpoint: str) -> None:
    sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=endpoint,
        DesiredWeightsAndCapacities=[{"VariantName": "often", "DesiredWeight": 0}],
    )
    for _ in range(20):
        answer = runtime.invoke_endpoint(EndpointName=endpoint, ContentType="text/csv", Body="1,2")
        assert answer["InvokedProductionVariant"] == "seldom"


def test_target_variant(runtime: Any, endpoint: str, error_of: ErrorOf) -> None:
    answer = runtime.invoke_endpoint(
        EndpointName=endpoint, ContentType="text/csv", Body="1,2", TargetVariant="seldom"
    )
    assert answer["InvokedProductionVariant"] == "seldom"
    code, text = error_of(
        runtime.invoke_endpoint, EndpointName=endpoint, Body="1,2", TargetVariant="absent"
    )
    assert (code, "absent" in text) == ("ValidationError", True)


@pytest.mark.parametrize("name", ["absent", "zero"])
def test_the_name_must_match_with_its_case(
    runtime: Any, endpoint: str, error_of: ErrorOf, name: str
) -> None:
    assert error_of(runtime.invoke_endpoint, EndpointName=name, Body="1,2") == (
        "ValidationError",
        f"Endpoint {name} of account {ACCOUNT} not found.",
    )


def test_what_the_container_refuses_is_a_model_error(runtime: Any, endpoint: str) -> None:
    with pytest.raises(runtime.exceptions.ModelError) as caught:
        runtime.invoke_endpoint(EndpointName=endpoint, ContentType="text/csv", Body="not,numbers")
    answer = caught.value.response
    group = f"/aws/sagemaker/Endpoints/{endpoint}"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert answer["OriginalStatusCode"] == 400
    text = answer["Error"]["Message"]
    assert text.startswith('Received client error (400) from primary with message "')
    assert answer["OriginalMessage"] in text
    assert f"#logEventViewer:group={group} in account {ACCOUNT} for more information." in text
    assert answer["LogStreamArn"] == f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}"


def test_a_body_that_is_too_long(runtime: Any, endpoint: str, error_of: ErrorOf) -> None:
    body = b"1" * 6_291_457
    assert error_of(runtime.invoke_endpoint, EndpointName=endpoint, Body=body) == (
        "413",
        "HTTP content length exceeded 6291456 bytes.",
    )


@pytest.mark.parametrize(
    ("header", "text"),
    [
        (
            "TargetModel",
            "Endpoint Zero is not a multi-model endpoint and does not support target model header.",
        ),
        ("TargetContainerHostname", "Endpoint Zero is not a multi-container endpoint"),
        ("InferenceComponentName", "Endpoint Zero does not host inference components"),
    ],
)
def test_headers_for_endpoints_of_other_kinds(
    runtime: Any, endpoint: str, error_of: ErrorOf, header: str, text: str
) -> None:
    code, said = error_of(
        runtime.invoke_endpoint, EndpointName=endpoint, Body="1,2", **{header: "x"}
    )
    assert (code, said.startswith(text)) == ("ValidationError", True)


def test_a_variant_for_inference_components_needs_one(
    sagemaker: Any, runtime: Any, error_of: ErrorOf
) -> None:
    only = variant()
    del only["ModelName"]
    sagemaker.create_endpoint_config(**config("c", only))
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    code, text = error_of(runtime.invoke_endpoint, EndpointName="e", Body="1,2")
    assert code == "ValidationError"
    assert text.startswith("Inference Component Name header is required for endpoints to which")


def unknown_image(sagemaker: Any, **changes: Any) -> None:
    """An endpoint `e` whose image nothing here runs."""
    sagemaker.create_model(**model())
    sagemaker.create_endpoint_config(**config(**changes))
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "application/octet-stream"),
        ("*/*", "application/octet-stream"),
        ("text/csv, application/json", "application/octet-stream"),
        ("image/png", "image/png"),
    ],
)
def test_an_image_that_is_not_known(
    sagemaker: Any, runtime: Any, accept: str | None, content_type: str
) -> None:
    unknown_image(sagemaker)
    accepted = {} if accept is None else {"Accept": accept}
    answer = runtime.invoke_endpoint(EndpointName="e", Body=b"1", CustomAttributes="a", **accepted)
    assert answer["Body"].read() == b"body"
    assert answer["InvokedProductionVariant"] == "v"
    assert answer["ContentType"] == content_type
    assert "CustomAttributes" not in answer
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-amzn-requestid"] == answer["ResponseMetadata"]["RequestId"]


def queue(*results: dict[str, Any]) -> None:
    import requests

    requests.post(
        "http://motoapi.amazonaws.com/moto-api/static/sagemaker/endpoint-results",
        json={"region": REGION, "results": results},
        timeout=5,
    )


def test_results_queued_through_motos_api_come_first(runtime: Any, endpoint: str) -> None:
    queue(
        {
            "Body": "canned",
            "ContentType": "text/plain",
            "InvokedProductionVariant": "prod",
            "CustomAttributes": "mine",
        }
    )
    for _ in range(2):
        answer = runtime.invoke_endpoint(EndpointName=endpoint, ContentType="text/csv", Body="1,2")
        assert answer["Body"].read() == b"canned"
        assert answer["ContentType"] == "text/plain"
        assert answer["InvokedProductionVariant"] == "prod"
        assert answer["CustomAttributes"] == "mine"
    # The queue is empty, and another request is the model's again.
    other = runtime.invoke_endpoint(EndpointName=endpoint, ContentType="text/csv", Body="90,10")
    assert label(other) == 1


def test_what_queued_results_leave_open(runtime: Any, endpoint: str) -> None:
    queue({"Body": "canned"}, {"Body": "second"}, {"Body": "third"})
    target = {"EndpointName": endpoint, "TargetVariant": "seldom"}
    answer = runtime.invoke_endpoint(Body=bytes(range(256)), **target)
    assert answer["InvokedProductionVariant"] == "seldom"
    assert answer["ContentType"] == "application/octet-stream"
    assert answer["Body"].read() == b"canned"
    absent = runtime.invoke_endpoint(EndpointName="absent", Body=b"\xff", Accept="text/csv")
    assert (absent["Body"].read(), absent["ContentType"]) == (b"second", "text/csv")
    assert "InvokedProductionVariant" not in absent


def test_a_test_denies_also_what_is_queued(runtime: Any, endpoint: str, error_of: ErrorOf) -> None:
    from sagemock import control

    queue({"Body": "canned"})
    control.deny("InvokeEndpoint")
    code, _ = error_of(runtime.invoke_endpoint, EndpointName=endpoint, Body="1,2")
    assert code == "AccessDeniedException"
    assert runtime.invoke_endpoint(EndpointName=endpoint, Body="1,2")["Body"].read() == b"canned"


def test_a_model_package_is_served(sagemaker: Any, runtime: Any, linear_model: str) -> None:
    container = sagemaker.describe_model(ModelName=linear_model)["PrimaryContainer"]
    sagemaker.create_model_package_group(ModelPackageGroupName="g")
    package = sagemaker.create_model_package(
        ModelPackageGroupName="g",
        InferenceSpecification={
            "Containers": [
                {"Image": container["Image"], "ModelDataUrl": container["ModelDataUrl"]}
            ],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["application/json"],
        },
    )["ModelPackageArn"]
    sagemaker.create_model(**model(PrimaryContainer={"ModelPackageName": package}))
    assert sagemaker.describe_model(ModelName="m")["PrimaryContainer"] == {
        "ModelPackageName": package,
        "Mode": "SingleModel",
        "Environment": {},
    }
    sagemaker.create_endpoint_config(**config())
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    answer = runtime.invoke_endpoint(EndpointName="e", ContentType="text/csv", Body="90,10")
    assert label(answer) == 1
    images = sagemaker.describe_endpoint(EndpointName="e")["ProductionVariants"][0]
    assert images["DeployedImages"][0]["SpecifiedImage"] == container["Image"]
    assert images["DeployedImages"][0]["SpecifiedImage"] != IMAGE
