"""AWS's texts for requests that do not validate, to the letter."""

from __future__ import annotations

from typing import Any

import pytest

from sagemock.errors import ValidationError, ValidationException, java_text
from sagemock.wire import service_model
from sagemock.wire.constraints import compile_pattern
from sagemock.wire.validation import validator

NAME_PATTERN = "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"


def problems_of(operation: str, request: dict[str, Any], service: str = "sagemaker") -> str:
    with pytest.raises((ValidationException, ValidationError)) as caught:
        validator(service, operation)(request)
    return caught.value.message


def test_pattern() -> None:
    assert problems_of("DescribeTrainingJob", {"TrainingJobName": "x_y"}) == (
        "1 validation error detected: Value 'x_y' at 'trainingJobName' failed to satisfy "
        f"constraint: Member must satisfy regular expression pattern: {NAME_PATTERN}"
    )


def test_required() -> None:
    assert problems_of("DescribeTrainingJob", {}) == (
        "1 validation error detected: Value null at 'trainingJobName' failed to satisfy "
        "constraint: Member must not be null"
    )


def test_enum() -> None:
    request = {"Resource": "X"}
    values = ", ".join(service_model.enum_values("ResourceType"))
    assert problems_of("Search", request) == (
        "1 validation error detected: Value 'X' at 'resource' failed to satisfy constraint: "
        f"Member must satisfy enum value set: [{values}]"
    )


def test_range() -> None:
    assert problems_of("ListTrainingJobs", {"MaxResults": 101}) == (
        "1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: "
        "Member must have value less than or equal to 100"
    )
    assert "Member must have value greater than or equal to 1" in problems_of(
        "ListTrainingJobs", {"MaxResults": 0}
    )


def test_several_problems_are_told_at_once() -> None:
    text = problems_of("ListTrainingJobs", {"MaxResults": 0, "SortOrder": "Up"})
    assert text.startswith("2 validation errors detected: Value '0' at 'maxResults' failed")
    assert "; Value 'Up' at 'sortOrder' failed to satisfy constraint: Member must satisfy" in text


def test_path_into_a_list() -> None:
    variant = {"VariantName": "v", "ModelName": "a_b"}
    text = problems_of(
        "CreateEndpointConfig", {"EndpointConfigName": "c", "ProductionVariants": [variant]}
    )
    assert "Value 'a_b' at 'productionVariants.1.member.modelName' failed to satisfy" in text


def test_path_into_a_search_expression_that_holds_itself() -> None:
    inner = {"Filters": [{"Name": "A", "Value": "x" * 1025}]}
    expression = {"SubExpressions": [{"SubExpressions": [inner]}]}
    text = problems_of("Search", {"Resource": "TrainingJob", "SearchExpression": expression})
    path = "searchExpression.subExpressions.1.member.subExpressions.1.member.filters.1.member.value"
    assert f"at '{path}' failed" in text
    assert "Member must have length less than or equal to 1024" in text


def test_list_length() -> None:
    filters = [{"Name": "A"}] * 21
    text = problems_of("Search", {"Resource": "Model", "SearchExpression": {"Filters": filters}})
    assert "at 'searchExpression.filters' failed to satisfy constraint: " in text
    assert "Member must have length less than or equal to 20" in text


def test_map_value_as_observed() -> None:
    request = {
        "TrainingJobName": "j",
        "RoleArn": "arn:aws:iam::123456789012:role/r",
        "OutputDataConfig": {"S3OutputPath": "s3://b/o"},
        "HyperParameters": {"k": "v" * 2501},
    }
    assert problems_of("CreateTrainingJob", request).endswith(
        "at 'hyperParameters' failed to satisfy constraint: Map value must satisfy constraint: "
        "[Member must have length less than or equal to 2500, "
        "Member must have length greater than or equal to 0, "
        "Member must satisfy regular expression pattern: .*]"
    )


def test_too_many_hyperparameters_as_observed() -> None:
    request = {
        "TrainingJobName": "j",
        "RoleArn": "arn:aws:iam::123456789012:role/r",
        "OutputDataConfig": {"S3OutputPath": "s3://b/o"},
        "HyperParameters": {f"k{number}": "v" for number in range(101)},
    }
    text = problems_of("CreateTrainingJob", request)
    assert text.startswith("1 validation error detected: Value '{k0=v, k1=v, ")
    assert text.endswith(
        "at 'hyperParameters' failed to satisfy constraint: "
        "Member must have length less than or equal to 100"
    )


def test_runtime_has_an_error_of_its_own() -> None:
    with pytest.raises(ValidationError, match="endpointName"):
        validator("sagemaker-runtime", "InvokeEndpoint")({"EndpointName": "a_b", "Body": b""})


def test_unicode_classes_of_tags() -> None:
    request = {
        "ResourceArn": "arn:aws:sagemaker:us-east-1:123456789012:model/m",
        "Tags": [{"Key": "prénom", "Value": "Zoë @ home"}],
    }
    validator("sagemaker", "AddTags")(request)
    request["Tags"] = [{"Key": "a|b", "Value": ""}]
    assert "at 'tags.1.member.key' failed" in problems_of("AddTags", request)


def test_classes_without_a_unicode_category_are_of_ascii() -> None:
    request = {"EndpointName": "e", "Body": b"", "TargetModel": "aé"}
    with pytest.raises(ValidationError, match="at 'targetModel' failed"):
        validator("sagemaker-runtime", "InvokeEndpoint")(request)
    digits = "arn:aws:iam::١٢٣٤٥٦٧٨٩٠١٢:role/Role"
    job = {
        "TrainingJobName": "j",
        "RoleArn": digits,
        "OutputDataConfig": {"S3OutputPath": "s3://b"},
    }
    assert "at 'roleArn' failed" in problems_of("CreateTrainingJob", job)


def test_a_sensitive_value_is_not_shown() -> None:
    request = {"EndpointName": "e", "Body": b"", "CustomAttributes": "sécret" + "x" * 1020}
    with pytest.raises(ValidationError) as caught:
        validator("sagemaker-runtime", "InvokeEndpoint")(request)
    assert str(caught.value) == (
        "2 validation errors detected: Value at 'customAttributes' failed to satisfy constraint: "
        "Member must have length less than or equal to 1024; Value at 'customAttributes' failed "
        r"to satisfy constraint: Member must satisfy regular expression pattern: \p{ASCII}*"
    )


@pytest.mark.parametrize("service", ["sagemaker", "sagemaker-runtime", "sagemaker-metrics"])
def test_every_operation_compiles(service: str) -> None:
    names = service_model.operation_names(service)
    assert names
    for name in names:
        assert callable(validator(service, name))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"a": "b", "c": [1, True]}, "{a=b, c=[1, true]}"),
        ([], "[]"),
        (None, "null"),
        (1.5, "1.5"),
    ],
)
def test_values_are_shown_as_java_shows_them(value: Any, shown: str) -> None:
    assert java_text(value) == shown


@pytest.mark.parametrize("service", [each.name for each in service_model.SERVICES])
def test_every_pattern_of_the_model_can_be_matched(service: str) -> None:
    model = service_model.service(service)
    shapes = [model.shape_for(name) for name in model.shape_names]
    patterns = {shape.metadata["pattern"] for shape in shapes if "pattern" in shape.metadata}
    assert patterns
    for pattern in patterns:
        compile_pattern(pattern)
