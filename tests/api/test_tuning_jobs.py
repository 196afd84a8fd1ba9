"""Tuning jobs that tune: their training jobs, their descriptions and lists, their ends."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import WaiterError
from moto.moto_api import state_manager
from tests.api.conftest import IMAGE, REGION, arn, job, training_definition, tuning_job

from sagemock import containers, control, mock_sagemaker

TrainingFunction = Callable[[Any], None]


def epochs(job: Any) -> None:
    """Publishes a loss after each of its epochs, which approaches the distance of x from 0.3."""
    x, count = float(job.hyperparameters["x"]), int(job.hyperparameters.get("epochs", "1"))
    for epoch in range(1, count + 1):
        job.log(f"loss={abs(x - 0.3) + 1 / epoch};")
        if job.stopping:
            return


@pytest.fixture
def trained(mocked: None) -> Callable[[TrainingFunction], None]:
    """Registers what trains for the image, in place of `epochs`."""

    def register(function: TrainingFunction) -> None:
        containers.register(IMAGE, train=function)

    register(epochs)
    return register


@pytest.fixture
def sagemaker(trained: Any) -> Any:
    boto3.client("s3", REGION).create_bucket(Bucket="bucket")
    return boto3.client("sagemaker", REGION)


def described(sagemaker: Any, name: str = "hunt") -> dict[str, Any]:
    answer: dict[str, Any] = sagemaker.describe_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name
    )
    return answer


def listed(sagemaker: Any, name: str = "hunt", **request: Any) -> list[dict[str, Any]]:
    pages = sagemaker.get_paginator("list_training_jobs_for_hyper_parameter_tuning_job").paginate(
        HyperParameterTuningJobName=name, **request
    )
    return [each for page in pages for each in page["TrainingJobSummaries"]]


def x_of(summary: dict[str, Any]) -> float:
    return float(summary["TunedHyperParameters"]["x"])


def test_training_jobs_are_real_ones(sagemaker: Any) -> None:
    answer = sagemaker.create_hyper_parameter_tuning_job(
        **tuning_job(
            jobs=3,
            definition={"StaticHyperParameters": {"epochs": "2"}},
            Tags=[{"Key": "Project", "Value": "p"}],
        )
    )
    tuning_arn = arn("hyper-parameter-tuning-job", "hunt")
    assert answer["HyperParameterTuningJobArn"] == tuning_arn
    summaries = listed(sagemaker)
    names = [each["TrainingJobName"] for each in summaries]
    assert [re.sub(r"-[0-9a-f]{8}$", "", name) for name in names] == [
        "hunt-001",
        "hunt-002",
        "hunt-003",
    ]
    for summary in summaries:
        trained = sagemaker.describe_training_job(TrainingJobName=summary["TrainingJobName"])
        assert trained["TuningJobArn"] == tuning_arn
        assert list(trained["HyperParameters"]) == ["_tuning_objective_metric", "epochs", "x"]
        assert trained["HyperParameters"]["_tuning_objective_metric"] == "loss"
        assert trained["HyperParameters"]["x"] == summary["TunedHyperParameters"]["x"]
        assert trained["FinalMetricDataList"][0]["Value"] == pytest.approx(
            abs(x_of(summary) - 0.3) + 0.5
        )
        assert sagemaker.list_tags(ResourceArn=trained["TrainingJobArn"])["Tags"] == [
            {"Key": "Project", "Value": "p"}
        ]
        key = trained["ModelArtifacts"]["S3ModelArtifacts"].removeprefix("s3://bucket/")
        boto3.client("s3", REGION).head_object(Bucket="bucket", Key=key)
        component = sagemaker.describe_trial_component(
            TrialComponentName=f"{summary['TrainingJobName']}-aws-training-job"
        )
        assert component["Source"]["SourceArn"] == trained["TrainingJobArn"]
    logs = boto3.client("logs", REGION).describe_log_streams(
        logGroupName="/aws/sagemaker/TrainingJobs"
    )["logStreams"]
    assert {each["logStreamName"].split("/")[0] for each in logs} == set(names)
    found = sagemaker.search(
        Resource="TrainingJob",
        SearchExpression={
            "Filters": [{"Name": "TuningJobArn", "Operator": "Equals", "Value": tuning_arn}]
        },
    )["Results"]
    assert {each["TrainingJob"]["TrainingJobName"] for each in found} == set(names)


def test_a_tuning_job_makes_an_experiment(sagemaker: Any) -> None:
    answer = sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=3))
    (experiment,) = sagemaker.list_experiments()["ExperimentSummaries"]
    assert experiment["ExperimentSource"] == {
        "SourceArn": answer["HyperParameterTuningJobArn"],
        "SourceType": "SageMakerHyperParameterTuningJob",
    }
    components = sagemaker.list_trial_components(ExperimentName=experiment["ExperimentName"])
    assert {each["TrialComponentName"] for each in components["TrialComponentSummaries"]} == {
        f"{each['TrainingJobName']}-aws-training-job" for each in listed(sagemaker)
    }


def test_the_description_of_a_tuning_job_that_has_ended(sagemaker: Any) -> None:
    channel = {
        "ChannelName": "train",
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/data/"}},
    }
    boto3.client("s3", REGION).put_object(Bucket="bucket", Key="data/rows.csv", Body=b"1")
    sagemaker.create_hyper_parameter_tuning_job(
        **tuning_job(definition={"InputDataConfig": [channel]})
    )
    answer = described(sagemaker)
    assert answer["HyperParameterTuningJobStatus"] == "Completed"
    assert answer["TrainingJobStatusCounters"] == {
        "Completed": 4,
        "InProgress": 0,
        "RetryableError": 0,
        "NonRetryableError": 0,
        "Stopped": 0,
    }
    assert answer["ObjectiveStatusCounters"] == {"Succeeded": 4, "Pending": 0, "Failed": 0}
    assert answer["CreationTime"] <= answer["HyperParameterTuningEndTime"]
    assert answer["ConsumedResources"]["RuntimeInSeconds"] >= 0
    assert "FailureReason" not in answer
    assert "OverallBestTrainingJob" not in answer
    best = min(listed(sagemaker), key=lambda each: abs(x_of(each) - 0.3))
    objective = best.pop("FinalHyperParameterTuningJobObjectiveMetric")
    assert objective.pop("Type") == "Minimize"
    found = answer["BestTrainingJob"]
    assert found.pop("FinalHyperParameterTuningJobObjectiveMetric") == objective
    assert found == best
    assert best["TrainingStartTime"].microsecond == 0
    config = answer["HyperParameterTuningJobConfig"]
    assert config["TrainingJobEarlyStoppingType"] == "Off"
    assert config["ParameterRanges"] == {
        "IntegerParameterRanges": [],
        "ContinuousParameterRanges": [
            {"Name": "x", "MinValue": "0", "MaxValue": "1", "ScalingType": "Auto"}
        ],
        "CategoricalParameterRanges": [],
    }
    definition = answer["TrainingJobDefinition"]
    assert definition["StaticHyperParameters"] == {"_tuning_objective_metric": "loss"}
    assert definition["InputDataConfig"] == [
        {
            "ChannelName": "train",
            "CompressionType": "None",
            "RecordWrapperType": "None",
            "DataSource": {
                "S3DataSource": {
                    "S3DataType": "S3Prefix",
                    "S3Uri": "s3://bucket/data/",
                    "S3DataDistributionType": "FullyReplicated",
                }
            },
        }
    ]
    assert definition["EnableManagedSpotTraining"] is False
    assert "KmsKeyId" not in definition["OutputDataConfig"]


def test_lists_of_training_jobs(sagemaker: Any, trained: Any) -> None:
    def fails_below_a_half(job: Any) -> None:
        if x_of({"TunedHyperParameters": job.hyperparameters}) < 0.5:
            raise ValueError("too low")
        epochs(job)

    trained(fails_below_a_half)
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=12))
    everything = listed(sagemaker)
    assert len(everything) == 12
    names = [each["TrainingJobName"] for each in everything]
    assert names == sorted(names)
    assert [each["TrainingJobName"] for each in listed(sagemaker, SortOrder="Descending")] == (
        names[::-1]
    )
    assert {each["ObjectiveStatus"] for each in everything if x_of(each) < 0.5} == {"Failed"}
    failed = listed(sagemaker, StatusEquals="Failed")
    assert failed == [each for each in everything if x_of(each) < 0.5]
    assert all("too low" in each["FailureReason"] for each in failed)
    ranked = listed(sagemaker, SortBy="FinalObjectiveMetricValue")
    assert [x_of(each) for each in ranked] == sorted(
        x_of(each) for each in everything if x_of(each) >= 0.5
    )
    page = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName="hunt"
    )
    assert len(page["TrainingJobSummaries"]) == 10
    answer = described(sagemaker)
    assert answer["TrainingJobStatusCounters"]["NonRetryableError"] == len(failed)
    assert answer["ObjectiveStatusCounters"]["Failed"] == len(failed)
    assert answer["HyperParameterTuningJobStatus"] == "Completed"


def test_lists_of_tuning_jobs(sagemaker: Any) -> None:
    for name in ("b", "a", "C1"):
        sagemaker.create_hyper_parameter_tuning_job(**tuning_job(name, jobs=1))

    def names(**request: Any) -> list[str]:
        answer = sagemaker.list_hyper_parameter_tuning_jobs(**request)
        return [
            each["HyperParameterTuningJobName"]
            for each in answer["HyperParameterTuningJobSummaries"]
        ]

    assert sorted(names(), key=str.lower) == ["a", "b", "C1"]
    assert names(SortBy="CreationTime") == ["b", "a", "C1"]
    assert names(NameContains="1") == ["C1"]
    assert names(StatusEquals="Failed") == []
    (summary,) = sagemaker.list_hyper_parameter_tuning_jobs(NameContains="1")[
        "HyperParameterTuningJobSummaries"
    ]
    assert summary["Strategy"] == "Random"
    assert summary["ResourceLimits"] == {
        "MaxNumberOfTrainingJobs": 1,
        "MaxParallelTrainingJobs": 2,
    }
    assert summary["TrainingJobStatusCounters"]["Completed"] == 1


def test_a_grid_is_tried_as_a_whole(sagemaker: Any) -> None:
    ranges = {
        "CategoricalParameterRanges": [
            {"Name": "x", "Values": ["0.1", "0.2", "0.3"]},
            {"Name": "epochs", "Values": ["1", "2"]},
        ]
    }
    sagemaker.create_hyper_parameter_tuning_job(
        **tuning_job(strategy="Grid", jobs=None, config={"ParameterRanges": ranges})
    )
    tuned = [each["TunedHyperParameters"] for each in listed(sagemaker)]
    assert tuned == [
        {"x": x, "epochs": count} for x in ("0.1", "0.2", "0.3") for count in ("1", "2")
    ]
    best = described(sagemaker)["BestTrainingJob"]["TunedHyperParameters"]
    assert best == {"x": "0.3", "epochs": "2"}


@pytest.mark.parametrize("strategy", ["Random", "Bayesian"])
def test_a_seed_repeats_a_tuning_job(sagemaker: Any, strategy: str) -> None:
    seeds = {"one": 7, "two": 7, "three": 8}
    for name, seed in seeds.items():
        sagemaker.create_hyper_parameter_tuning_job(
            **tuning_job(name, strategy, jobs=5, config={"RandomSeed": seed})
        )
    one, two, three = ([x_of(each) for each in listed(sagemaker, name)] for name in seeds)
    assert one == two
    assert one[0] != three[0]


def test_early_stopping_stops_what_is_worse_than_the_median(sagemaker: Any) -> None:
    def tune(name: str, kind: str) -> list[str]:
        sagemaker.create_hyper_parameter_tuning_job(
            **tuning_job(
                name,
                jobs=8,
                config={"TrainingJobEarlyStoppingType": kind, "RandomSeed": 1},
                definition={"StaticHyperParameters": {"epochs": "6"}},
            )
        )
        return [each["TrainingJobStatus"] for each in listed(sagemaker, name)]

    assert set(tune("off", "Off")) == {"Completed"}
    assert set(tune("auto", "Auto")) == {"Completed", "Stopped"}
    answer = described(sagemaker, "auto")
    assert answer["HyperParameterTuningJobStatus"] == "Completed"
    assert answer["TrainingJobStatusCounters"]["Stopped"] >= 1
    assert answer["ObjectiveStatusCounters"]["Succeeded"] == 8
    best = {name: x_of(described(sagemaker, name)["BestTrainingJob"]) for name in ("off", "auto")}
    assert best["off"] == best["auto"]


def lines_of(name: str) -> list[str]:
    logs = boto3.client("logs", REGION)
    group = "/aws/sagemaker/TrainingJobs"
    (stream,) = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=f"{name}/")[
        "logStreams"
    ]
    events = logs.get_log_events(
        logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True
    )["events"]
    return [each["message"] for each in events if each["message"].startswith("loss=")]


def test_hyperband_trains_at_most_half_as_much_as_random(sagemaker: Any) -> None:
    trained: dict[str, list[int]] = {}
    for strategy in ("Random", "Hyperband"):
        sagemaker.create_hyper_parameter_tuning_job(
            **tuning_job(
                strategy,
                strategy,
                jobs=20,
                config={"RandomSeed": 4},
                definition={"StaticHyperParameters": {"epochs": "9"}},
            )
        )
        trained[strategy] = [
            len(lines_of(each["TrainingJobName"])) for each in listed(sagemaker, strategy)
        ]
    assert trained["Random"] == [9] * 20
    assert sum(trained["Hyperband"]) <= sum(trained["Random"]) / 2
    assert set(trained["Hyperband"]) == {1, 3, 9}
    for summary, count in zip(listed(sagemaker, "Hyperband"), trained["Hyperband"], strict=True):
        assert summary["TrainingJobStatus"] == ("Completed" if count == 9 else "Stopped")
    best = {each: x_of(described(sagemaker, each)["BestTrainingJob"]) for each in trained}
    assert abs(best["Hyperband"] - 0.3) < 0.1


def test_hyperband_stops_jobs_at_its_maximal_resource(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(
        **tuning_job(
            strategy="Hyperband",
            jobs=3,
            config={
                "StrategyConfig": {"HyperbandStrategyConfig": {"MinResource": 2, "MaxResource": 4}}
            },
            definition={"StaticHyperParameters": {"epochs": "50"}},
        )
    )
    counts = [len(lines_of(each["TrainingJobName"])) for each in listed(sagemaker)]
    assert set(counts) <= {2, 4}
    assert counts[0] == 4


@pytest.mark.parametrize(
    ("criteria", "jobs"),
    [
        ({"TargetObjectiveMetricValue": 10.0}, 1),
        ({"BestObjectiveNotImproving": {"MaxNumberOfTrainingJobsNotImproving": 3}}, None),
        ({"ConvergenceDetected": {"CompleteOnConvergence": "Enabled"}}, None),
    ],
)
def test_completion_criteria(sagemaker: Any, criteria: dict[str, Any], jobs: int | None) -> None:
    sagemaker.create_hyper_parameter_tuning_job(
        **tuning_job(jobs=60, parallel=1, config={"TuningJobCompletionCriteria": criteria})
    )
    answer, launched = described(sagemaker), listed(sagemaker)
    assert answer["HyperParameterTuningJobStatus"] == "Completed"
    assert len(launched) == jobs if jobs else 4 <= len(launched) < 60
    details = answer["TuningJobCompletionDetails"]
    if "BestObjectiveNotImproving" in criteria:
        assert details["NumberOfTrainingJobsObjectiveNotImproving"] == 3
    if "ConvergenceDetected" in criteria:
        assert details["NumberOfTrainingJobsObjectiveNotImproving"] == 10
        assert details["ConvergenceDetectedTime"] <= answer["HyperParameterTuningEndTime"]


def failing(_: Any) -> None:
    raise RuntimeError("never")


def silent(job: Any) -> None:
    job.log("no objective")


@pytest.mark.parametrize(
    ("function", "jobs", "launched", "reason"),
    [
        (failing, 9, 5, "No training job succeeded after 5 attempts. Please take a look at"),
        (failing, 2, 2, "All training jobs failed. Please take a look at the training jobs"),
        (silent, 9, 5, "No objective metrics found after running 5 training jobs. Please"),
        (silent, 3, 3, "No objective metrics found after running 3 training jobs. Please"),
    ],
)
def test_failures(
    sagemaker: Any,
    trained: Any,
    function: TrainingFunction,
    jobs: int,
    launched: int,
    reason: str,
) -> None:
    trained(function)
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=jobs))
    answer = described(sagemaker)
    assert answer["HyperParameterTuningJobStatus"] == "Failed"
    assert answer["FailureReason"].startswith(reason)
    assert "BestTrainingJob" not in answer
    assert len(listed(sagemaker)) == launched


def test_an_internal_error_of_a_training_job_can_be_retried(sagemaker: Any) -> None:
    control.fail_training_job("InternalServerError: We encountered an internal error.")
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=3))
    answer = described(sagemaker)
    assert answer["HyperParameterTuningJobStatus"] == "Completed"
    assert answer["TrainingJobStatusCounters"]["RetryableError"] == 1
    assert answer["TrainingJobStatusCounters"]["Completed"] == 2


def test_training_jobs_that_cannot_be_created_fail_the_tuning_job(sagemaker: Any) -> None:
    control.deny("CreateTrainingJob")
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job())
    answer = described(sagemaker)
    assert answer["HyperParameterTuningJobStatus"] == "Failed"
    assert "not authorized to perform: sagemaker:CreateTrainingJob" in answer["FailureReason"]


def test_an_unknown_image_completes_without_a_best_job(mocked: None) -> None:
    sagemaker = boto3.client("sagemaker", REGION)
    boto3.client("s3", REGION).create_bucket(Bucket="bucket")
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=7))
    answer = described(sagemaker)
    assert answer["HyperParameterTuningJobStatus"] == "Completed"
    assert answer["TrainingJobStatusCounters"]["Completed"] == 7
    assert "BestTrainingJob" not in answer


def test_several_definitions_take_turns(sagemaker: Any) -> None:
    request = tuning_job(jobs=5)
    config, definition = request["HyperParameterTuningJobConfig"], training_definition()
    definition["TuningObjective"] = config.pop("HyperParameterTuningJobObjective")
    definition["HyperParameterRanges"] = config.pop("ParameterRanges")
    del request["TrainingJobDefinition"]
    static = {"StaticHyperParameters": {"epochs": "3"}}
    request["TrainingJobDefinitions"] = [
        {**definition, "DefinitionName": "short"},
        {**definition, **static, "DefinitionName": "long"},
    ]
    sagemaker.create_hyper_parameter_tuning_job(**request)
    names = [each["TrainingJobDefinitionName"] for each in listed(sagemaker)]
    assert names == ["short", "long", "short", "long", "short"]
    answer = described(sagemaker)
    assert answer["BestTrainingJob"]["TrainingJobDefinitionName"] == "long"
    assert set(answer["HyperParameterTuningJobConfig"]) == {"Strategy", "ResourceLimits"}
    assert answer["TrainingJobDefinitions"][1]["StaticHyperParameters"] == {
        "_tuning_objective_metric": "loss",
        "epochs": "3",
    }


def test_instance_configurations_of_tuning(sagemaker: Any) -> None:
    resources = {
        "VolumeSizeInGB": 5,
        "AllocationStrategy": "Prioritized",
        "InstanceConfigs": [
            {"InstanceType": "ml.c5.xlarge", "InstanceCount": 2, "VolumeSizeInGB": 7},
            {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 9},
        ],
    }
    request = tuning_job(jobs=1)
    definition = request["TrainingJobDefinition"]
    del definition["ResourceConfig"]
    definition["HyperParameterTuningResourceConfig"] = resources
    sagemaker.create_hyper_parameter_tuning_job(**request)
    (summary,) = listed(sagemaker)
    trained = sagemaker.describe_training_job(TrainingJobName=summary["TrainingJobName"])
    assert trained["ResourceConfig"] == {
        "InstanceType": "ml.c5.xlarge",
        "InstanceCount": 2,
        "VolumeSizeInGB": 7,
    }


def test_autotune_chooses_ranges_by_hints(sagemaker: Any) -> None:
    ranges = {"AutoParameters": [{"Name": "x", "ValueHint": "0.3"}]}
    sagemaker.create_hyper_parameter_tuning_job(
        **tuning_job(jobs=6, config={"ParameterRanges": ranges}, Autotune={"Mode": "Enabled"})
    )
    assert described(sagemaker)["Autotune"] == {"Mode": "Enabled"}
    assert all(0.03 <= x_of(each) <= 1 for each in listed(sagemaker))
    assert len({x_of(each) for each in listed(sagemaker)}) == 6


# While it runs.


def test_a_held_training_job_leaves_room_for_others(sagemaker: Any) -> None:
    control.hold_training_job(name="hunt-002-*")
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=5))
    answer = described(sagemaker)
    assert answer["HyperParameterTuningJobStatus"] == "InProgress"
    assert answer["TrainingJobStatusCounters"]["InProgress"] == 1
    assert answer["TrainingJobStatusCounters"]["Completed"] == 4
    assert answer["ObjectiveStatusCounters"] == {"Succeeded": 4, "Pending": 1, "Failed": 0}
    assert "HyperParameterTuningEndTime" not in answer
    (held,) = listed(sagemaker, StatusEquals="InProgress")
    assert held["ObjectiveStatus"] == "Pending"
    control.release()
    assert described(sagemaker)["HyperParameterTuningJobStatus"] == "Completed"
    assert len(listed(sagemaker, StatusEquals="Completed")) == 5


def test_no_more_than_the_parallel_training_jobs_are_held(sagemaker: Any) -> None:
    control.hold_training_job(name="hunt-*", times=None)
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=7, parallel=3))
    for launched in (3, 6, 7):
        assert len(listed(sagemaker)) == launched
        assert described(sagemaker)["HyperParameterTuningJobStatus"] == "InProgress"
        control.release()
    assert described(sagemaker)["HyperParameterTuningJobStatus"] == "Completed"


def test_who_describes_a_tuning_job_looks_at_its_training_jobs(sagemaker: Any) -> None:
    state_manager.set_transition("sagemaker::training-job", {"progression": "manual", "times": 1})
    try:
        sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=3, parallel=1))
        statuses = []
        while not statuses or statuses[-1] == "InProgress":
            statuses.append(described(sagemaker)["HyperParameterTuningJobStatus"])
            assert len(statuses) < 40
    finally:
        state_manager.unset_transition("sagemaker::training-job")
    assert statuses[-1] == "Completed"
    assert len(statuses) >= 12


def test_a_tuning_job_has_a_pace_of_its_own(sagemaker: Any) -> None:
    model = "sagemaker::hyper-parameter-tuning-job"
    state_manager.set_transition(model, {"progression": "manual", "times": 2})
    try:
        sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=2))
        statuses = [described(sagemaker)["HyperParameterTuningJobStatus"] for _ in range(3)]
    finally:
        state_manager.unset_transition(model)
    assert statuses == ["InProgress", "Completed", "Completed"]


def test_stopping_stops_the_training_jobs(sagemaker: Any, error_of: Any) -> None:
    control.hold_training_job(name="hunt-*", times=None)
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=9, parallel=3))
    assert described(sagemaker)["TrainingJobStatusCounters"]["InProgress"] == 3
    sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="hunt")
    answer = described(sagemaker)
    assert answer["HyperParameterTuningJobStatus"] == "Stopped"
    assert answer["TrainingJobStatusCounters"]["Stopped"] == 3
    assert answer["ObjectiveStatusCounters"] == {"Succeeded": 0, "Pending": 0, "Failed": 3}
    assert {each["TrainingJobStatus"] for each in listed(sagemaker)} == {"Stopped"}
    assert error_of(
        sagemaker.stop_hyper_parameter_tuning_job, HyperParameterTuningJobName="hunt"
    ) == (
        "ValidationException",
        "The request was rejected because the hyperparameter tuning job is in status Stopped.",
    )


def test_a_stopping_tuning_job_shows_its_training_jobs_in_progress(sagemaker: Any) -> None:
    state_manager.set_transition("sagemaker::training-job", {"progression": "manual", "times": 2})
    try:
        sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=9, parallel=3))
        sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="hunt")
        answer = described(sagemaker)
    finally:
        state_manager.unset_transition("sagemaker::training-job")
    assert answer["HyperParameterTuningJobStatus"] == "Stopping"
    assert answer["TrainingJobStatusCounters"]["InProgress"] == 3
    assert described(sagemaker)["HyperParameterTuningJobStatus"] == "Stopped"


def test_deleting_leaves_the_training_jobs(sagemaker: Any, error_of: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=2))
    names = [each["TrainingJobName"] for each in listed(sagemaker)]
    sagemaker.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName="hunt")
    assert error_of(
        sagemaker.describe_hyper_parameter_tuning_job, HyperParameterTuningJobName="hunt"
    ) == ("ResourceNotFound", "Could not find requested job with name: hunt")
    assert [
        each["TrainingJobName"] for each in sagemaker.list_training_jobs()["TrainingJobSummaries"]
    ] == names
    # The name is free again, and new training jobs get other names.
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=2))
    assert not {each["TrainingJobName"] for each in listed(sagemaker)} & set(names)


def test_a_tuning_job_in_progress_cannot_be_deleted(sagemaker: Any, error_of: Any) -> None:
    control.hold_training_job()
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job(parallel=1))
    assert error_of(
        sagemaker.delete_hyper_parameter_tuning_job, HyperParameterTuningJobName="hunt"
    ) == (
        "ResourceInUse",
        "The request was rejected because the hyperparameter tuning job is in status InProgress.",
    )


def test_a_deleted_training_job_still_counts(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=3))
    name = listed(sagemaker)[0]["TrainingJobName"]
    sagemaker.delete_training_job(TrainingJobName=name)
    assert len(listed(sagemaker)) == 2
    assert described(sagemaker)["TrainingJobStatusCounters"]["Completed"] == 3


def test_a_waiter_of_a_held_training_job_says_so(sagemaker: Any) -> None:
    control.hold_training_job(name="hunt-001-*")
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job(parallel=1))
    (held,) = listed(sagemaker)
    with pytest.raises(WaiterError, match="held"):
        sagemaker.get_waiter("training_job_completed_or_stopped").wait(
            TrainingJobName=held["TrainingJobName"]
        )


def test_one_worker_is_enough_in_the_background() -> None:
    with mock_sagemaker(training="background", max_workers=1):
        containers.register(IMAGE, train=epochs)
        boto3.client("s3", REGION).create_bucket(Bucket="bucket")
        sagemaker = boto3.client("sagemaker", REGION)
        for name in ("one", "two"):
            sagemaker.create_hyper_parameter_tuning_job(**tuning_job(name, jobs=6, parallel=3))
        for name in ("one", "two"):
            while described(sagemaker, name)["HyperParameterTuningJobStatus"] == "InProgress":
                waiter = sagemaker.get_waiter("training_job_completed_or_stopped")
                for each in listed(sagemaker, name):
                    waiter.wait(TrainingJobName=each["TrainingJobName"])
            assert described(sagemaker, name)["TrainingJobStatusCounters"]["Completed"] == 6
        seeded = [[x_of(each) for each in listed(sagemaker, name)] for name in ("one", "two")]
        assert seeded[0] == seeded[1]


def test_a_training_job_of_a_user_belongs_to_no_tuning_job(sagemaker: Any) -> None:
    sagemaker.create_training_job(**job("own"))
    assert "TuningJobArn" not in sagemaker.describe_training_job(TrainingJobName="own")
