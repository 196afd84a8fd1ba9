"""What `Config.validation="off"` changes: SageMaker takes what plain moto takes.

For suites that were written for plain moto, which makes few of AWS's checks. `WAYS` has what
differs in single operations: moto's order, defaults and error texts, as its own tests show them.
`operations.run` applies it. What differs inside the operations is in `accounts/rules.py`.
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
from sagemock.resources import clock, feature_group, lifecycle, types
from sagemock.resources.arn import Arn
from sagemock.resources.types import ResourceType
from sagemock.wire import service_model
from sagemock.wire.validation import member_validator, validator

if TYPE_CHECKING:
    from sagemock.accounts.world import Request, Response, World

    Operation = Callable[[World, Request], Response]
    Before = Callable[[World, Request], Request]


@dataclass(frozen=True, slots=True)
class Way:
    """How an operation of plain moto differs from AWS's.

    before: what becomes of the request; may raise what the operation itself may. instead: gives
    the answer, or None to let ours give it. absent: the answer, or moto's error, in place of
    `ResourceNotFound`.
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
    """Run an operation of ours as plain moto would. Raises errors of `sagemock.errors`."""
    _check_not_nameless(operation, request)
    way = WAYS.get(operation)
    if way is None:
        return function(world, request)
    request = way.before(world, request)
    answer = way.instead(world, request)
    if answer is not None:
        return answer
    try:
        return function(world, request)
    except ResourceNotFound:
        if way.absent is None:
            raise
        return way.absent(world, request)


def _of_this_world(world: World, request: Request) -> Request:
    """moto finds what has tags by the end of an ARN, whatever its account and region."""
    arn = Arn.parse(request["ResourceArn"])
    if arn is None:
        return request
    own = replace(arn, partition=world.partition, region=world.region, account_id=world.account_id)
    return {**request, "ResourceArn": str(own)}


SERVERLESS_MEMORY = (1024, 2048, 3072, 4096, 5120, 6144)


def _with_known_types(_: World, request: Request) -> Request:
    """moto checks two enums of CreateEndpointConfig.

    Its list of instance types is an old one; botocore's takes its place.
    """
    types = service_model.enum_values("ProductionVariantInstanceType")
    for variant in request["ProductionVariants"]:
        _check_enum(variant.get("InstanceType"), "instanceType", types)
        memory = variant.get("ServerlessConfig", {}).get("MemorySizeInMB")
        _check_enum(memory, "MemorySizeInMB", SERVERLESS_MEMORY)
    return request


def _check_enum(value: object, path: str, allowed: Sequence[object], prefix: str = "") -> None:
    """Raises `ValidationException`; moto shows the values as a list of Python's."""
    if value is not None and value not in allowed:
        text = problem(value, path, f"Member must satisfy enum value set: {list(allowed)}")
        raise ValidationException(prefix + text)


def _page(size: int) -> Before:
    """moto lists the oldest first; size: so many at once where the request names no number."""

    def before(_: World, request: Request) -> Request:
        wanted = request.get("MaxResults", 0)
        return {"SortOrder": "Ascending", **request, "MaxResults": wanted if wanted > 0 else size}

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
    """moto checks three enums of the lists of jobs, and lists all of them."""
    for member, path, allowed in JOB_ENUMS:
        _check_enum(request.get(member), path, allowed, "1 validation errors detected: ")
    return _page(EVERYTHING)(world, request)


def _all_results(_: World, request: Request) -> Request:
    """moto finds everything at once; what it is asked by must exist, or nothing can be found."""
    validator(service_model.CONTROL_PLANE, "Search", constraints="enums")(request)
    return {"MaxResults": EVERYTHING, **request}


def _known_statistics(_: World, request: Request) -> Request:
    """moto lacks BatchGetMetrics; there is no value of an unknown statistic or period."""
    validator(service_model.METRICS, "BatchGetMetrics", constraints="enums")(request)
    return request


def _existing(kind: ResourceType) -> Before:
    """moto's error for a job that does not exist."""

    def before(world: World, request: Request) -> Request:
        name = request[kind.key]
        if name not in world.table(kind):
            arn = _arn(world, kind, name)
            raise ValidationException(f"Could not find {kind.words} '{arn}'.")
        return request

    return before


def _stop_ended(world: World, request: Request) -> Response | None:
    """moto stops processing jobs that have ended, too."""
    kind = types.PROCESSING_JOB
    name, has_ended = request[kind.key], False

    def stopped(job: Document) -> Document:
        nonlocal has_ended
        has_ended = job[kind.status_member] in lifecycle.ENDED
        return {**job, kind.status_member: lifecycle.STOPPED} if has_ended else job

    world.table(kind).update(name, stopped)
    return {} if has_ended else None


def _missing(kind: ResourceType, text: str) -> Operation:
    """moto's error for the ARN of the resource that a request names."""

    def absent(world: World, request: Request) -> Response:
        raise ValidationException(text.format(_arn(world, kind, request[kind.name_member])))

    return absent


def _arn(world: World, kind: ResourceType, name: str) -> str:
    return str(Arn(world.partition, world.region, world.account_id, kind.arn_kind, name))


def _both_arns(world: World, request: Request) -> Response:
    """moto parts a component and a trial that are not there as well."""
    return {
        kind.arn_member: _arn(world, kind, request[kind.name_member])
        for kind in (types.TRIAL_COMPONENT, types.TRIAL)
    }


def _as_moto_fills_in(world: World, request: Request) -> Request:
    """moto names another folder of an offline store, and says twice what clients say of errors."""
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
    """An endpoint that was never created gives moto's canned answer."""
    if request["EndpointName"] not in world.endpoints:
        raise NotOurs(request["EndpointName"])
    return request


WAYS: Mapping[str, Way] = {
    "AddTags": Way(_of_this_world),
    "ListTags": Way(_of_this_world),
    "DeleteTags": Way(_of_this_world),
    "CreateEndpointConfig": Way(_with_known_types),
    "DescribeTrainingJob": Way(_existing(types.TRAINING_JOB)),
    "DescribeProcessingJob": Way(_existing(types.PROCESSING_JOB)),
    "DescribeTransformJob": Way(_existing(types.TRANSFORM_JOB)),
    "StopProcessingJob": Way(_existing(types.PROCESSING_JOB), _stop_ended),
    "ListTrainingJobs": Way(_page_of_jobs),
    "ListProcessingJobs": Way(_page_of_jobs),
    "ListTransformJobs": Way(_page_of_jobs),
    "ListModels": Way(_page(EVERYTHING)),
    "ListEndpointConfigs": Way(_page(100)),
    "ListEndpoints": Way(_page(100)),
    "ListExperiments": Way(_page(100)),
    "ListTrials": Way(_page(100), absent=lambda *_: {"TrialSummaries": []}),
    "ListTrialComponents": Way(_page(100), absent=lambda *_: {"TrialComponentSummaries": []}),
    "DescribeTrial": Way(absent=_missing(types.TRIAL, "Could not find trial '{}'.")),
    "DescribeTrialComponent": Way(
        absent=_missing(types.TRIAL_COMPONENT, "Could not find trial component '{}'.")
    ),
    "UpdateTrialComponent": Way(
        absent=_missing(types.TRIAL_COMPONENT, "Could not find trial component '{}'")
    ),
    "DisassociateTrialComponent": Way(absent=_both_arns),
    "Search": Way(_all_results),
    "BatchGetMetrics": Way(_known_statistics),
    "CreateFeatureGroup": Way(_as_moto_fills_in),
    "InvokeEndpoint": Way(_created_endpoint),
}
"""By operation; moto's tests show all of them but the lists, and the texts about trials."""
