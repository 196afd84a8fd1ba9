"""AddTags, ListTags, DeleteTags, on each kind of resource."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.conftest import ErrorOf, arn, config, job, model

KINDS = ("training-job", "model", "endpoint-config", "endpoint")
FIRST = [{"Key": "given", "Value": "at creation"}]


@pytest.fixture(params=KINDS)
def resource(request: pytest.FixtureRequest, sagemaker: Any) -> str:
    """The ARN of a resource with one tag."""
    sagemaker.create_training_job(**job("n", Tags=FIRST))
    sagemaker.create_model(**model("m"))
    sagemaker.create_model(**model("n", Tags=FIRST))
    sagemaker.create_endpoint_config(**config("n", Tags=FIRST))
    sagemaker.create_endpoint(EndpointName="n", EndpointConfigName="n", Tags=FIRST)
    return arn(request.param, "n")


def tags_of(sagemaker: Any, resource: str) -> dict[str, str]:
    tags = sagemaker.list_tags(ResourceArn=resource)["Tags"]
    return {tag["Key"]: tag["Value"] for tag in tags}


def test_add_overwrites_and_gives_all(sagemaker: Any, resource: str) -> None:
    new = [{"Key": "given", "Value": "later"}, {"Key": "more", "Value": ""}]
    assert sagemaker.add_tags(ResourceArn=resource, Tags=new)["Tags"] == new
    assert tags_of(sagemaker, resource) == {"given": "later", "more": ""}


def test_delete_passes_over_what_is_not_there(sagemaker: Any, resource: str) -> None:
    sagemaker.delete_tags(ResourceArn=resource, TagKeys=["given", "absent"])
    assert tags_of(sagemaker, resource) == {}


def test_fifty_tags_are_the_most(sagemaker: Any, resource: str, error_of: ErrorOf) -> None:
    many = [{"Key": f"k{number}", "Value": ""} for number in range(50)]
    code, _ = error_of(sagemaker.add_tags, ResourceArn=resource, Tags=many)
    assert code == "ValidationException"
    sagemaker.add_tags(ResourceArn=resource, Tags=many[:49])
    assert len(tags_of(sagemaker, resource)) == 50


def test_awss_own_prefix(sagemaker: Any, resource: str, error_of: ErrorOf) -> None:
    bad = [{"Key": "AWS:x", "Value": ""}]
    expected = (
        "ValidationException",
        "aws: prefixed tag key names are not allowed for external use.",
    )
    assert error_of(sagemaker.add_tags, ResourceArn=resource, Tags=bad) == expected
    assert error_of(sagemaker.create_model, **model("x", Tags=bad)) == expected


@pytest.mark.parametrize("key", ["aws:cloudformation:stack-name", "AWS:x", "aws:"])
def test_awss_own_tags_are_not_deleted(
    sagemaker: Any, resource: str, error_of: ErrorOf, key: str
) -> None:
    assert error_of(sagemaker.delete_tags, ResourceArn=resource, TagKeys=["given", key]) == (
        "ValidationException",
        f"System prefix 'aws:' reserved for AWS usage in tag key: {key}",
    )
    assert tags_of(sagemaker, resource) == {"given": "at creation"}


def test_awss_own_prefix_on_resources_of_moto(sagemaker: Any, error_of: ErrorOf) -> None:
    group = sagemaker.create_model_package_group(ModelPackageGroupName="g")["ModelPackageGroupArn"]
    bad = [{"Key": "aws:x", "Value": ""}]
    assert error_of(sagemaker.add_tags, ResourceArn=group, Tags=bad) == (
        "ValidationException",
        "aws: prefixed tag key names are not allowed for external use.",
    )
    assert error_of(sagemaker.delete_tags, ResourceArn=group, TagKeys=["aws:x"]) == (
        "ValidationException",
        "System prefix 'aws:' reserved for AWS usage in tag key: aws:x",
    )


@pytest.mark.parametrize(
    ("mine", "foreign"),
    [("123456789012", "111122223333"), ("us-east-1", "eu-west-1"), ("/n", "/absent")],
)
def test_the_arn_of_another_account_or_region_touches_nothing_here(
    sagemaker: Any, resource: str, error_of: ErrorOf, mine: str, foreign: str
) -> None:
    other = resource.replace(mine, foreign)
    for operation, more in (
        (sagemaker.add_tags, {"Tags": FIRST}),
        (sagemaker.list_tags, {}),
        (sagemaker.delete_tags, {"TagKeys": ["given"]}),
    ):
        code, text = error_of(operation, ResourceArn=other, **more)
        assert (code, other in text) == ("ValidationException", True)
    assert tags_of(sagemaker, resource) == {"given": "at creation"}


def test_tags_of_motos_resources_answer_through_moto(sagemaker: Any) -> None:
    experiment = sagemaker.create_experiment(ExperimentName="x")["ExperimentArn"]
    sagemaker.add_tags(ResourceArn=experiment, Tags=FIRST)
    assert tags_of(sagemaker, experiment) == {"given": "at creation"}
