"""How operations differ with `validation="off"`: SageMaker accepts what plain moto accepts.

For test suites that were written for plain moto, which makes few of AWS's checks. `DIFFERENCES`
has what is different in single operations: moto's order, defaults and error texts, as moto's own
tests show them. What is different inside the operations is in `accounts/rules.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sagemock.documents import Document
from sagemock.errors import (
    NotOurs,
    ResourceInUse,
    ResourceNotFound,
    ValidationException,
    problem,
)
from sagemock.resources import clock, feature_group, lifecycle, tuning_job, tuning_ranges, types
from sagemock.resources.arn import Arn
from sagemock.resources.resource_type import ResourceType
from sagemock.wire import service_model
from sagemock.wire.validation import member_validator, validator

if TYPE_CHECKING:
    from sagemock.accounts.world import Request, Response, World

    Operation = Callable[[World, Request], Response]
    Before = Callable[[World, Request], Request]


@dataclass(frozen=True, slots=True)
class MotoDifference:
    """How an operation of plain moto differs from AWS's.

    Parameters
    ----------
    before
        Changes the request; may raise what the operation may raise.
    instead
        Returns the answer, or None to run the operation.
    absent
        Returns the answer, or raises moto's error, where the operation raises `ResourceNotFound`.
    """

    before: Before = lambda _, request: request
    instead: Callable[[World, Request], Response | None] = lambda *_: None
    absent: Operation | None = None


_NAMES = {kind.operation("Create"): kind.name_member for kind in types.OURS}


def _check_not_nameless(operation: str, request: Request) -> None:
    """Refuse to create a resource with an empty name, as AWS does.

    Its ARN would name nothing, so that it could not be tagged, found by its ARN or linked to.
    """
    member = _NAMES.get(operation)
    if member is not None and request.get(member) == "":
        member_validator(service_model.CONTROL_PLANE, operation, member)("")


def run(world: World, operation: str, request: Request, function: Operation) -> Response:
    """Run an operation as plain moto would. Raises the errors of `sagemock.errors`."""
    _check_not_nameless(operation, request)
    difference = DIFFERENCES.get(operation)
    if difference is None:
        return function(world, request)
    request = difference.before(world, request)
    answer = difference.instead(world, request)
    if answer is not None:
        return answer
    try:
        return function(world, request)
    except ResourceNotFound:
        if difference.absent is None:
            raise
        return difference.absent(world, request)


def _of_this_world(world: World, request: Request) -> Request:
    """Ignore account and region of an ARN: moto looks at its end alone."""
    arn = Arn.parse(request["ResourceArn"])
    if arn is None:
        return request
    own = replace(arn, partition=world.partition, region=world.region, account_id=world.account_id)
    return {**request, "ResourceArn": str(own)}


SERVERLESS_MEMORY = (1024, 2048, 3072, 4096, 5120, 6144)


def _with_known_types(_: World, request: Request) -> Request:
    """Check the two enums that moto checks in CreateEndpointConfig.

    moto's list of instance types is old, so botocore's takes its place.
    """
    types = service_model.enum_values("ProductionVariantInstanceType")
    for variant in request["ProductionVariants"]:
        _check_enum(variant.get("InstanceType"), "instanceType", types)
        memory = variant.get("ServerlessConfig", {}).get("MemorySizeInMB")
        _check_enum(memory, "MemorySizeInMB", SERVERLESS_MEMORY)
    return request


def _check_enum(value: object, path: str, allowed: Sequence[object], prefix: str = "") -> None:
    """Raise `ValidationException`; moto writes the values as a Python list."""
    if value is not None and value not in allowed:
        text = problem(value, path, f"Member must satisfy enum value set: {list(allowed)}")
        raise ValidationException(prefix + text)


def _page(size: int) -> Before:
    """List the oldest first, as moto does; `size` is the default of MaxResults."""

    def before(_: World, request: Request) -> Request:
        requested = request.get("MaxResults", 0)
        max_results = requested if requested > 0 else size
        return {"SortOrder": "Ascending", **request, "MaxResults": max_results}

    return before


EVERYTHING = 2**31 - 1

JOB_ENUMS = (
    ("SortBy", "sortBy", ("Name", "CreationTime", "Status")),
    ("SortOrder", "sortOrder", ("Ascending", "Descending")),
    (
        "StatusEquals",
        "statusEquals",
        ("Completed", "Stopped", "InProgress", "Stopping", "Failed"),
    ),
)


def _page_of_jobs(world: World, request: Request) -> Request:
    """Check the three enums that moto checks in lists of jobs, and list all jobs."""
    for member, path, allowed in JOB_ENUMS:
        _check_enum(request.get(member), path, allowed, "1 validation errors detected: ")
    return _page(EVERYTHING)(world, request)


def _all_results(_: World, request: Request) -> Request:
    """Return all results at once, as moto does. Unknown operators are refused all the same."""
    validator(service_model.CONTROL_PLANE, "Search", constraints="enums")(request)
    return {"MaxResults": EVERYTHING, **request}


def _known_statistics(_: World, request: Request) -> Request:
    """Refuse an unknown statistic or period, which has no value. moto lacks BatchGetMetrics."""
    validator(service_model.METRICS, "BatchGetMetrics", constraints="enums")(request)
    return request


def _existing(kind: ResourceType) -> Before:
    """Raise moto's error for a job that does not exist."""

    def before(world: World, request: Request) -> Request:
        name = request[kind.key]
        if name not in world.table(kind):
            arn = _arn(world, kind, name)
            raise ValidationException(f"Could not find {kind.words} '{arn}'.")
        return request

    return before


def _stop_ended(world: World, request: Request) -> Response | None:
    """Stop processing jobs that have ended, too, as moto does."""
    kind = types.PROCESSING_JOB
    name, has_ended = request[kind.key], False

    def stopped(job: Document) -> Document:
        nonlocal has_ended
        has_ended = job[kind.status_member] in lifecycle.ENDED
        return {**job, kind.status_member: lifecycle.STOPPED} if has_ended else job

    world.table(kind).update(name, stopped)
    return {} if has_ended else None


def _missing(kind: ResourceType, text: str) -> Operation:
    """Raise moto's error with the ARN of the resource that a request names."""

    def absent(world: World, request: Request) -> Response:
        raise ValidationException(text.format(_arn(world, kind, request[kind.name_member])))

    return absent


def _arn(world: World, kind: ResourceType, name: str) -> str:
    return str(Arn(world.partition, world.region, world.account_id, kind.arn_kind, name))


def _both_arns(world: World, request: Request) -> Response:
    """Answer as if a missing component and trial had been disassociated, as moto does."""
    return {
        kind.arn_member: _arn(world, kind, request[kind.name_member])
        for kind in (types.TRIAL_COMPONENT, types.TRIAL)
    }


def _as_moto_fills_in(world: World, request: Request) -> Request:
    """Fill in moto's folder of the offline store; its error repeats what clients add to errors."""
    name, created = request["FeatureGroupName"], int(clock.now())
    if name in world.feature_groups:
        raise ResourceInUse(
            "An error occurred (ResourceInUse) when calling the CreateFeatureGroup operation: "
            + feature_group.taken(name)
        )
    if "OfflineStoreConfig" not in request:
        return request
    config = request["OfflineStoreConfig"]
    storage = config["S3StorageConfig"]
    folder = f"{world.account_id}/{world.region}/offline-store/{name}-{created}/data"
    location = {**storage, "ResolvedOutputS3Uri": f"{storage['S3Uri']}/{folder}"}
    table = feature_group.glue_table(name, created)
    filled = {**config, "S3StorageConfig": location, "DataCatalogConfig": table}
    return {**request, "OfflineStoreConfig": filled}


def _created_endpoint(world: World, request: Request) -> Request:
    """Leave an endpoint that was never created to moto's canned answer."""
    if request["EndpointName"] not in world.endpoints:
        raise NotOurs(request["EndpointName"])
    return request


def _tunable(_: World, request: Request) -> Request:
    """Leave a tuning job that cannot be run to moto, whose tuning jobs launch nothing."""
    definitions = tuning_job.definitions(request)
    config = request["HyperParameterTuningJobConfig"]
    limit = config["ResourceLimits"].get("MaxNumberOfTrainingJobs", float("inf"))
    if config["Strategy"] == "Grid":
        limit = 1
    if (
        not 1 <= limit <= MAX_TRAINING_JOBS
        or not definitions
        or not all(_can_be_searched(request, each) for each in definitions)
    ):
        raise NotOurs(request[_TUNING.key])
    return request


MAX_TRAINING_JOBS = 10_000
"""How many training jobs a tuning job may launch that is not checked: AWS's highest limit."""


def _can_be_searched(request: Request, definition: Document) -> bool:
    """Whether a training job definition has an objective, and ranges that have values."""
    try:
        space = tuning_ranges.space(tuning_job.ranges(request, definition))
        strategy = request["HyperParameterTuningJobConfig"]["Strategy"]
        if strategy == "Grid" and space.size > MAX_TRAINING_JOBS:
            return False
        space.at([0.5] * len(space.parameters))
    except (ValueError, IndexError):
        return False
    return bool(tuning_job.objective(request, definition))


def _own_tuning_job(world: World, request: Request) -> Request:
    """Leave a tuning job that moto keeps to moto."""
    if request[_TUNING.key] not in world.table(_TUNING):
        raise NotOurs(request[_TUNING.key])
    return request


def _tuning_jobs(world: World, request: Request) -> Request:
    """List moto's tuning jobs where there are no others, in moto's order."""
    if not len(world.table(_TUNING)):
        raise NotOurs(_TUNING.noun)
    return {"SortBy": "CreationTime", **request}


_TUNING = types.HYPER_PARAMETER_TUNING_JOB


def _left_to_moto(_: World, request: Request) -> Request:
    """Leave an operation that sagemock lacks to moto's canned answer."""
    raise NotOurs(request["EndpointName"])


DIFFERENCES: Mapping[str, MotoDifference] = {
    "AddTags": MotoDifference(_of_this_world),
    "ListTags": MotoDifference(_of_this_world),
    "DeleteTags": MotoDifference(_of_this_world),
    "CreateEndpointConfig": MotoDifference(_with_known_types),
    "DescribeTrainingJob": MotoDifference(_existing(types.TRAINING_JOB)),
    "DescribeProcessingJob": MotoDifference(_existing(types.PROCESSING_JOB)),
    "DescribeTransformJob": MotoDifference(_existing(types.TRANSFORM_JOB)),
    "StopProcessingJob": MotoDifference(_existing(types.PROCESSING_JOB), _stop_ended),
    "ListTrainingJobs": MotoDifference(_page_of_jobs),
    "ListProcessingJobs": MotoDifference(_page_of_jobs),
    "ListTransformJobs": MotoDifference(_page_of_jobs),
    "ListModels": MotoDifference(_page(EVERYTHING)),
    "ListEndpointConfigs": MotoDifference(_page(100)),
    "ListEndpoints": MotoDifference(_page(100)),
    "ListExperiments": MotoDifference(_page(100)),
    "ListTrials": MotoDifference(_page(100), absent=lambda *_: {"TrialSummaries": []}),
    "ListTrialComponents": MotoDifference(
        _page(100), absent=lambda *_: {"TrialComponentSummaries": []}
    ),
    "DescribeTrial": MotoDifference(absent=_missing(types.TRIAL, "Could not find trial '{}'.")),
    "DescribeTrialComponent": MotoDifference(
        absent=_missing(types.TRIAL_COMPONENT, "Could not find trial component '{}'.")
    ),
    "UpdateTrialComponent": MotoDifference(
        absent=_missing(types.TRIAL_COMPONENT, "Could not find trial component '{}'")
    ),
    "DisassociateTrialComponent": MotoDifference(absent=_both_arns),
    "Search": MotoDifference(_all_results),
    "BatchGetMetrics": MotoDifference(_known_statistics),
    "CreateFeatureGroup": MotoDifference(_as_moto_fills_in),
    "CreateHyperParameterTuningJob": MotoDifference(_tunable),
    "DescribeHyperParameterTuningJob": MotoDifference(_own_tuning_job),
    "DeleteHyperParameterTuningJob": MotoDifference(_own_tuning_job),
    "ListHyperParameterTuningJobs": MotoDifference(_tuning_jobs),
    "InvokeEndpoint": MotoDifference(_created_endpoint),
    "InvokeEndpointAsync": MotoDifference(_left_to_moto),
}
"""By operation. All come from moto's tests, but for the lists and the texts about trials."""
