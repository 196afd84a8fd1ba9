"""Documents as definition lists: pure, and on the pages of what has no page of its own."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from tests.api.test_feature_groups import group
from tests.job_requests import transform_job

from sagemock import control
from sagemock.accounts.world import World
from sagemock.console.outline import MAX_ITEMS, OutlineItem, outline
from sagemock.query import Kind
from sagemock.query.schema import ListOf, MapOf, Scalar, Structure

TIME = Scalar(Kind.TIMESTAMP)
ARN = "arn:aws:sagemaker:us-east-1:123456789012"


def items(document: Any, schema: Any = None) -> list[OutlineItem]:
    return list(outline(document, schema).items)


def test_members_are_words_and_times_are_times() -> None:
    schema = Structure({"RunAt": TIME, "Environment": MapOf(Scalar(Kind.TEXT))})
    document = {"RunAt": 5.0, "Environment": {"HOME_Dir": "x"}, "CreationTime": 1.7e9}
    run, environment, created = items(document, schema)
    assert (run.label, run.form, run.value) == ("Run at", "time", 5.0)
    assert [(each.label, each.value) for each in environment.children] == [("HOME_Dir", "x")]
    assert created.form == "time"


def test_small_numbers_are_no_times() -> None:
    (item,) = items({"TrainingTime": 40})
    assert (item.form, item.value) == ("text", "40")


def test_elements_of_lists_have_their_names() -> None:
    schema = Structure({"Variants": ListOf(Structure({"Since": TIME}))})
    (variants,) = items({"Variants": [{"VariantName": "a", "Since": 1.0}, {"Weight": 1}]}, schema)
    first, second = variants.children
    assert (first.name, first.label) == ("VariantName", "a")
    assert first.children[0].form == "time"
    assert second.label == "2"


def test_tags_and_other_pairs_are_entries() -> None:
    (tags,) = items({"Tags": [{"Key": "Team", "Value": "vision"}]})
    assert [(each.label, each.value) for each in tags.children] == [("Team", "vision")]


def test_short_values_share_a_line_and_long_ones_are_folded() -> None:
    short, long, script = items(
        {"Types": ["a", "b"], "Reason": "x" * 200, "Definition": '{"a":[1,2]}'}
    )
    assert (short.form, short.value) == ("text", "a, b")
    assert (long.form, long.value) == ("long", "x" * 200)
    assert script.form == "long"
    assert json.loads(script.value) == {"a": [1, 2]}
    assert "\n" in script.value


def test_empty_members_are_left_out_and_truths_are_words() -> None:
    (item,) = items({"A": {}, "B": [], "C": "", "D": None, "E": False})
    assert (item.label, item.value) == ("E", "no")


def test_there_is_a_limit() -> None:
    whole = outline({f"Member{each}": {"X": 1} for each in range(MAX_ITEMS)}, None)
    assert len(whole.items) == MAX_ITEMS // 2
    assert whole.more == MAX_ITEMS // 2


@pytest.fixture
def pipeline(sagemaker: Any) -> Any:
    return sagemaker.create_pipeline(
        PipelineName="nightly",
        ClientRequestToken="t" * 32,
        RoleArn="arn:aws:iam::123456789012:role/Role",
        PipelineDefinition=json.dumps({"Version": "2020-12-01", "Steps": [{"Name": "Train"}]}),
    )["PipelineArn"]


def test_what_moto_keeps_is_readable(visitor: Any, sagemaker: Any, pipeline: str) -> None:
    run = sagemaker.start_pipeline_execution(PipelineName="nightly", ClientRequestToken="t" * 32)
    page = visitor.get("/documents/Pipeline/nightly").replace("<wbr>", "")
    assert "<dt>Role ARN</dt><dd>arn:aws:iam::123456789012:role/Role</dd>" in page
    assert re.search(r"<dt>Last modified time</dt><dd><time datetime", page)
    assert 'href="/sagemock/documents/Pipeline/nightly.json"' in page
    path = f"/documents/PipelineExecution/{run['PipelineExecutionArn']}"
    page = visitor.get(path)
    assert 'href="/sagemock/documents/Pipeline/nightly"' in page


def test_a_transform_job_leads_to_its_model(visitor: Any, sagemaker: Any, seed: list[str]) -> None:
    request = transform_job("score", "digits-model", "s3://digits/train/", "s3://digits/scores")
    sagemaker.create_transform_job(**request)
    assert 'href="/sagemock/transform-jobs/score"' in visitor.get("/transform-jobs")
    page = visitor.get("/transform-jobs/score").replace("<wbr>", "")
    assert 'href="/sagemock/models/digits-model">digits-model</a>' in page
    assert 'href="/sagemock/trial-components/score-aws-transform-job"' in page
    # The jobs that were trained on the same data.
    found = re.search(r'href="/sagemock(/search\?[^"]*)">s3://digits/train/</a>', page)
    assert found
    assert "<strong>3</strong> found" in visitor.get(found[1].replace("&amp;", "&"))


def test_a_feature_group_has_its_features_and_tags(visitor: Any, sagemaker: Any) -> None:
    sagemaker.create_feature_group(**group("drivers"))
    page = visitor.get("/feature-groups/drivers")
    found = re.search(r'href="/sagemock(/search\?resource=FeatureMetadata[^"]*)"', page)
    assert found
    assert "found" in visitor.get(found[1].replace("&amp;", "&"))
    arn = f"{ARN}:feature-group/drivers"
    form = {"arn": arn, "key": "Team", "value": "x", "back": "/sagemock/feature-groups/drivers"}
    assert "<bdi>Team</bdi>" in visitor.follow("/tags", form)


def test_a_job_is_stopped(visitor: Any, world: World, sagemaker: Any) -> None:
    control.hold_processing_job()
    sagemaker.create_processing_job(
        ProcessingJobName="clean",
        RoleArn="arn:aws:iam::123456789012:role/Role",
        AppSpecification={"ImageUri": "image"},
        ProcessingResources={
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": "ml.m5.large",
                "VolumeSizeInGB": 1,
            }
        },
    )
    page = visitor.get("/processing-jobs/clean")
    assert 'action="/sagemock/processing-jobs/clean/stop"' in page
    assert "data-live-page" in page
    page = visitor.follow("/processing-jobs/clean/stop", {})
    assert "Asked the processing job clean to stop." in page
    job = sagemaker.describe_processing_job(ProcessingJobName="clean")
    assert job["ProcessingJobStatus"] == "Stopped"
    assert "/stop" not in visitor.get("/processing-jobs/clean")


def test_an_extreme_document_stays_readable(visitor: Any, world: World) -> None:
    text = "<&\"'日本語🧪" * 300
    world.feature_groups.insert(
        {
            "FeatureGroupName": "big",
            "FeatureGroupArn": f"{ARN}:feature-group/big",
            "FeatureGroupStatus": "Created",
            "CreationTime": 1.0,
            "Description": text,
            "FeatureDefinitions": [
                {"FeatureName": f"{'n' * 50}{each}", "FeatureType": "String"}
                for each in range(2_500)
            ],
            "Deep": {"Texts": [{"Text": text} for _ in range(100)]},
            "Tags": [],
        }
    )
    page = visitor.get("/feature-groups/big")
    assert re.search(r"and [\d,]+ more: <a", page)
    assert len(page.encode()) < 140_000
