"""CreateEndpointConfig, DescribeEndpointConfig, ListEndpointConfigs, DeleteEndpointConfig."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.conftest import ErrorOf, arn, config, model, variant


@pytest.fixture(autouse=True)
def _a_model(sagemaker: Any) -> None:
    sagemaker.create_model(**model())


def test_describe_gives_back_what_was_asked_for(sagemaker: Any) -> None:
    capture = {
        "EnableCapture": True,
        "InitialSamplingPercentage": 50,
        "DestinationS3Uri": "s3://bucket/capture",
        "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        "CaptureContentTypeHeader": {"CsvContentTypes": ["text/csv"]},
    }
    asked = config(
        "c",
        variant("a", InitialVariantWeight=0.25, VolumeSizeInGB=5),
        variant("b"),
        DataCaptureConfig=capture,
        KmsKeyId="key",
        AsyncInferenceConfig={"OutputConfig": {"S3OutputPath": "s3://bucket/async"}},
        ShadowProductionVariants=[variant("shadow")],
    )
    sagemaker.create_endpoint_config(**asked, Tags=[{"Key": "k", "Value": "v"}])
    described = sagemaker.describe_endpoint_config(EndpointConfigName="c")
    assert described["EndpointConfigArn"] == arn("endpoint-config", "c")
    assert described["EnableNetworkIsolation"] is False
    assert described["ProductionVariants"] == [
        variant("a", InitialVariantWeight=0.25, VolumeSizeInGB=5),
        variant("b", InitialVariantWeight=1.0),
    ]
    assert described["ShadowProductionVariants"] == [variant("shadow", InitialVariantWeight=1.0)]
    for member in ("DataCaptureConfig", "KmsKeyId", "AsyncInferenceConfig"):
        assert described[member] == asked[member]
    assert "Tags" not in described


def test_a_name_is_given_once(sagemaker: Any, error_of: ErrorOf) -> None:
    sagemaker.create_endpoint_config(**config())
    assert error_of(sagemaker.create_endpoint_config, **config()) == (
        "ValidationException",
        f'Cannot create already existing endpoint configuration "{arn("endpoint-config", "c")}".',
    )


@pytest.mark.parametrize("operation", ["describe_endpoint_config", "delete_endpoint_config"])
def test_a_configuration_that_is_not_there(
    sagemaker: Any, error_of: ErrorOf, operation: str
) -> None:
    assert error_of(getattr(sagemaker, operation), EndpointConfigName="absent") == (
        "ValidationException",
        f'Could not find endpoint configuration "{arn("endpoint-config", "absent")}".',
    )


def test_its_models_must_exist(sagemaker: Any, error_of: ErrorOf) -> None:
    request = config("c", variant("v", "absent"))
    assert error_of(sagemaker.create_endpoint_config, **request) == (
        "ValidationException",
        f'Could not find model "{arn("model", "absent")}".',
    )


def test_variant_names_are_unique(sagemaker: Any, error_of: ErrorOf) -> None:
    request = config("c", variant("v"), ShadowProductionVariants=[variant("v")])
    assert error_of(sagemaker.create_endpoint_config, **request) == (
        "ValidationException",
        'The variant name "v" was non-unique in the request.',
    )


def test_serverless_memory_comes_in_steps(sagemaker: Any, error_of: ErrorOf) -> None:
    serverless = {"MemorySizeInMB": 1500, "MaxConcurrency": 5}
    request = config("c", {"VariantName": "v", "ModelName": "m", "ServerlessConfig": serverless})
    code, text = error_of(sagemaker.create_endpoint_config, **request)
    assert code == "ValidationException"
    assert text.endswith("[1024, 2048, 3072, 4096, 5120, 6144]")


def test_it_may_be_deleted_while_an_endpoint_uses_it(sagemaker: Any) -> None:
    sagemaker.create_endpoint_config(**config())
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    sagemaker.delete_endpoint_config(EndpointConfigName="c")
    assert sagemaker.list_endpoint_configs()["EndpointConfigs"] == []
    assert sagemaker.describe_endpoint(EndpointName="e")["EndpointStatus"] == "InService"
