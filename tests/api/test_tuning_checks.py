"""What CreateHyperParameterTuningJob refuses, and in which words; warm start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from tests.api.conftest import IMAGE, LINEAR_LEARNER, REGION, ErrorOf, tuning_job
from tests.api.test_tuning_jobs import described, epochs, listed, x_of

from sagemock import containers, control, mock_sagemaker

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def sagemaker(mocked: None) -> Any:
    containers.register(IMAGE, train=epochs)
    boto3.client("s3", REGION).create_bucket(Bucket="bucket")
    return boto3.client("sagemaker", REGION)


def refusal(sagemaker: Any, error_of: ErrorOf, request: dict[str, Any]) -> str:
    code, message = error_of(sagemaker.create_hyper_parameter_tuning_job, **request)
    assert code == "ValidationException"
    assert sagemaker.list_training_jobs()["TrainingJobSummaries"] == []
    return message


def integers(low: str, high: str, scaling: str = "Linear") -> dict[str, Any]:
    each = {"Name": "x", "MinValue": low, "MaxValue": high, "ScalingType": scaling}
    return {"ParameterRanges": {"IntegerParameterRanges": [each]}}


def numbers(low: str, high: str, scaling: str = "Linear") -> dict[str, Any]:
    each = {"Name": "x", "MinValue": low, "MaxValue": high, "ScalingType": scaling}
    return {"ParameterRanges": {"ContinuousParameterRanges": [each]}}


def categories(*values: str, name: str = "x") -> dict[str, Any]:
    each = {"Name": name, "Values": list(values)}
    return {"ParameterRanges": {"CategoricalParameterRanges": [each]}}


def test_the_seen_texts(sagemaker: Any, error_of: ErrorOf) -> None:
    objective = {"HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "other"}}
    assert refusal(sagemaker, error_of, tuning_job(config=objective)) == (
        "A metric is required for this hyperparameter tuning job objective. Provide a metric in "
        "the metric definitions."
    )
    assert refusal(sagemaker, error_of, tuning_job(jobs=10, config=integers("1", "3"))) == (
        "You don't have enough combinations of hyperparameter ranges. The total number of "
        "hyperparameter combinations for the provided ranges [3.0] must be equal or greater than "
        "the value of MaxNumberOfJobs, [10]. Provide additional ranges."
    )
    empty = tuning_job()
    del empty["TrainingJobDefinition"]
    assert refusal(sagemaker, error_of, empty) == "No Tuning Job Configuration found."


def test_a_name_is_taken_in_whatever_case(sagemaker: Any, error_of: ErrorOf) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job("Hunt", jobs=1))
    assert error_of(sagemaker.create_hyper_parameter_tuning_job, **tuning_job("hunt", jobs=1)) == (
        "ResourceInUse",
        "A hyperparameter tuning job with the name, hunt, already exists. Choose a different name.",
    )
    assert described(sagemaker, "HUNT")["HyperParameterTuningJobName"] == "Hunt"
    assert len(listed(sagemaker, "hunt")) == 1


@pytest.mark.parametrize(
    "operation",
    [
        "describe_hyper_parameter_tuning_job",
        "stop_hyper_parameter_tuning_job",
        "delete_hyper_parameter_tuning_job",
        "list_training_jobs_for_hyper_parameter_tuning_job",
    ],
)
def test_an_unknown_tuning_job(sagemaker: Any, error_of: ErrorOf, operation: str) -> None:
    code, _ = error_of(getattr(sagemaker, operation), HyperParameterTuningJobName="none")
    assert code == "ResourceNotFound"


HYPERBAND = {"HyperbandStrategyConfig": {"MinResource": 5, "MaxResource": 3}}


@pytest.mark.parametrize(
    ("strategy", "jobs", "config", "text"),
    [
        ("Random", 4, integers("low", "3"), "of the integer range x must be numbers: [low, 3]"),
        ("Random", 4, integers("1.5", "30"), "must be numbers"),
        ("Random", 4, numbers("0", "inf"), "must be numbers"),
        ("Random", 4, numbers("nan", "1"), "must be numbers"),
        ("Random", 4, numbers("2", "1"), "MinValue [2] cannot be greater than MaxValue [1]"),
        ("Random", 4, numbers("0", "1", "Logarithmic"), "Logarithmic requires a range above 0"),
        ("Random", 4, numbers("0", "1", "ReverseLogarithmic"), "within 0 <= x < 1"),
        ("Random", 4, integers("0", "9", "ReverseLogarithmic"), "not supported for integer"),
        ("Random", None, {}, "MaxNumberOfTrainingJobs is required"),
        ("Random", 4, {"ParameterRanges": {}}, "At least one hyperparameter range"),
        ("Random", 4, {"StrategyConfig": HYPERBAND}, "only be specified for the strategy Hyper"),
        ("Hyperband", 4, {"StrategyConfig": HYPERBAND}, "MinResource [5] cannot be greater"),
        ("Hyperband", 4, {"TrainingJobEarlyStoppingType": "Auto"}, "must be Off for the strategy"),
        ("Grid", None, {}, "The strategy Grid supports categorical parameter ranges only."),
        ("Grid", 4, categories("0.1", "0.2"), "must be equal to the number of combinations"),
        ("Random", 1, categories("1", name="epochs"), "both static and tunable: epochs"),
    ],
)
def test_what_does_not_fit_together(
    sagemaker: Any,
    error_of: ErrorOf,
    strategy: str,
    jobs: int | None,
    config: dict[str, Any],
    text: str,
) -> None:
    definition = {"StaticHyperParameters": {"epochs": "1"}}
    request = tuning_job(strategy=strategy, jobs=jobs, config=config, definition=definition)
    assert text in refusal(sagemaker, error_of, request)


def both_definitions(request: dict[str, Any]) -> None:
    request["TrainingJobDefinitions"] = [request["TrainingJobDefinition"]]


def two_resources(request: dict[str, Any]) -> None:
    definition = request["TrainingJobDefinition"]
    definition["HyperParameterTuningResourceConfig"] = definition["ResourceConfig"]


def no_objective(request: dict[str, Any]) -> None:
    del request["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]


def repeated_name(request: dict[str, Any]) -> None:
    ranges = request["HyperParameterTuningJobConfig"]["ParameterRanges"]
    ranges["CategoricalParameterRanges"] = [{"Name": "x", "Values": ["1"]}]


def spot_without_wait(request: dict[str, Any]) -> None:
    request["TrainingJobDefinition"]["EnableManagedSpotTraining"] = True


def several(request: dict[str, Any]) -> None:
    """Definitions without objectives and names, beside a configuration with both."""
    request["TrainingJobDefinitions"] = [request.pop("TrainingJobDefinition")]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (both_definitions, "cannot be specified together"),
        (two_resources, "Exactly one of ResourceConfig and HyperParameterTuningResourceConfig"),
        (no_objective, "objective is required"),
        (repeated_name, "Hyperparameter names must be unique in the ranges: x."),
        (spot_without_wait, "Invalid MaxWaitTimeInSeconds"),
        (several, "cannot be specified together with TrainingJobDefinitions"),
    ],
)
def test_what_does_not_fit_in_a_request(
    sagemaker: Any, error_of: ErrorOf, change: Change, text: str
) -> None:
    request = tuning_job()
    change(request)
    assert text in refusal(sagemaker, error_of, request)


@pytest.mark.parametrize(("jobs", "parallel"), [(751, 1), (4, 101)])
def test_limits(sagemaker: Any, error_of: ErrorOf, jobs: int, parallel: int) -> None:
    request = tuning_job(strategy="Bayesian", jobs=jobs, parallel=parallel)
    code, message = error_of(sagemaker.create_hyper_parameter_tuning_job, **request)
    assert code == "ResourceLimitExceeded"
    assert "per hyperparameter tuning job" in message


def test_a_built_in_algorithm_brings_its_metrics(sagemaker: Any) -> None:
    s3 = boto3.client("s3", REGION)
    rows = "".join(f"{x > 50:d},{x},{100 - x}\n" for x in range(100))
    channels = []
    for name in ("train", "validation"):
        s3.put_object(Bucket="bucket", Key=f"{name}/rows.csv", Body=rows)
        source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://bucket/{name}/"}
        channel = {"ChannelName": name, "ContentType": "text/csv"}
        channels.append({**channel, "DataSource": {"S3DataSource": source}})
    target = {"Type": "Minimize", "MetricName": "validation:objective_loss"}
    ranges = {
        "ContinuousParameterRanges": [
            {"Name": "learning_rate", "MinValue": "0.0001", "MaxValue": "1"}
        ]
    }
    sagemaker.create_hyper_parameter_tuning_job(
        **tuning_job(
            jobs=3,
            config={"HyperParameterTuningJobObjective": target, "ParameterRanges": ranges},
            definition={
                "AlgorithmSpecification": {
                    "TrainingImage": LINEAR_LEARNER,
                    "TrainingInputMode": "File",
                },
                "StaticHyperParameters": {
                    "predictor_type": "binary_classifier",
                    "mini_batch_size": "10",
                    "epochs": "2",
                    "num_models": "8",
                },
                "InputDataConfig": channels,
            },
        )
    )
    answer = described(sagemaker)
    assert answer["HyperParameterTuningJobStatus"] == "Completed"
    algorithm = answer["TrainingJobDefinition"]["AlgorithmSpecification"]
    names = {each["Name"] for each in algorithm["MetricDefinitions"]}
    assert "validation:objective_loss" in names
    best = answer["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]
    losses = [
        each["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for each in listed(sagemaker)
    ]
    assert best["Value"] == min(losses)
    assert len(set(losses)) == 3
    # Under tuning the algorithm trains one model, whatever is asked for.
    logs = boto3.client("logs", REGION)
    group = "/aws/sagemaker/TrainingJobs"
    stream = logs.describe_log_streams(logGroupName=group)["logStreams"][0]["logStreamName"]
    events = logs.get_log_events(logGroupName=group, logStreamName=stream)["events"]
    assert not any('"model": 1' in each["message"] for each in events)
    assert any('"model": 0' in each["message"] for each in events)


# Warm start.


def child(kind: str = "IdenticalDataAndAlgorithm", *parents: str, **changes: Any) -> dict[str, Any]:
    names = [{"HyperParameterTuningJobName": name} for name in parents or ("hunt",)]
    warm = {"ParentHyperParameterTuningJobs": names, "WarmStartType": kind}
    return tuning_job("child", changes.pop("strategy", "Bayesian"), WarmStartConfig=warm, **changes)


@pytest.mark.parametrize("strategy", ["Random", "Bayesian"])
@pytest.mark.parametrize("kind", ["IdenticalDataAndAlgorithm", "TransferLearning"])
def test_a_warm_start_goes_on_where_its_parents_ended(
    sagemaker: Any, kind: str, strategy: str
) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=6))
    sagemaker.create_hyper_parameter_tuning_job(**child(kind, strategy=strategy, jobs=3))
    answer = described(sagemaker, "child")
    assert answer["HyperParameterTuningJobStatus"] == "Completed"
    assert answer["WarmStartConfig"]["WarmStartType"] == kind
    earlier, later = (
        [x_of(each) for each in listed(sagemaker, name)] for name in ("hunt", "child")
    )
    best = answer["BestTrainingJob"]
    assert abs(x_of(best) - 0.3) == min(abs(x - 0.3) for x in later)
    if kind == "TransferLearning":
        assert "OverallBestTrainingJob" not in answer
        return
    assert not set(earlier) & set(later)
    overall = answer["OverallBestTrainingJob"]
    assert abs(x_of(overall) - 0.3) == min(abs(x - 0.3) for x in (*earlier, *later))
    assert overall["TuningJobName"] == ("child" if x_of(overall) in later else "hunt")


def test_a_bayesian_child_uses_what_its_parent_knows(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=10))
    sagemaker.create_hyper_parameter_tuning_job(**child(jobs=3))
    assert min(abs(x_of(each) - 0.3) for each in listed(sagemaker, "child")) < 0.1


def test_parents_must_have_ended(sagemaker: Any, error_of: ErrorOf) -> None:
    control.hold_training_job()
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job(parallel=1))
    code, message = error_of(sagemaker.create_hyper_parameter_tuning_job, **child())
    assert code == "ValidationException"
    assert "hunt is in status InProgress" in message
    assert error_of(sagemaker.create_hyper_parameter_tuning_job, **child("TransferLearning", "no"))[
        0
    ] == ("ResourceNotFound")


NAMES = (
    "The set of tunable plus static HyperParameter names is not the same across current and parent "
    "tuning jobs. Please ensure this set is constant when warm starting. Note that previously "
    "static HyperParameters can be tuned in warm start jobs and vice versa."
)
LIMITED = "Only the following fields in TrainingJobDefinition are allowed to change"


@pytest.mark.parametrize(
    ("kind", "config", "definition", "text"),
    [
        ("TransferLearning", {}, {"StaticHyperParameters": {"more": "1"}}, NAMES),
        ("TransferLearning", integers("0", "9"), {}, "The type of a hyperparameter cannot change"),
        (
            "TransferLearning",
            {"HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "loss"}},
            {},
            "The objective metric of the parent tuning job hunt is not that of the current",
        ),
        (
            "IdenticalDataAndAlgorithm",
            {},
            {
                "AlgorithmSpecification": {
                    "TrainingImage": f"{IMAGE}-2",
                    "TrainingInputMode": "File",
                    "MetricDefinitions": [{"Name": "loss", "Regex": "loss=(.*?);"}],
                }
            },
            LIMITED,
        ),
    ],
)
def test_rules_of_warm_start(
    sagemaker: Any,
    error_of: ErrorOf,
    kind: str,
    config: dict[str, Any],
    definition: dict[str, Any],
    text: str,
) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=1))
    request = child(kind, config=config, definition=definition)
    code, message = error_of(sagemaker.create_hyper_parameter_tuning_job, **request)
    assert code == "ValidationException"
    assert text in message


def test_what_was_static_can_be_tuned(sagemaker: Any) -> None:
    static = {"StaticHyperParameters": {"epochs": "2"}}
    sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=4, definition=static))
    ranges = {"IntegerParameterRanges": [{"Name": "epochs", "MinValue": "1", "MaxValue": "5"}]}
    request = child(
        jobs=3,
        config={"ParameterRanges": ranges},
        definition={"StaticHyperParameters": {"x": "0.3"}},
    )
    sagemaker.create_hyper_parameter_tuning_job(**request)
    tuned = [each["TunedHyperParameters"] for each in listed(sagemaker, "child")]
    assert all(set(each) == {"epochs"} for each in tuned)


# Without validation.


@pytest.mark.parametrize(
    ("strategy", "jobs", "config"),
    [
        ("Random", 4, numbers("low", "1")),
        ("Random", 4, numbers("0", "1", "Logarithmic")),
        ("Random", None, {}),
        ("Random", 10**9, {}),
        ("Grid", None, numbers("0", "1")),
    ],
)
def test_without_validation_nothing_is_launched_without_end(
    strategy: str, jobs: int | None, config: dict[str, Any]
) -> None:
    with mock_sagemaker(validation="off"):
        sagemaker = boto3.client("sagemaker", REGION)
        request = tuning_job(strategy=strategy, jobs=jobs, config=config)
        sagemaker.create_hyper_parameter_tuning_job(**request)
        assert described(sagemaker)["BestTrainingJob"]["TrainingJobName"] == "FakeTrainingJobName"
        assert sagemaker.list_training_jobs()["TrainingJobSummaries"] == []


def test_without_validation_moto_keeps_what_cannot_be_run(error_of: ErrorOf) -> None:
    with mock_sagemaker(validation="off"):
        containers.register(IMAGE, train=epochs)
        sagemaker = boto3.client("sagemaker", REGION)
        boto3.client("s3", REGION).create_bucket(Bucket="bucket")
        empty = tuning_job("empty", Tags=[{"Key": "k", "Value": "v"}])
        del empty["TrainingJobDefinition"]
        tuning_arn = sagemaker.create_hyper_parameter_tuning_job(**empty)[
            "HyperParameterTuningJobArn"
        ]
        assert described(sagemaker, "empty")["BestTrainingJob"]["TrainingJobName"] == (
            "FakeTrainingJobName"
        )
        assert sagemaker.list_tags(ResourceArn=tuning_arn)["Tags"] == [{"Key": "k", "Value": "v"}]
        assert (
            len(sagemaker.list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"])
            == 1
        )
        sagemaker.create_hyper_parameter_tuning_job(**tuning_job(jobs=2))
        assert described(sagemaker)["TrainingJobStatusCounters"]["Completed"] == 2
        sagemaker.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName="empty")
        sagemaker.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName="hunt")
