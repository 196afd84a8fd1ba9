"""CreateFeatureGroup, DescribeFeatureGroup, ListFeatureGroups, UpdateFeatureGroup and
DeleteFeatureGroup.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api.listing import Listing
from sagemock.api.projection import arn_of, described, summary
from sagemock.errors import (
    ResourceInUse,
    ResourceLimitExceeded,
    ResourceNotFound,
    ValidationException,
)
from sagemock.jobs.engine import Progression
from sagemock.jobs.workflow import Steps, Workflow, at_once
from sagemock.resources import clock, feature_group
from sagemock.resources.arn import Arn
from sagemock.resources.types import FEATURE_GROUP
from sagemock.store import DuplicateKey, NoSuchKey

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateFeatureGroupRequestTypeDef,
        DeleteFeatureGroupRequestTypeDef,
        DescribeFeatureGroupRequestTypeDef,
        ListFeatureGroupsRequestTypeDef,
        UpdateFeatureGroupRequestTypeDef,
    )

    from sagemock.resources.feature_group import FeatureGroup

KIND = FEATURE_GROUP.arn_kind


def create_feature_group(world: World, request: CreateFeatureGroupRequestTypeDef) -> Response:
    """The group is there at once, unless moto's state manager says otherwise.

    Raises `ResourceInUse` when the name is taken, in whatever case.
    """
    name = request["FeatureGroupName"]
    arn = arn_of(world, FEATURE_GROUP, name.lower())
    fills_in = world.rules.fills_in
    try:
        world.feature_groups.insert(feature_group.new(request, arn, clock.now(), fills_in=fills_in))
    except DuplicateKey:
        raise ResourceInUse(feature_group.taken(name)) from None

    def end(_: None) -> None:
        world.feature_groups.update(name, feature_group.created)

    _start(world, name, feature_group.CREATING, end)
    return {"FeatureGroupArn": str(arn)}


def check_create_feature_group(request: CreateFeatureGroupRequestTypeDef) -> None:
    """Raises `ValidationException` for definitions and stores that do not fit together."""
    for problem in feature_group.problems(request):
        raise ValidationException(problem)


def describe_feature_group(world: World, request: DescribeFeatureGroupRequestTypeDef) -> Response:
    name = find(world, request["FeatureGroupName"])["FeatureGroupName"]
    world.look(FEATURE_GROUP, name)
    # All features are on the first page, which has room for as many as a group can have.
    return {**described("DescribeFeatureGroup", find(world, name)), "NextToken": ""}


def find(world: World, name_or_arn: str) -> FeatureGroup:
    """The group of that name, in whatever case, or of that ARN. Raises `ResourceNotFound`."""
    arn = Arn.parse(name_or_arn)
    name = name_or_arn if arn is None else arn.name
    document = world.feature_groups.get(name)
    if document is None or (arn is not None and str(arn).lower() != document["FeatureGroupArn"]):
        raise _missing(name)
    return document


def _missing(name: str) -> ResourceNotFound:
    return ResourceNotFound(
        f"Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name {name}"
    )


_LISTING = Listing(
    key="FeatureGroupName",
    sort_by={
        "CreationTime": "CreationTime",
        "Name": "FeatureGroupName",
        "FeatureGroupStatus": "FeatureGroupStatus",
        "OfflineStoreStatus": "OfflineStoreStatus.Status",
    },
    descending=True,
    equal={
        "FeatureGroupStatusEquals": "FeatureGroupStatus",
        "OfflineStoreStatusEquals": "OfflineStoreStatus.Status",
    },
)


def list_feature_groups(world: World, request: ListFeatureGroupsRequestTypeDef) -> Response:
    some, token = _LISTING.page(world.feature_groups, request)
    return {
        "FeatureGroupSummaries": [summary("FeatureGroupSummary", each) for each in some],
        **token,
    }


def update_feature_group(world: World, request: UpdateFeatureGroupRequestTypeDef) -> Response:
    """What changes is seen when the update has succeeded.

    Raises `ValidationException` when the group cannot be updated now, or not like that, and
    `ResourceLimitExceeded` for too many features.
    """

    def begun(document: FeatureGroup) -> FeatureGroup:
        _check_settled(document)
        if document["FeatureGroupStatus"] != feature_group.CREATED:
            raise _refused(document)
        if world.rules.checks:
            _check_update(document, request)
        return feature_group.updating(document, clock.now())

    name = find(world, request["FeatureGroupName"])["FeatureGroupName"]
    document = _change(world, name, begun)

    def end(_: None) -> None:
        _change(world, name, lambda old: feature_group.updated(old, request, clock.now()))

    _start(world, name, feature_group.UPDATING, end)
    return {"FeatureGroupArn": document["FeatureGroupArn"]}


def _check_update(document: FeatureGroup, request: UpdateFeatureGroupRequestTypeDef) -> None:
    for problem in feature_group.update_problems(document, request):
        raise ValidationException(problem)
    additions = request.get("FeatureAdditions", ())
    if len(document["FeatureDefinitions"]) + len(additions) > feature_group.MAX_FEATURES:
        limit = feature_group.MAX_FEATURES
        raise ResourceLimitExceeded(f"A feature group cannot have more than {limit} features.")


def delete_feature_group(world: World, request: DeleteFeatureGroupRequestTypeDef) -> Response:
    """What is in the offline store stays."""

    def begun(document: FeatureGroup) -> FeatureGroup:
        _check_settled(document)
        if document["FeatureGroupStatus"] not in feature_group.DELETABLE:
            raise _refused(document)
        return {**document, "FeatureGroupStatus": feature_group.DELETING}

    name = _change(world, request["FeatureGroupName"], begun)["FeatureGroupName"]

    def end(_: None) -> None:
        world.feature_groups.delete(name)

    _start(world, name, feature_group.DELETING, end)
    return {}


def _change(
    world: World, name: str, change: Callable[[FeatureGroup], FeatureGroup]
) -> FeatureGroup:
    """Change the group of that name. Raises `ResourceNotFound`."""
    try:
        return world.feature_groups.update(name, change)
    except NoSuchKey:
        raise _missing(name) from None


def _check_settled(document: FeatureGroup) -> None:
    if feature_group.is_updating(document):
        name = document["FeatureGroupName"]
        raise ValidationException(f"An update of FeatureGroup {name} is in progress.")


def _refused(document: FeatureGroup) -> ValidationException:
    name, status = document["FeatureGroupName"], document["FeatureGroupStatus"]
    return ValidationException(f"FeatureGroup {name} cannot be changed in status {status}.")


def _start(world: World, name: str, status: str, end: Callable[[None], None]) -> None:
    """Let a status last as long as the pace says."""

    def steps() -> Steps[None]:
        yield status

    runtime = world.runtime
    workflow = Workflow(
        KIND,
        name,
        enter=lambda _: None,
        on_enter=lambda _: None,
        end=end,
        fail=lambda _: None,  # There is nothing to do that could.
        pace=lambda: runtime.pace(KIND),
        submit=at_once,
        changed=runtime.changed,
    )
    world.progressions.start(Progression(workflow, steps()))
