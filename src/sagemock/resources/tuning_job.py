"""Documents of hyperparameter tuning jobs, and the training jobs that they launch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sagemock.documents import Document
from sagemock.resources import job, types
from sagemock.resources.arn import Arn

OBJECTIVE = "_tuning_objective_metric"
"""The hyperparameter by which a training job learns which metric is tuned for."""

RANGES = ("IntegerParameterRanges", "ContinuousParameterRanges", "CategoricalParameterRanges")

Metrics = Callable[[Document], Sequence[Mapping[str, str]]]
"""Returns the MetricDefinitions that the service has for a training job definition."""


def new(
    request: Document, arn: Arn, now: float, *, metrics: Metrics, fills_in: bool = True
) -> dict[str, Any]:
    """The document of a new tuning job: the request, and what the service adds.

    The defaults were observed on AWS; see DescribeHyperParameterTuningJob in its API reference.

    Parameters
    ----------
    request : Document
        The request.
    arn : Arn
        The ARN of the job.
    now : float
        Seconds since the epoch.
    metrics : Metrics
        Returns the metric definitions of a built-in algorithm, none for other images.
    fills_in : bool
        Whether to add defaults inside of its structures as AWS does.
    """
    config = request["HyperParameterTuningJobConfig"]
    document = {
        **job.begun(types.HYPER_PARAMETER_TUNING_JOB, request, arn, now),
        # Lists of tuning jobs have these at the top level.
        "Strategy": config["Strategy"],
        "ResourceLimits": config["ResourceLimits"],
        "TrainingJobStatusCounters": dict.fromkeys(STATUS_COUNTERS, 0),
        "ObjectiveStatusCounters": dict.fromkeys(OBJECTIVE_COUNTERS, 0),
        "TuningJobCompletionDetails": {"NumberOfTrainingJobsObjectiveNotImproving": 0},
    }
    if not fills_in:
        return document
    if "TrainingJobDefinition" in request:
        document["HyperParameterTuningJobConfig"] = _config(config)
        document["TrainingJobDefinition"] = _definition(
            request, request["TrainingJobDefinition"], metrics
        )
    if "TrainingJobDefinitions" in request:
        document["TrainingJobDefinitions"] = [
            _definition(request, each, metrics) for each in request["TrainingJobDefinitions"]
        ]
    return document


def _config(config: Document) -> Document:
    """The configuration of a job with one definition; clients iterate over all three lists."""
    return {
        **config,
        "TrainingJobEarlyStoppingType": config.get("TrainingJobEarlyStoppingType", "Off"),
        **_of_ranges("ParameterRanges", config),
    }


def _of_ranges(member: str, holder: Document) -> Document:
    if member not in holder:
        return {}
    ranges = holder[member]
    filled = {name: [_range(each) for each in ranges.get(name, ())] for name in RANGES}
    return {member: {**ranges, **filled}}


def _range(each: Document) -> Document:
    return {**each, "ScalingType": each.get("ScalingType", "Auto")} if "MinValue" in each else each


def _definition(request: Document, definition: Document, metrics: Metrics) -> Document:
    target = objective(request, definition)
    filled = {
        **definition,
        "StaticHyperParameters": {
            **({OBJECTIVE: target["MetricName"]} if target else {}),
            **definition.get("StaticHyperParameters", {}),
        },
        **_of_ranges("HyperParameterRanges", definition),
    }
    if "HyperParameterTuningResourceConfig" in definition:
        # The SageMaker SDK sends that alone, and reads the other one.
        filled["ResourceConfig"] = _resources(definition)
    defined = metrics(definition)
    if defined:
        filled["AlgorithmSpecification"] = {
            **definition["AlgorithmSpecification"],
            "MetricDefinitions": [dict(each) for each in defined],
        }
    if "InputDataConfig" in definition:
        filled["InputDataConfig"] = [_channel(each) for each in definition["InputDataConfig"]]
    for switch in _SWITCHES:
        filled.setdefault(switch, False)
    return filled


_SWITCHES = (
    "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption",
    "EnableManagedSpotTraining",
)


def _channel(request: Document) -> Document:
    source = dict(request["DataSource"])
    if "S3DataSource" in source:
        source["S3DataSource"] = {
            "S3DataDistributionType": "FullyReplicated",
            **source["S3DataSource"],
        }
    defaults = {"CompressionType": "None", "RecordWrapperType": "None"}
    return {**defaults, **request, "DataSource": source}


STATUS_COUNTERS = ("Completed", "InProgress", "RetryableError", "NonRetryableError", "Stopped")
OBJECTIVE_COUNTERS = ("Succeeded", "Pending", "Failed")


def definitions(document: Document) -> list[Document]:
    """The training job definitions of a document or request: one, or several."""
    if "TrainingJobDefinition" in document:
        return [document["TrainingJobDefinition"]]
    return list(document.get("TrainingJobDefinitions", ()))


def objective(document: Document, definition: Document) -> Document:
    """The Type and MetricName of what is tuned for; empty if the request has none."""
    target: Document = definition.get("TuningObjective", {})
    if "TrainingJobDefinition" in document:
        config = document["HyperParameterTuningJobConfig"]
        target = config.get("HyperParameterTuningJobObjective", target)
    return target


def ranges(document: Document, definition: Document) -> Document:
    """The ParameterRanges of a definition; empty if the request has none."""
    own: Document = definition.get("HyperParameterRanges", {})
    if "TrainingJobDefinition" in document:
        own = document["HyperParameterTuningJobConfig"].get("ParameterRanges", own)
    return own


def names(ranges: Document) -> Iterator[str]:
    """The names of the hyperparameters in ParameterRanges."""
    for member in (*RANGES, "AutoParameters"):
        for each in ranges.get(member, ()):
            yield each["Name"]


_COPIED = (
    "RoleArn",
    "InputDataConfig",
    "VpcConfig",
    "OutputDataConfig",
    "StoppingCondition",
    *_SWITCHES,
    "CheckpointConfig",
    "RetryStrategy",
    "Environment",
)


def training_request(
    document: Document,
    definition: Document,
    name: str,
    configuration: Mapping[str, str],
    *,
    has_own_metrics: bool,
) -> dict[str, Any]:
    """The request for a training job of a tuning job.

    Parameters
    ----------
    document : Document
        The document of the tuning job, or its request.
    definition : Document
        One of its training job definitions.
    name : str
        The name of the training job.
    configuration : Mapping[str, str]
        The values of the hyperparameters that are tuned.
    has_own_metrics : bool
        Whether the service has metric definitions for the algorithm; those of the tuning job are
        not passed on then.
    """
    algorithm = dict(definition["AlgorithmSpecification"])
    if has_own_metrics:
        algorithm.pop("MetricDefinitions", None)
    static = definition.get("StaticHyperParameters", {})
    target = {OBJECTIVE: objective(document, definition).get("MetricName", "")}
    request = {
        "TrainingJobName": name,
        "HyperParameters": {**target, **static, **configuration},
        "AlgorithmSpecification": algorithm,
        "ResourceConfig": _resources(definition),
        **{member: definition[member] for member in _COPIED if member in definition},
        "Tags": list(document.get("Tags", ())),
    }
    if types.HYPER_PARAMETER_TUNING_JOB.arn_member in document:
        # No client can send this: the member is none of CreateTrainingJob's.
        request["TuningJobArn"] = document[types.HYPER_PARAMETER_TUNING_JOB.arn_member]
    return request


def _resources(definition: Document) -> Document:
    """The ResourceConfig; of several instance configurations, the first one always has room."""
    if "ResourceConfig" in definition:
        resources: Document = definition["ResourceConfig"]
        return resources
    config = definition.get("HyperParameterTuningResourceConfig", {})
    first = config.get("InstanceConfigs", [{}])[0]
    merged = {"VolumeSizeInGB": 30, **config, **first}
    members = ("InstanceType", "InstanceCount", "VolumeSizeInGB", "VolumeKmsKeyId")
    return {member: merged[member] for member in members if member in merged}
