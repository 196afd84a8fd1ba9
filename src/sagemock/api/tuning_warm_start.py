"""Warm start: which parents a tuning job may have, and what it takes over from them.

See https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-warm-start.html.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sagemock.accounts.world import Request, World
from sagemock.api.job_families import TUNING_JOBS
from sagemock.documents import Document
from sagemock.errors import ResourceLimitExceeded, ValidationException
from sagemock.resources import lifecycle, tuning_job
from sagemock.resources.tuning_progress import FINAL_OBJECTIVE
from sagemock.tuning.search import Observation

IDENTICAL = "IdenticalDataAndAlgorithm"

MAX_CHANGES = 10
"""How many hyperparameters may become static, or be static with another value."""

MAX_JOBS = 500
"""How many training jobs a tuning job and its parents may have in all."""

Overall = Mapping[str, Any]
"""The OverallBestTrainingJob of a new document; empty if there is none."""


def taken_over(world: World, request: Request) -> tuple[list[Observation], Overall]:
    """What a new tuning job knows of its parents: their results, and the best of them.

    Raises `ResourceNotFound` for a parent that does not exist, and `ValidationException` or
    `ResourceLimitExceeded` for one that does not fit.
    """
    config = request.get("WarmStartConfig", {})
    names = [
        each.get("HyperParameterTuningJobName", "")
        for each in config.get("ParentHyperParameterTuningJobs", ())
    ]
    parents = [TUNING_JOBS.find(world, name) for name in names]
    identical = config.get("WarmStartType") == IDENTICAL
    if world.rules.checks:
        _check(request, parents, identical=identical)
    earlier = [each for parent in parents for each in _results(world, parent, identical=identical)]
    return earlier, _overall_best(request, parents) if identical else {}


def _results(world: World, parent: Document, *, identical: bool) -> Iterator[Observation]:
    """The training jobs of a parent, with all of their hyperparameters: static ones may be tuned.

    Objectives of other data or another algorithm are kept apart.
    """
    name = parent["HyperParameterTuningJobName"]
    run = world.tuning_runs.get(name)
    for launched, job in run.jobs() if run is not None else ():
        hyperparameters = {**job.get("HyperParameters", {}), **launched.configuration}
        yield Observation(hyperparameters, launched.value(job), "" if identical else name)


def _overall_best(request: Request, parents: Sequence[Document]) -> Overall:
    bests = [
        {"TuningJobName": parent["HyperParameterTuningJobName"], **parent["BestTrainingJob"]}
        for parent in parents
        if "BestTrainingJob" in parent
    ]
    if not bests:
        return {}
    (definition,) = tuning_job.definitions(request)
    maximize = tuning_job.objective(request, definition)["Type"] == "Maximize"
    best = (max if maximize else min)(bests, key=lambda each: each[FINAL_OBJECTIVE]["Value"])
    return {"OverallBestTrainingJob": best}


def _check(request: Request, parents: Sequence[Document], *, identical: bool) -> None:
    for parent in parents:
        for problem in _problems(request, parent, identical=identical):
            raise ValidationException(problem)
    limits = request["HyperParameterTuningJobConfig"]["ResourceLimits"]
    count = limits.get("MaxNumberOfTrainingJobs", 0) + sum(
        sum(parent["TrainingJobStatusCounters"].values()) for parent in parents
    )
    if parents and count > MAX_JOBS:
        raise ResourceLimitExceeded(
            f"The number of training jobs of this and its parent tuning jobs [{count}] cannot be "
            f"greater than {MAX_JOBS}."
        )


def _problems(request: Request, parent: Document, *, identical: bool) -> Iterator[str]:
    name, status = parent["HyperParameterTuningJobName"], parent["HyperParameterTuningJobStatus"]
    if status not in lifecycle.ENDED:
        yield (
            f"The parent tuning job {name} is in status {status}. Parent tuning jobs must be in "
            "status Completed, Stopped or Failed."
        )
    if "TrainingJobDefinitions" in parent:
        yield f"The parent tuning job {name} has several training job definitions."
        return
    (definition,), (earlier,) = tuning_job.definitions(request), tuning_job.definitions(parent)
    if tuning_job.objective(request, definition) != tuning_job.objective(parent, earlier):
        yield (
            f"The objective metric of the parent tuning job {name} is not that of the current "
            "tuning job."
        )
    kinds, old_kinds = _kinds(request, definition), _kinds(parent, earlier)
    static, old_static = _static(definition), _static(earlier)
    if {*kinds, *static} != {*old_kinds, *old_static}:
        yield (
            "The set of tunable plus static HyperParameter names is not the same across current "
            "and parent tuning jobs. Please ensure this set is constant when warm starting. Note "
            "that previously static HyperParameters can be tuned in warm start jobs and vice versa."
        )
    changed = sorted(each for each in kinds if kinds[each] != old_kinds.get(each, kinds[each]))
    if changed:
        yield f"The type of a hyperparameter cannot change when warm starting: {changed[0]}."
    changes = sum(static[each] != old_static.get(each) for each in static)
    if changes > MAX_CHANGES:
        yield (
            f"The number of static hyperparameters that change [{changes}] cannot be greater than "
            f"{MAX_CHANGES} when warm starting."
        )
    if identical and _identity(definition) != _identity(earlier):
        yield (
            "Only the following fields in TrainingJobDefinition are allowed to change for warm "
            f"start type {IDENTICAL}: [{', '.join(_MAY_CHANGE)}]"
        )


_MAY_CHANGE = (
    "StaticHyperParameters",
    "OutputDataConfig",
    "ResourceConfig",
    "RoleArn",
    "StoppingCondition",
    "VpcConfig",
)


def _kinds(holder: Document, definition: Document) -> dict[str, str]:
    """Whether each hyperparameter that is tuned is an integer, a number or a category."""
    ranges = tuning_job.ranges(holder, definition)
    return {
        each["Name"]: member
        for member in (*tuning_job.RANGES, "AutoParameters")
        for each in ranges.get(member, ())
    }


def _static(definition: Document) -> dict[str, str]:
    static = dict(definition.get("StaticHyperParameters", {}))
    static.pop(tuning_job.OBJECTIVE, None)
    return static


def _identity(definition: Document) -> tuple[Any, ...]:
    """What must be the same: the algorithm, and where its data are."""
    algorithm = definition["AlgorithmSpecification"]
    channels = {
        each["ChannelName"]: each["DataSource"].get("S3DataSource", {}).get("S3Uri")
        for each in definition.get("InputDataConfig", ())
    }
    return algorithm.get("TrainingImage"), algorithm.get("AlgorithmName"), channels
