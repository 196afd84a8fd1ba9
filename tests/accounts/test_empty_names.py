"""No resource has an empty name, with validation off either: it would have no ARN."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from sagemock import mock_sagemaker
from sagemock.api import OPERATIONS
from sagemock.config import Validation
from sagemock.resources import types
from sagemock.resources.resource_type import ResourceType
from sagemock.wire import service_model

KINDS = [kind for kind in types.OURS if kind.operation("Create") in OPERATIONS]
VALUES = {"string": "x", "integer": 1, "long": 1, "boolean": True, "list": [], "map": {}}


def smallest(shape: Any) -> Any:
    """A value of a shape with no more than its required members."""
    if shape.type_name == "structure":
        return {name: smallest(shape.members[name]) for name in shape.required_members}
    return VALUES[shape.type_name]


def refusal_of_nameless(kind: ResourceType) -> dict[str, str]:
    """The error of creating a resource of a kind with an empty name."""
    operation = kind.operation("Create")
    request = smallest(service_model.input_shape(service_model.CONTROL_PLANE, operation))
    # botocore's own checks would stop some of the requests that other clients send.
    unchecked = Config(parameter_validation=False)
    sagemaker = boto3.client("sagemaker", "us-east-1", config=unchecked)
    create = getattr(sagemaker, xform_name(operation))
    with pytest.raises(ClientError) as caught:
        create(**{**request, kind.name_member: ""})
    error: dict[str, str] = caught.value.response["Error"]
    return error


def test_kinds_are_created() -> None:
    assert len(KINDS) > 8


@pytest.mark.parametrize("validation", ["strict", "off"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.noun)
def test_an_empty_name_is_refused_in_the_same_words(
    kind: ResourceType, validation: Validation
) -> None:
    with mock_sagemaker(validation=validation):
        error = refusal_of_nameless(kind)
    path = kind.name_member[0].lower() + kind.name_member[1:]
    assert error["Code"] == "ValidationException"
    assert f"Value '' at '{path}' failed to satisfy constraint: Member must" in error["Message"]
    if validation == "off":
        assert error["Message"].count("Value ") == error["Message"].count(f"at '{path}'")


def test_nothing_of_it_is_left() -> None:
    with mock_sagemaker(validation="off"):
        sagemaker = boto3.client("sagemaker", "us-east-1")
        # botocore itself lets an empty name of a model pass.
        with pytest.raises(ClientError, match="regular expression pattern"):
            sagemaker.create_model(ModelName="")
        assert sagemaker.list_models()["Models"] == []


def test_a_name_of_one_space_is_a_name() -> None:
    with mock_sagemaker(validation="off"):
        sagemaker = boto3.client("sagemaker", "us-east-1")
        arn = sagemaker.create_model(ModelName=" ")["ModelArn"]
        sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}])
        assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "b"}]
