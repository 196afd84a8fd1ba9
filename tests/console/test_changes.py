"""Changes: by form, in AWS's words when refused, and from the console's own pages alone."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

FORM = {
    "name": "by-hand",
    "image": "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1",
    "role": "arn:aws:iam::123456789012:role/SageMaker",
    "instance_type": "ml.m5.large",
    "instance_count": "1",
    "volume": "10",
    "max_runtime": "3600",
    "output": "s3://digits/output",
    "hyperparameter_name": ["predictor_type", "mini_batch_size", "epochs", "num_models", ""],
    "hyperparameter_value": ["binary_classifier", "100", "2", "1", ""],
    "channel_name": ["train", ""],
    "channel_uri": ["s3://digits/train/", ""],
    "channel_type": ["", ""],
    "tag_key": ["Project", ""],
    "tag_value": ["by hand", ""],
}


def alert(page: str) -> str:
    found = re.search(r'role="alert">(?:<strong>[^<]*</strong>)?([^<]+)', page)
    assert found is not None
    return found[1]


def test_create_a_training_job(visitor: Any, seed: list[str], sagemaker: Any) -> None:
    page = visitor.follow("/training-jobs/new", FORM)
    assert "by-hand" in page
    assert "Completed" in page
    job = sagemaker.describe_training_job(TrainingJobName="by-hand")
    assert job["HyperParameters"]["mini_batch_size"] == "100"
    tags = sagemaker.list_tags(ResourceArn=job["TrainingJobArn"])["Tags"]
    assert tags == [{"Key": "Project", "Value": "by hand"}]


@pytest.mark.parametrize(
    ("change", "field", "text"),
    [
        ({"name": "not a name"}, "name", "regular expression pattern"),
        ({"role": "x"}, "role", "length greater than or equal to 20"),
        ({"instance_count": "-1"}, "instance_count", "greater than or equal to 0"),
        ({"volume": "ten"}, "volume", "must be a whole number"),
        ({"output": "nowhere"}, "output", "(https|s3)://"),
        ({"channel_name": ["tr ain", ""]}, "channel", "Row 1, channelName: "),
        (
            {"channel_name": ["train", "validation"]},
            "channel",
            "Row 2, dataSource.s3DataSource.s3Uri",
        ),
        (
            {"hyperparameter_name": ["wd", "wd", "wd"], "hyperparameter_value": ["1", "2", ""]},
            "hyperparameter",
            "There is more than one value for wd.",
        ),
        ({"tag_key": ["aws:x", "k" * 200], "tag_value": ["", "v"]}, "tag", "Row 2, key: "),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    visitor: Any, seed: list[str], change: dict[str, Any], field: str, text: str
) -> None:
    response = visitor.post("/training-jobs/new", {**FORM, **change})
    assert response.status_code == 400
    said = re.search(f'id="{field}-problem">([^<]+)', response.text)
    assert said is not None
    assert text in html.unescape(said[1])
    if f'name="{field}"' in response.text:
        marked = f'aria-invalid="true" aria-describedby="{field}-problem"'
        assert marked in response.text
    given = next(iter(change.values()))
    assert f'value="{given if isinstance(given, str) else given[0]}"' in response.text


@pytest.mark.parametrize(
    ("path", "form", "fields"),
    [
        (
            "/models/new",
            {"name": "a b", "image": "a b", "data": "x", "role": "x"},
            {"name", "image", "data", "role"},
        ),
        (
            "/endpoints/new",
            {"name": "a b", "model": "a b", "instance_type": "big", "count": "0"},
            {"name", "model", "instance_type", "count"},
        ),
        (
            "/endpoints/new",
            {"name": "a", "model": "a", "instance_type": "ml.m5.large", "count": "many"},
            {"count"},
        ),
    ],
)
def test_other_forms_say_it_too(
    visitor: Any, path: str, form: dict[str, str], fields: set[str]
) -> None:
    response = visitor.post(path, form)
    assert response.status_code == 400
    assert set(re.findall(r'id="(\w+)-problem"', response.text)) == fields
    for value in form.values():
        assert f'value="{value}"' in response.text


@pytest.mark.parametrize(
    ("change", "label", "text", "whole"),
    [
        ({"name": "not a name"}, "Job name", "regular expression", "failed to satisfy constraint"),
        ({"name": "digits-batch-100"}, "Job name", "must be unique", ""),
        ({"volume": "ten"}, "Volume size", "Volume size must be a whole number", ""),
        ({"role": "x"}, "Execution role", "length greater than or equal to 20", "roleArn"),
        ({"channel_uri": ["s3://digits/none/", ""]}, "Input channels", "No S3 objects", ""),
    ],
)
def test_a_refused_job_keeps_the_form(
    visitor: Any, seed: list[str], change: dict[str, str], label: str, text: str, whole: str
) -> None:
    """The alert names the field, which has the text beside it; all of AWS's is folded."""
    response = visitor.post("/training-jobs/new", {**FORM, **change})
    assert response.status_code == 400
    short, _, folded = response.text.partition('role="alert">')[2].partition("<details>")
    assert "To change: <a href=" in short
    assert f">{label}</a>" in short.partition("</div>")[0]
    assert whole in folded.partition("</details>")[0]
    outside = re.sub(r"<details><summary>The error.*?</details>", "", response.text, flags=re.S)
    assert html.unescape(outside).count(text) == 1
    assert 'value="by hand"' in response.text


def test_spaces_around_what_is_typed_do_not_count(
    visitor: Any, seed: list[str], sagemaker: Any
) -> None:
    padded = {
        name: [f" {each} " for each in value] if isinstance(value, list) else f" {value} "
        for name, value in FORM.items()
    }
    assert "Completed" in visitor.follow("/training-jobs/new", padded)
    visitor.follow("/training-jobs/new", {**FORM, "name": "plain"})
    one, other = (
        sagemaker.describe_training_job(TrainingJobName=name) for name in ("by-hand", "plain")
    )
    for member in ("HyperParameters", "InputDataConfig", "OutputDataConfig"):
        assert one[member] == other[member]
    tags = [sagemaker.list_tags(ResourceArn=job["TrainingJobArn"])["Tags"] for job in (one, other)]
    assert tags[0] == tags[1]


def test_more_rows_without_javascript(visitor: Any) -> None:
    first = visitor.get("/training-jobs/new").count('name="tag_key"')
    response = visitor.post("/training-jobs/new", {**FORM, "more": "tag"})
    assert response.status_code == 200
    assert response.text.count('name="tag_key"') > first
    assert 'value="by-hand"' in response.text


def test_a_clone_fills_the_form(visitor: Any, seed: list[str]) -> None:
    page = visitor.get("/training-jobs/new?clone=digits-batch-200")
    for text in ("digits-batch-200-copy", "s3://digits/train/", "Project_Binary_Classifier"):
        assert f'value="{text}"' in page


def test_a_clone_of_no_job_offers_similar_names(
    visitor: Any, seed: list[str], sagemaker: Any
) -> None:
    sagemaker.delete_training_job(TrainingJobName="digits-batch-200")
    page = visitor.get("/training-jobs/new?clone=digits-batch-200", status=404)
    assert "There is no training job &#39;digits-batch-200&#39; in us-east-1." in page
    assert 'href="/sagemock/training-jobs/digits-batch-100"' in page
    assert visitor.raw("/training-jobs/new.json?clone=digits-batch-200").status_code == 404
    assert "Create training job" in visitor.get("/training-jobs/new?clone=")


def test_tags_can_be_added_and_removed(visitor: Any, seed: list[str], sagemaker: Any) -> None:
    arn = sagemaker.describe_training_job(TrainingJobName=seed[0])["TrainingJobArn"]
    back = "/sagemock/training-jobs/digits-batch-100"
    form = {"arn": arn, "back": back}
    page = visitor.follow("/tags", {**form, "key": "Stage", "value": "prod"})
    assert "Stage" in page
    visitor.follow("/tags", {**form, "remove": "Project"})
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "Stage", "Value": "prod"}]


def test_a_bad_tag_is_refused_in_awss_words(visitor: Any, seed: list[str], sagemaker: Any) -> None:
    arn = sagemaker.describe_training_job(TrainingJobName=seed[0])["TrainingJobArn"]
    response = visitor.post("/tags", {"arn": arn, "key": "k" * 200, "value": "v"})
    assert response.status_code == 400
    assert "failed to satisfy constraint" in response.text
    assert visitor.post("/tags", {"arn": "nonsense", "key": "k"}).status_code == 400


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/sagemock/", "//elsewhere.example/", "/other", "x"]
)
def test_a_form_leads_back_to_the_console_only(visitor: Any, sagemaker: Any, back: str) -> None:
    arn = sagemaker.create_model(ModelName="m", ExecutionRoleArn=FORM["role"])["ModelArn"]
    response = visitor.post("/tags", {"arn": arn, "back": back, "key": "a", "value": "b"})
    assert response.headers["Location"] == "/sagemock/"


def test_a_model_from_a_job_and_its_deployment(
    visitor: Any, seed: list[str], sagemaker: Any
) -> None:
    form = visitor.get("/models/new?job=digits-batch-300")
    fields = dict(re.findall(r'<input name="(\w+)" value="([^"]*)"', form))
    assert fields["name"] == "digits-batch-300"
    assert "digits-batch-300" in visitor.follow("/models/new", fields)
    deploy = {
        "name": "third",
        "model": "digits-batch-300",
        "instance_type": "ml.m5.large",
        "count": "1",
    }
    page = visitor.follow("/endpoints/new", deploy)
    assert 'href="/sagemock/training-jobs/digits-batch-300"' in page
    again = visitor.post("/endpoints/new", deploy)
    assert "already existing" in alert(again.text)


def test_a_failed_deployment_leaves_no_configuration(
    visitor: Any, seed: list[str], sagemaker: Any
) -> None:
    form = {
        "name": "DIGITS-endpoint",
        "model": "digits-model",
        "instance_type": "ml.m5.large",
        "count": "1",
    }
    assert visitor.post("/endpoints/new", form).status_code == 400
    configs = sagemaker.list_endpoint_configs()["EndpointConfigs"]
    assert [each["EndpointConfigName"] for each in configs] == ["digits-config"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://localhost"}, 303),
        ({"Referer": "http://localhost/sagemock/"}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 303),
        ({}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:99"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Referer": "https://elsewhere.example/localhost"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_changes_come_from_the_same_origin(
    visitor: Any, sagemaker: Any, headers: dict[str, str], status: int
) -> None:
    form = {"name": "m", "image": "mine:1", "role": FORM["role"]}
    assert visitor.post("/models/new", form, headers).status_code == status
    assert len(sagemaker.list_models()["Models"]) == (1 if status == 303 else 0)


@pytest.mark.parametrize("path", ["/training-jobs/digits-batch-100/stop", "/tags"])
def test_nothing_changes_by_get(visitor: Any, seed: list[str], path: str) -> None:
    assert visitor.raw(path).status_code in (404, 405)
