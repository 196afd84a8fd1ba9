"""The searches that real clients send, each with the answer that the client needs."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from tests.api.conftest import ACCOUNT, REGION, arn, config, job, model

from sagemock.moto_adapter.backend import world_of

Filter = tuple[str, str, str]


def expression(*filters: Filter, **more: Any) -> dict[str, Any]:
    named = [dict(zip(("Name", "Operator", "Value"), each, strict=True)) for each in filters]
    return {"Filters": named, **more}


@pytest.fixture
def components(sagemaker: Any) -> Any:
    """Two trials of one experiment, with a component each, and a component of no trial."""
    sagemaker.create_experiment(ExperimentName="mnist")
    metrics = boto3.client("sagemaker-metrics", REGION)
    for number, accuracy in enumerate((0.91, 0.97)):
        trial, component = f"trial-{number}", f"training-{number}"
        sagemaker.create_trial(TrialName=trial, ExperimentName="mnist")
        sagemaker.create_trial_component(
            TrialComponentName=component,
            DisplayName="Training",
            Parameters={
                "lr": {"NumberValue": 0.1 * (number + 1)},
                "optimizer": {"StringValue": "sgd"},
            },
            InputArtifacts={"data": {"MediaType": "text/csv", "Value": "s3://b/data"}},
            OutputArtifacts={"model": {"Value": f"s3://b/model-{number}"}},
        )
        sagemaker.associate_trial_component(TrialComponentName=component, TrialName=trial)
        metrics.batch_put_metrics(
            TrialComponentName=component,
            MetricData=[
                {"MetricName": "test:accuracy", "Timestamp": 1.7e9, "Value": value, "Step": step}
                for step, value in enumerate((0.5, accuracy, 0.6))
            ],
        )
    sagemaker.create_trial_component(TrialComponentName="alone")
    return sagemaker


def search(client: Any, resource: str, member: str, **request: Any) -> list[dict[str, Any]]:
    """All pages, as the clients read them: as long as there is a NextToken."""
    answer = client.search(Resource=resource, **request)
    results = [each[member] for each in answer["Results"]]
    while "NextToken" in answer:
        answer = client.search(Resource=resource, NextToken=answer["NextToken"], **request)
        results += [each[member] for each in answer["Results"]]
    return results


def trial_components(client: Any, *filters: Filter, **request: Any) -> list[dict[str, Any]]:
    asked = {"SearchExpression": expression(*filters), **request}
    return search(client, "ExperimentTrialComponent", "TrialComponent", **asked)


def test_1_experiment_analytics_of_the_sdk(components: Any) -> None:
    listed = trial_components(components, ("Parents.ExperimentName", "Equals", "mnist"))
    assert {each["TrialComponentName"] for each in listed} == {"training-0", "training-1"}
    for each in listed:
        number = int(each["TrialComponentName"][-1])
        assert each["Parents"] == [{"TrialName": f"trial-{number}", "ExperimentName": "mnist"}]
        assert each["DisplayName"] == "Training"
        assert each["Parameters"]["lr"]["NumberValue"] == 0.1 * (number + 1)
        assert each["Parameters"]["optimizer"]["StringValue"] == "sgd"
        assert each["InputArtifacts"]["data"] == {"MediaType": "text/csv", "Value": "s3://b/data"}
        assert each["OutputArtifacts"]["model"]["Value"] == f"s3://b/model-{number}"
        (metric,) = each["Metrics"]
        assert metric["MetricName"] == "test:accuracy"
        assert {"Max", "Min", "Avg", "Last", "Count", "StdDev"} <= set(metric)


def test_2_whether_a_component_belongs_to_a_trial(components: Any) -> None:
    name = ("TrialComponentName", "Equals", "training-0")
    assert len(trial_components(components, name, ("Parents.TrialName", "Equals", "trial-0"))) == 1
    assert trial_components(components, name, ("Parents.TrialName", "Equals", "trial-1")) == []


def test_3_the_tags_of_one_component(components: Any) -> None:
    source = {"Key": "sagemaker:trial-component-source", "Value": "run"}
    of = components.describe_trial_component(TrialComponentName="alone")["TrialComponentArn"]
    components.add_tags(ResourceArn=of, Tags=[source])
    name = ("TrialComponentName", "Equals", "alone")
    (component,) = trial_components(components, name, MaxResults=1)
    assert source in component["Tags"]


def test_4_components_by_joined_arns(components: Any) -> None:
    arns = [arn("experiment-trial-component", name) for name in ("training-0", "training-1", "x")]
    asked = expression(
        ("TrialComponentArn", "Equals", ",".join(arns)),
        ("TrialComponentArn", "Equals", arn("experiment-trial-component", "alone")),
        Operator="Or",
    )
    listed = search(
        components, "ExperimentTrialComponent", "TrialComponent", SearchExpression=asked
    )
    assert {each["TrialComponentName"] for each in listed} == {"training-0", "training-1", "alone"}


def test_5_model_registration_finds_its_group(sagemaker: Any) -> None:
    sagemaker.create_model_package_group(ModelPackageGroupName="g1")
    sagemaker.create_model_package_group(ModelPackageGroupName="g2")
    asked = expression(("ModelPackageGroupName", "Equals", "g1"))
    groups = search(sagemaker, "ModelPackageGroup", "ModelPackageGroup", SearchExpression=asked)
    assert [each["ModelPackageGroupName"] for each in groups] == ["g1"]


def test_6_model_cards_and_the_job_behind_an_artifact(sagemaker: Any) -> None:
    def card(name: str, version: int) -> None:
        content = (
            f'{{"model_overview": {{"model_id": "{arn("model", name)}"}},'
            f' "model_package_details": {{"model_package_group_name": "g"}},'
            f' "intended_uses": {{"risk_rating": "Low"}}, "v": {version}}}'
        )
        sagemaker.create_model_card(ModelCardName=name, Content=content, ModelCardStatus="Draft")

    card("first", 1)
    card("second", 2)

    def cards(*filters: Filter, **more: Any) -> list[dict[str, Any]]:
        asked = {"SearchExpression": expression(*filters), **more}
        return search(sagemaker, "ModelCard", "ModelCard", **asked)

    (one,) = cards(("ModelId", "Equals", arn("model", "second")))
    assert (one["ModelCardName"], one["RiskRating"]) == ("second", "Low")
    latest = cards(
        ("ModelPackageGroupName", "Equals", "g"), SortBy="LastModifiedTime", SortOrder="Descending"
    )
    assert latest[0]["ModelCardName"] == "second"

    sagemaker.create_training_job(**job("j"))
    artifact = sagemaker.describe_training_job(TrainingJobName="j")["ModelArtifacts"]
    asked = expression(("ModelArtifacts.S3ModelArtifacts", "Equals", artifact["S3ModelArtifacts"]))
    (behind,) = search(sagemaker, "TrainingJob", "TrainingJob", SearchExpression=asked)
    assert behind["TrainingJobName"] == "j"


def test_7_the_feature_store_may_send_an_empty_expression(sagemaker: Any) -> None:
    for resource in ("FeatureGroup", "FeatureMetadata"):
        assert sagemaker.search(Resource=resource, SearchExpression={})["Results"] == []


def test_9_smexperiments(components: Any) -> None:
    part = {"Name": "ExperimentName", "Operator": "Contains", "Value": "nis"}
    for asked in (
        {"Filters": [part], "Operator": "And"},
        {"SubExpressions": [{"Filters": [part], "Operator": "And"}], "Operator": "Or"},
    ):
        answer = components.search(Resource="Experiment", SearchExpression=asked, MaxResults=10)
        assert [each["Experiment"]["ExperimentName"] for each in answer["Results"]] == ["mnist"]


def test_9_smexperiments_with_a_scalar_in_a_nested_filter(sagemaker: Any, error_of: Any) -> None:
    nested = {
        "NestedPropertyName": "ExperimentName",
        "Filters": [{"Name": "ExperimentName", "Operator": "Equals", "Value": "x"}],
    }
    code, _ = error_of(
        sagemaker.search, Resource="Experiment", SearchExpression={"NestedFilters": [nested]}
    )
    assert code == "ValidationException"


def leaderboard_job(name: str, loss: float | None) -> dict[str, Any]:
    metrics = [] if loss is None else [
        {"MetricName": "train:objective_loss:final", "Value": loss, "Timestamp": 1.7e9}
    ]  # fmt: skip
    return {
        "TrainingJobName": name,
        "TrainingJobArn": arn("training-job", name),
        "TrainingJobStatus": "Completed",
        "ModelArtifacts": {"S3ModelArtifacts": f"s3://b/{name}/model.tar.gz"},
        "HyperParameters": {"mini_batch_size": "100"},
        "LastModifiedTime": 1.7e9,
        "CreationTime": 1.7e9,
        "FinalMetricDataList": metrics,
        "Tags": [{"Key": "Project", "Value": "p" if name < "x" else "other"}],
    }


def test_10_the_leaderboard_among_many(sagemaker: Any) -> None:
    table = world_of(ACCOUNT, REGION).training_jobs
    for number in range(2000):
        table.insert(leaderboard_job(f"job-{number:04d}", None if number % 7 else number / 1000))
    table.insert(leaderboard_job("x-other", 0.0))
    answer = sagemaker.search(
        Resource="TrainingJob",
        SearchExpression=expression(
            ("Tags.Project", "Equals", "p"), ("TrainingJobStatus", "Equals", "Completed")
        ),
        SortBy="Metrics.train:objective_loss:final",
        SortOrder="Ascending",
        MaxResults=10,
    )
    names = [each["TrainingJob"]["TrainingJobName"] for each in answer["Results"]]
    assert names == [f"job-{number:04d}" for number in range(0, 70, 7)]
    assert answer["TotalHits"]["Value"] == 2000
    for each in answer["Results"]:
        (metric,) = each["TrainingJob"]["FinalMetricDataList"]
        assert metric["MetricName"] == "train:objective_loss:final"


def test_11_from_an_endpoint_to_its_job(sagemaker: Any) -> None:
    table = world_of(ACCOUNT, REGION).training_jobs
    for number in range(500):
        table.insert(leaderboard_job(f"job-{number:04d}", 0.5))
    url = "s3://b/job-0123/model.tar.gz"
    image = model()["PrimaryContainer"]["Image"]
    sagemaker.create_model(**model("m", PrimaryContainer={"Image": image, "ModelDataUrl": url}))
    sagemaker.create_endpoint_config(**config("c"))
    variants = sagemaker.describe_endpoint_config(EndpointConfigName="c")["ProductionVariants"]
    described = sagemaker.describe_model(ModelName=variants[0]["ModelName"])
    url = described["PrimaryContainer"]["ModelDataUrl"]
    (result,) = sagemaker.search(
        Resource="TrainingJob",
        SearchExpression=expression(("ModelArtifacts.S3ModelArtifacts", "Equals", url)),
        MaxResults=1,
    )["Results"]
    assert result["TrainingJob"]["TrainingJobName"] == "job-0123"


def test_12_components_by_the_greatest_value_of_a_metric(components: Any) -> None:
    display = ("DisplayName", "Equals", "Training")
    names = [
        each["TrialComponentName"]
        for each in trial_components(
            components, display, SortBy="metrics.test:accuracy.max", SortOrder="Descending"
        )
    ]
    assert names == ["training-1", "training-0"]
    best = ("Metrics.test:accuracy.Max", "GreaterThan", "0.95")
    assert [each["TrialComponentName"] for each in trial_components(components, best)] == [
        "training-1"
    ]
    # A bare name means the last value.
    last = ("Metrics.test:accuracy", "GreaterThan", "0.7")
    assert trial_components(components, last) == []


def test_components_by_parameter_and_artifact(components: Any) -> None:
    def names(*filters: Filter) -> list[str]:
        return sorted(each["TrialComponentName"] for each in trial_components(components, *filters))

    assert names(("Parameters.lr", "GreaterThan", "0.15")) == ["training-1"]
    assert names(("Parameters.lr.NumberValue", "LessThan", "0.15")) == ["training-0"]
    assert names(("Parameters.optimizer", "Equals", "sgd")) == ["training-0", "training-1"]
    assert names(("Parameters.optimizer.StringValue", "Contains", "g")) == [
        "training-0",
        "training-1",
    ]
    # Contains may be used on both kinds of artifacts in one search.
    assert names(
        ("InputArtifacts.data.Value", "Contains", "data"),
        ("OutputArtifacts.model.Value", "Contains", "model-1"),
        ("DisplayName", "Contains", "Train"),
    ) == ["training-1"]


def test_13_the_components_of_a_trial_in_time(components: Any) -> None:
    of_trial = ("Parents.TrialName", "Equals", "trial-1")
    listed = trial_components(components, of_trial, SortBy="CreationTime", SortOrder="Ascending")
    assert [each["TrialComponentName"] for each in listed] == ["training-1"]


def test_14_trials_by_their_source(components: Any) -> None:
    asked = expression(("Source.SourceArn", "Equals", arn("pipeline", "p/execution/1")))
    assert search(components, "ExperimentTrial", "Trial", SearchExpression=asked) == []


def test_15_groups_by_a_part_of_their_name(sagemaker: Any) -> None:
    for name in ("a-test", "b-prod"):
        sagemaker.create_model_package_group(ModelPackageGroupName=name)
    asked = expression(("ModelPackageGroupName", "Contains", "test"))
    groups = search(sagemaker, "ModelPackageGroup", "ModelPackageGroup", SearchExpression=asked)
    assert [each["ModelPackageGroupName"] for each in groups] == ["a-test"]


def test_16_the_filters_of_studio(sagemaker: Any) -> None:
    for name in ("a", "b"):
        sagemaker.create_training_job(**job(name))
    created = sagemaker.describe_training_job(TrainingJobName="a")["CreationTime"]
    day = created.strftime("%Y-%m-%d")
    asked = expression(
        ("CreationTime", "GreaterThanOrEqualTo", f"{day}T00:00:00"),
        ("CreationTime", "LessThan", "2999-01-01T00:00:00"),
        ("TrainingJobStatus", "In", "InProgress,Completed,Failed"),
        ("RoleArn", "NotEquals", "nobody"),
    )
    assert len(search(sagemaker, "TrainingJob", "TrainingJob", SearchExpression=asked)) == 2
