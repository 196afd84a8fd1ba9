"""CreateModel, DescribeModel, ListModels, DeleteModel."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from tests.api.conftest import IMAGE, LINEAR_LEARNER, ROLE, ErrorOf, arn, model


def test_describe_gives_back_what_was_asked_for_and_fills_in_the_rest(sagemaker: Any) -> None:
    vpc = {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}
    container = {
        "ContainerHostname": "first",
        "Image": IMAGE,
        "ImageConfig": {"RepositoryAccessMode": "Vpc"},
        "Environment": {"A": "b"},
        "MultiModelConfig": {"ModelCacheSetting": "Disabled"},
    }
    second = {"ContainerHostname": "second", "Image": IMAGE}
    sagemaker.create_model(
        ModelName="m",
        ExecutionRoleArn=ROLE,
        Containers=[container, second],
        InferenceExecutionConfig={"Mode": "Direct"},
        VpcConfig=vpc,
        EnableNetworkIsolation=True,
        Tags=[{"Key": "k", "Value": "v"}],
    )
    described = sagemaker.describe_model(ModelName="m")
    described.pop("ResponseMetadata")
    described.pop("CreationTime")
    assert described == {
        "ModelName": "m",
        "ModelArn": arn("model", "m"),
        "ExecutionRoleArn": ROLE,
        "Containers": [
            {"Mode": "SingleModel", **container},
            {"Mode": "SingleModel", "Environment": {}, **second},
        ],
        "InferenceExecutionConfig": {"Mode": "Direct"},
        "VpcConfig": vpc,
        "EnableNetworkIsolation": True,
        "DeploymentRecommendation": {"RecommendationStatus": "NOT_APPLICABLE"},
    }


def test_network_isolation_is_off_by_default(sagemaker: Any) -> None:
    assert sagemaker.create_model(**model())["ModelArn"] == arn("model", "m")
    assert sagemaker.describe_model(ModelName="m")["EnableNetworkIsolation"] is False


def test_a_name_is_given_once(sagemaker: Any, error_of: ErrorOf) -> None:
    sagemaker.create_model(**model())
    assert error_of(sagemaker.create_model, **model()) == (
        "ValidationException",
        f'Cannot create already existing model "{arn("model", "m")}".',
    )


@pytest.mark.parametrize("operation", ["describe_model", "delete_model"])
def test_a_model_that_is_not_there(sagemaker: Any, error_of: ErrorOf, operation: str) -> None:
    assert error_of(getattr(sagemaker, operation), ModelName="absent") == (
        "ValidationException",
        f'Could not find model "{arn("model", "absent")}".',
    )


def test_a_deleted_model_is_gone_and_its_name_free(sagemaker: Any) -> None:
    sagemaker.create_model(**model())
    sagemaker.delete_model(ModelName="m")
    assert sagemaker.list_models()["Models"] == []
    sagemaker.create_model(**model())


def test_image_and_package_exclude_each_other(sagemaker: Any, error_of: ErrorOf) -> None:
    container = {"Image": IMAGE, "ModelPackageName": "p"}
    assert error_of(sagemaker.create_model, **model(PrimaryContainer=container)) == (
        "ValidationException",
        "Specify one of either Image and Model Data URL or ModelPackageName in container "
        "definition.",
    )


def test_one_container_or_several(sagemaker: Any, error_of: ErrorOf) -> None:
    request = model(Containers=[{"Image": IMAGE}])
    code, text = error_of(sagemaker.create_model, **request)
    assert (code, "PrimaryContainer or Containers" in text) == ("ValidationException", True)


@pytest.mark.parametrize("location", ["s3://absent/m.tar.gz", "s3://bucket/absent.tar.gz"])
def test_model_data_must_be_there(
    sagemaker: Any, s3: Any, error_of: ErrorOf, location: str
) -> None:
    s3.create_bucket(Bucket="bucket")
    container = {"Image": LINEAR_LEARNER, "ModelDataUrl": location}
    assert error_of(sagemaker.create_model, **model(PrimaryContainer=container)) == (
        "ValidationException",
        f"Could not find model data at {location}.",
    )


@pytest.mark.parametrize("key", ["model.tar.gz", "absent.tar.gz"])
def test_model_data_must_be_in_the_region(sagemaker: Any, error_of: ErrorOf, key: str) -> None:
    far = boto3.client("s3", "eu-west-1")
    far.create_bucket(Bucket="far", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    far.put_object(Bucket="far", Key="model.tar.gz", Body=b"")
    location = f"s3://far/{key}"
    request = model(PrimaryContainer={"Image": LINEAR_LEARNER, "ModelDataUrl": location})
    assert error_of(sagemaker.create_model, **request) == (
        "ValidationException",
        f'Could not access model data at {location}. Please ensure that the role "{ROLE}" exists '
        'and that its trust relationship policy allows the action "sts:AssumeRole" for the service '
        'principal "sagemaker.amazonaws.com". Also ensure that the role has "s3:GetObject" '
        "permissions and that the object is located in us-east-1.",
    )
    # What an image that is not known makes of its data is its own business.
    request["PrimaryContainer"]["Image"] = IMAGE
    sagemaker.create_model(**request)


def test_a_bad_name_is_refused_in_awss_words(sagemaker: Any, error_of: ErrorOf) -> None:
    assert error_of(sagemaker.create_model, **model("a_b")) == (
        "ValidationException",
        "1 validation error detected: Value 'a_b' at 'modelName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: "
        r"[a-zA-Z0-9]([\-a-zA-Z0-9]*[a-zA-Z0-9])?",
    )


def test_a_model_package_must_exist(sagemaker: Any, error_of: ErrorOf) -> None:
    package = arn("model-package", "absent")
    request = model(PrimaryContainer={"ModelPackageName": package})
    assert error_of(sagemaker.create_model, **request) == (
        "ValidationException",
        f"ModelPackage {package} does not exist.",
    )
