"""What is wrong with CreateHyperParameterTuningJob beyond what the service model says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from sagemock.accounts.world import Request
from sagemock.documents import Document
from sagemock.errors import ResourceLimitExceeded, ValidationException
from sagemock.resources import tuning_job, tuning_ranges
from sagemock.resources.tuning_job import Metrics
from sagemock.tuning.parameters import ContinuousParameter, IntegerParameter

MAX_PARALLEL = 100
"""Limit of training jobs that run at the same time: what AWS raises it to on request."""

MAX_JOBS = {"Random": 10_000}
"""Limit of training jobs of a tuning job by strategy, likewise; see also `USUAL_MAX_JOBS`."""

USUAL_MAX_JOBS = 750

MAX_TUNED = 30
"""How many hyperparameters can be tuned."""

MAX_HYPERPARAMETERS = 100
"""How many there can be, with static ones and the one that the service adds."""


def check(request: Request) -> None:
    """Check a request by itself. Raises `ValidationException` with the first problem."""
    for problem in _problems(request):
        raise ValidationException(problem)


def _problems(request: Request) -> Iterator[str]:
    definitions = tuning_job.definitions(request)
    if not definitions:
        yield "No Tuning Job Configuration found."
    if "TrainingJobDefinition" in request and "TrainingJobDefinitions" in request:
        yield "TrainingJobDefinition and TrainingJobDefinitions cannot be specified together."
    yield from _strategy_problems(request)
    if "TrainingJobDefinitions" in request:
        yield from _problems_of_several(request, definitions)
    for definition in definitions:
        yield from _definition_problems(request, definition)
    yield from _count_problems(request, definitions)


def _strategy_problems(request: Request) -> Iterator[str]:
    config = request["HyperParameterTuningJobConfig"]
    limits = config.get("StrategyConfig", {}).get("HyperbandStrategyConfig")
    if limits is not None and config["Strategy"] != "Hyperband":
        yield "HyperbandStrategyConfig can only be specified for the strategy Hyperband."
    if config["Strategy"] != "Hyperband":
        return
    if config.get("TrainingJobEarlyStoppingType", "Off") != "Off":
        yield "TrainingJobEarlyStoppingType must be Off for the strategy Hyperband."
    low, high = ((limits or {}).get(member) for member in ("MinResource", "MaxResource"))
    if low is not None and high is not None and low > high:
        yield f"MinResource [{low}] cannot be greater than MaxResource [{high}]."


def _problems_of_several(request: Request, definitions: Sequence[Document]) -> Iterator[str]:
    config = request["HyperParameterTuningJobConfig"]
    for member in ("HyperParameterTuningJobObjective", "ParameterRanges"):
        if member in config:
            yield f"{member} cannot be specified together with TrainingJobDefinitions."
    if config.get("TrainingJobEarlyStoppingType", "Off") != "Off":
        yield "Early stopping is not supported for tuning jobs with TrainingJobDefinitions."
    if "WarmStartConfig" in request:
        yield "Warm start is not supported for tuning jobs with TrainingJobDefinitions."
    names = Counter(each.get("DefinitionName") for each in definitions)
    if None in names:
        yield "DefinitionName is required for each of TrainingJobDefinitions."
    repeated = sorted(str(name) for name, count in names.items() if count > 1)
    if repeated:
        yield f"DefinitionName must be unique in TrainingJobDefinitions: {', '.join(repeated)}."


def _definition_problems(request: Request, definition: Document) -> Iterator[str]:
    if not tuning_job.objective(request, definition):
        yield "A hyperparameter tuning job objective is required."
    configs = [each in definition for each in _RESOURCES]
    if sum(configs) != 1:
        yield f"Exactly one of {' and '.join(_RESOURCES)} must be specified."
    ranges = tuning_job.ranges(request, definition)
    yield from _range_problems(ranges)
    tuned = list(tuning_job.names(ranges))
    static = definition.get("StaticHyperParameters", {})
    yield from _name_problems(tuned, static)
    if not tuned:
        yield "At least one hyperparameter range must be specified."
    config = request["HyperParameterTuningJobConfig"]
    if config["Strategy"] == "Grid" and len(tuned) > len(ranges.get(CATEGORICAL, ())):
        yield "The strategy Grid supports categorical parameter ranges only."


_RESOURCES = ("ResourceConfig", "HyperParameterTuningResourceConfig")

CATEGORICAL = "CategoricalParameterRanges"


def _name_problems(tuned: Sequence[str], static: Document) -> Iterator[str]:
    repeated = sorted(name for name, count in Counter(tuned).items() if count > 1)
    if repeated:
        yield f"Hyperparameter names must be unique in the ranges: {', '.join(repeated)}."
    both = sorted(set(tuned) & set(static))
    if both:
        yield f"Hyperparameters cannot be both static and tunable: {', '.join(both)}."
    if len(tuned) > MAX_TUNED:
        yield f"The number of tunable hyperparameters cannot be greater than {MAX_TUNED}."
    if len(tuned) + len({*static, tuning_job.OBJECTIVE}) > MAX_HYPERPARAMETERS:
        yield (
            "The number of tunable and static hyperparameters cannot be greater than "
            f"{MAX_HYPERPARAMETERS}."
        )


def _range_problems(ranges: Document) -> Iterator[str]:
    for each in ranges.get("IntegerParameterRanges", ()):
        try:
            number: IntegerParameter | ContinuousParameter = tuning_ranges.integer(each)
        except (ValueError, OverflowError):
            yield _no_number(each, "integer")
            continue
        yield from _end_problems(each, number.low, number.high)
        if each.get("ScalingType") == "ReverseLogarithmic":
            yield f"ScalingType ReverseLogarithmic is not supported for integer: {each['Name']}."
    for each in ranges.get("ContinuousParameterRanges", ()):
        try:
            number = tuning_ranges.continuous(each)
        except ValueError:
            yield _no_number(each, "continuous")
            continue
        yield from _end_problems(each, number.low, number.high)
        reverse = each.get("ScalingType") == "ReverseLogarithmic"
        if reverse and not 0 <= number.low <= number.high < 1:
            yield (
                "ScalingType ReverseLogarithmic requires a range within 0 <= x < 1: "
                f"{each['Name']}."
            )


def _no_number(each: Document, kind: str) -> str:
    ends = f"[{each['MinValue']}, {each['MaxValue']}]"
    return f"MinValue and MaxValue of the {kind} range {each['Name']} must be numbers: {ends}."


def _end_problems(each: Document, low: float, high: float) -> Iterator[str]:
    if not abs(low) + abs(high) < float("inf"):
        yield _no_number(each, "parameter")
    if low > high:
        yield (
            f"MinValue [{each['MinValue']}] cannot be greater than MaxValue [{each['MaxValue']}] "
            f"for the hyperparameter {each['Name']}."
        )
    if each.get("ScalingType") == "Logarithmic" and low <= 0:
        yield f"ScalingType Logarithmic requires a range above 0: {each['Name']}."


def _count_problems(request: Request, definitions: Sequence[Document]) -> Iterator[str]:
    config = request["HyperParameterTuningJobConfig"]
    jobs = config["ResourceLimits"].get("MaxNumberOfTrainingJobs")
    size = sum(tuning_ranges.space(tuning_job.ranges(request, each)).size for each in definitions)
    if config["Strategy"] == "Grid":
        if jobs is not None and jobs != size:
            yield (
                f"MaxNumberOfTrainingJobs [{jobs}] must be equal to the number of combinations of "
                f"the categorical ranges [{size:.0f}] for the strategy Grid."
            )
        return
    if jobs is None:
        yield "MaxNumberOfTrainingJobs is required unless the strategy is Grid."
    elif size < jobs:
        yield (
            "You don't have enough combinations of hyperparameter ranges. The total number of "
            f"hyperparameter combinations for the provided ranges [{size}] must be equal or "
            f"greater than the value of MaxNumberOfJobs, [{jobs}]. Provide additional ranges."
        )


def check_limits(request: Request) -> None:
    """Raises `ResourceLimitExceeded` for more training jobs than an account may have."""
    config = request["HyperParameterTuningJobConfig"]
    limits = config["ResourceLimits"]
    max_jobs = MAX_JOBS.get(config["Strategy"], USUAL_MAX_JOBS)
    for what, count, limit in (
        ("training jobs", limits.get("MaxNumberOfTrainingJobs", 0), max_jobs),
        ("parallel training jobs", limits["MaxParallelTrainingJobs"], MAX_PARALLEL),
    ):
        if count > limit:
            raise ResourceLimitExceeded(
                f"The account-level service limit 'Number of {what} per hyperparameter tuning job' "
                f"is {limit}, with a request of {count}. Please use AWS Service Quotas to request "
                "an increase for this quota."
            )


def check_metrics(request: Request, metrics: Metrics) -> None:
    """Raises `ValidationException` for an objective that no metric definition has.

    What a marketplace algorithm defines is not known here.
    """
    for definition in tuning_job.definitions(request):
        algorithm = definition["AlgorithmSpecification"]
        defined = [*metrics(definition), *algorithm.get("MetricDefinitions", ())]
        names = {each["Name"] for each in defined}
        name = tuning_job.objective(request, definition).get("MetricName")
        if name not in names and "AlgorithmName" not in algorithm:
            raise ValidationException(
                "A metric is required for this hyperparameter tuning job objective. Provide a "
                "metric in the metric definitions."
            )
