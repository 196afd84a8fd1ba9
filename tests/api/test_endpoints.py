"""CreateEndpoint, DescribeEndpoint, UpdateEndpoint, weights and capacities, DeleteEndpoint."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.conftest import ACCOUNT, IMAGE, ErrorOf, arn, config, model, variant

DEPLOYMENT = {
    "BlueGreenUpdatePolicy": {
        "TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}
    }
}


@pytest.fixture(autouse=True)
def _two_configurations(sagemaker: Any) -> None:
    sagemaker.create_model(**model())
    sagemaker.create_endpoint_config(
        **config("c", variant("a", InitialVariantWeight=3.0), variant("b"))
    )
    sagemaker.create_endpoint_config(
        **config("other", variant("a", InitialInstanceCount=4), variant("new"))
    )


@pytest.fixture
def endpoint(sagemaker: Any) -> str:
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    return "e"


def described(sagemaker: Any) -> dict[str, Any]:
    answer: dict[str, Any] = sagemaker.describe_endpoint(EndpointName="e")
    return answer


def weights(sagemaker: Any) -> dict[str, tuple[float, int]]:
    return {
        each["VariantName"]: (each["CurrentWeight"], each["CurrentInstanceCount"])
        for each in described(sagemaker)["ProductionVariants"]
    }


def test_it_is_in_service_with_its_variants(sagemaker: Any, endpoint: str) -> None:
    answer = described(sagemaker)
    assert answer["EndpointArn"] == arn("endpoint", "e")
    assert answer["EndpointStatus"] == "InService"
    assert answer["EndpointConfigName"] == "c"
    assert answer["CreationTime"] <= answer["LastModifiedTime"]
    first = answer["ProductionVariants"][0]
    image = first.pop("DeployedImages")[0]
    assert first == {
        "VariantName": "a",
        "CurrentWeight": 3.0,
        "DesiredWeight": 3.0,
        "CurrentInstanceCount": 1,
        "DesiredInstanceCount": 1,
    }
    assert image["SpecifiedImage"] == IMAGE
    assert image["ResolvedImage"].startswith(IMAGE.removesuffix(":1") + "@sha256:")
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName="e")


def test_members_of_the_configuration_are_seen(sagemaker: Any) -> None:
    serverless = {"MemorySizeInMB": 2048, "MaxConcurrency": 5}
    pools = [
        {"InstanceType": "ml.m5.large", "Priority": 2},
        {"InstanceType": "ml.m5.xlarge", "Priority": 1},
    ]
    scaling = {"Status": "ENABLED", "MinInstanceCount": 1, "MaxInstanceCount": 2}
    routing = {"RoutingStrategy": "RANDOM"}
    request = config(
        "rich",
        {"VariantName": "s", "ModelName": "m", "ServerlessConfig": serverless},
        {
            "VariantName": "p",
            "ModelName": "m",
            "InitialInstanceCount": 2,
            "InstancePools": pools,
            "ManagedInstanceScaling": scaling,
            "RoutingConfig": routing,
        },
        ShadowProductionVariants=[variant("shadow")],
        DataCaptureConfig={
            "InitialSamplingPercentage": 10,
            "DestinationS3Uri": "s3://bucket/capture",
            "CaptureOptions": [{"CaptureMode": "InputAndOutput"}],
        },
        AsyncInferenceConfig={"OutputConfig": {"S3OutputPath": "s3://bucket/async"}},
        CrossRegionTrafficConfig={
            "MaxInvocationsPerSecondPerInstance": 5,
            "MaxCrossRegionPercentPerEndpoint": 10,
        },
    )
    sagemaker.create_endpoint_config(**request)
    sagemaker.create_endpoint(
        EndpointName="e", EndpointConfigName="rich", DeploymentConfig=DEPLOYMENT
    )
    answer = described(sagemaker)
    first, second = answer["ProductionVariants"]
    assert first["CurrentServerlessConfig"] == first["DesiredServerlessConfig"] == serverless
    assert "CurrentInstanceCount" not in first
    assert [pool["CurrentInstanceCount"] for pool in second["InstancePools"]] == [0, 2]
    assert second["ManagedInstanceScaling"] == scaling
    assert second["RoutingConfig"] == routing
    assert [each["VariantName"] for each in answer["ShadowProductionVariants"]] == ["shadow"]
    assert answer["DataCaptureConfig"] == {
        "EnableCapture": True,
        "CaptureStatus": "Started",
        "CurrentSamplingPercentage": 10,
        "DestinationS3Uri": "s3://bucket/capture",
        "KmsKeyId": "",
    }
    for member in ("AsyncInferenceConfig", "CrossRegionTrafficConfig"):
        assert answer[member] == request[member]
    assert answer["LastDeploymentConfig"] == DEPLOYMENT


@pytest.mark.parametrize("name", ["e", "E"])
def test_names_are_unique_whatever_their_case(
    sagemaker: Any, endpoint: str, error_of: ErrorOf, name: str
) -> None:
    assert error_of(sagemaker.create_endpoint, EndpointName=name, EndpointConfigName="c") == (
        "ValidationException",
        f'Cannot create already existing endpoint "{arn("endpoint", "e")}".',
    )


def test_its_configuration_must_exist(sagemaker: Any, endpoint: str, error_of: ErrorOf) -> None:
    for operation in (sagemaker.create_endpoint, sagemaker.update_endpoint):
        assert error_of(operation, EndpointName="e", EndpointConfigName="absent") == (
            "ValidationException",
            f'Could not find endpoint configuration "{arn("endpoint-config", "absent")}".',
        )


def test_the_models_of_its_configuration_must_exist(sagemaker: Any, error_of: ErrorOf) -> None:
    sagemaker.delete_model(ModelName="m")
    assert error_of(sagemaker.create_endpoint, EndpointName="e", EndpointConfigName="c") == (
        "ValidationException",
        f'Could not find model "{arn("model", "m")}".',
    )


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("describe_endpoint", {}),
        ("delete_endpoint", {}),
        ("update_endpoint", {"EndpointConfigName": "c"}),
        (
            "update_endpoint_weights_and_capacities",
            {"DesiredWeightsAndCapacities": [{"VariantName": "a"}]},
        ),
    ],
)
def test_an_endpoint_that_is_not_there(
    sagemaker: Any, error_of: ErrorOf, operation: str, more: dict[str, Any]
) -> None:
    assert error_of(getattr(sagemaker, operation), EndpointName="absent", **more) == (
        "ValidationException",
        f'Could not find endpoint "{arn("endpoint", "absent")}".',
    )


def test_update_takes_the_new_configuration(sagemaker: Any, endpoint: str) -> None:
    before = described(sagemaker)
    answer = sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="other")
    assert answer["EndpointArn"] == arn("endpoint", "e")
    after = described(sagemaker)
    assert after["EndpointConfigName"] == "other"
    assert after["CreationTime"] == before["CreationTime"]
    assert weights(sagemaker) == {"a": (1.0, 4), "new": (1.0, 1)}


@pytest.mark.parametrize(
    ("excluded", "expected"),
    [
        ([], (3.0, 1)),
        (["DesiredWeight"], (1.0, 1)),
        (["DesiredInstanceCount"], (3.0, 4)),
        (["DesiredInstanceCount", "DesiredWeight"], (1.0, 4)),
    ],
)
def test_update_may_retain_what_variants_have(
    sagemaker: Any, endpoint: str, excluded: list[str], expected: tuple[float, int]
) -> None:
    sagemaker.update_endpoint(
        EndpointName="e",
        EndpointConfigName="other",
        RetainAllVariantProperties=True,
        ExcludeRetainedVariantProperties=[{"VariantPropertyType": each} for each in excluded],
    )
    assert weights(sagemaker) == {"a": expected, "new": (1.0, 1)}


@pytest.mark.parametrize(("excluded", "captures"), [([], True), (["DataCaptureConfig"], False)])
def test_update_may_retain_data_capture(
    sagemaker: Any, excluded: list[str], captures: bool
) -> None:
    capture = {
        "EnableCapture": True,
        "InitialSamplingPercentage": 100,
        "DestinationS3Uri": "s3://capture/here",
        "CaptureOptions": [{"CaptureMode": "Input"}],
    }
    variant = {
        "VariantName": "a",
        "ModelName": "m",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }
    sagemaker.create_endpoint_config(
        EndpointConfigName="captured", ProductionVariants=[variant], DataCaptureConfig=capture
    )
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="captured")
    sagemaker.update_endpoint(
        EndpointName="e",
        EndpointConfigName="c",
        RetainAllVariantProperties=True,
        ExcludeRetainedVariantProperties=[{"VariantPropertyType": each} for each in excluded],
    )
    shown = described(sagemaker).get("DataCaptureConfig")
    assert (shown is not None and shown["DestinationS3Uri"] == "s3://capture/here") is captures


def test_update_may_retain_the_deployment_configuration(sagemaker: Any) -> None:
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c", DeploymentConfig=DEPLOYMENT)
    sagemaker.update_endpoint(
        EndpointName="e", EndpointConfigName="other", RetainDeploymentConfig=True
    )
    assert described(sagemaker)["LastDeploymentConfig"] == DEPLOYMENT
    sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="c")
    assert "LastDeploymentConfig" not in described(sagemaker)


def test_update_needs_the_old_configuration_to_roll_back_to(
    sagemaker: Any, endpoint: str, error_of: ErrorOf
) -> None:
    sagemaker.delete_endpoint_config(EndpointConfigName="c")
    assert error_of(sagemaker.update_endpoint, EndpointName="e", EndpointConfigName="other") == (
        "ValidationException",
        f'Could not find endpoint configuration "{arn("endpoint-config", "c")}".',
    )


def test_weights_and_capacities(sagemaker: Any, endpoint: str) -> None:
    sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="e",
        DesiredWeightsAndCapacities=[
            {"VariantName": "a", "DesiredWeight": 0.0},
            {"VariantName": "b", "DesiredInstanceCount": 7},
        ],
    )
    assert weights(sagemaker) == {"a": (0.0, 1), "b": (1.0, 7)}


def test_capacity_of_a_serverless_variant(sagemaker: Any) -> None:
    serverless = {"MemorySizeInMB": 2048, "MaxConcurrency": 5}
    sagemaker.create_endpoint_config(
        **config("s", {"VariantName": "s", "ModelName": "m", "ServerlessConfig": serverless})
    )
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="s")
    wanted = {"VariantName": "s", "ServerlessUpdateConfig": {"MaxConcurrency": 9}}
    sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="e", DesiredWeightsAndCapacities=[wanted]
    )
    only = described(sagemaker)["ProductionVariants"][0]
    assert only["CurrentServerlessConfig"] == {"MemorySizeInMB": 2048, "MaxConcurrency": 9}


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["a", "a"], 'The variant name "a" was non-unique within the request.'),
        (
            ["x", "a", "y"],
            'The variant name(s) "x, y" is/are not present within endpoint configuration "c".',
        ),
    ],
)
def test_weights_of_wrong_variants(
    sagemaker: Any, endpoint: str, error_of: ErrorOf, names: list[str], text: str
) -> None:
    assert error_of(
        sagemaker.update_endpoint_weights_and_capacities,
        EndpointName="e",
        DesiredWeightsAndCapacities=[{"VariantName": name} for name in names],
    ) == ("ValidationException", text)


def test_a_deleted_endpoint_is_gone(sagemaker: Any, endpoint: str) -> None:
    sagemaker.delete_endpoint(EndpointName="e")
    sagemaker.get_waiter("endpoint_deleted").wait(EndpointName="e")
    assert sagemaker.list_endpoints()["Endpoints"] == []


def test_an_endpoint_whose_data_has_gone_fails(
    sagemaker: Any, s3: Any, runtime: Any, linear_model: str, error_of: ErrorOf
) -> None:
    s3.delete_object(Bucket="bucket", Key="model.tar.gz")
    sagemaker.create_endpoint_config(**config("l", variant("v", linear_model)))
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="l")
    answer = described(sagemaker)
    assert answer["EndpointStatus"] == "Failed"
    assert answer["FailureReason"] == (
        'Failed to download model data for container "container_1" from URL: '
        '"s3://bucket/model.tar.gz". Please ensure that there is an object located at the URL '
        "and that the role passed to CreateModel has permissions to download the object."
    )
    assert error_of(runtime.invoke_endpoint, EndpointName="e", Body="1,2") == (
        "ValidationError",
        f"Endpoint e of account {ACCOUNT} not found.",
    )
    code, _ = error_of(sagemaker.update_endpoint, EndpointName="e", EndpointConfigName="c")
    assert code == "ValidationException"
    sagemaker.delete_endpoint(EndpointName="e")


def test_an_update_that_fails_leaves_the_old_configuration_in_service(
    sagemaker: Any, s3: Any, endpoint: str, linear_model: str
) -> None:
    s3.put_object(Bucket="bucket", Key="model.tar.gz", Body=b"no archive")
    sagemaker.create_endpoint_config(**config("l", variant("v", linear_model)))
    sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="l")
    answer = described(sagemaker)
    assert (answer["EndpointStatus"], answer["EndpointConfigName"]) == ("InService", "c")
    assert answer["FailureReason"] == (
        'Failed to extract model data archive for container "container_1" from URL '
        '"s3://bucket/model.tar.gz". Please ensure that the object located at the URL is a '
        "valid tar.gz archive."
    )
