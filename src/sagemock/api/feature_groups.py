"""Operations on feature groups: Create, Describe, List, Update and Delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api.listing import Listing
from sagemock.api.resource_family import ResourceFamily
from sagemock.errors import (
    ResourceInUse,
    ResourceLimitExceeded,
    ResourceNotFound,
    ValidationException,
)
from sagemock.jobs.engine import Progression
from sagemock.jobs.workflow import Steps, Workflow, at_once
from sagemock.resources import clock, feature_group, feature_group_problems
from sagemock.resources.arn import Arn
from sagemock.resources.types import FEATURE_GROUP

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

FEATURE_GROUPS: ResourceFamily[FeatureGroup] = ResourceFamily(
    FEATURE_GROUP,
    missing=lambda arn: ResourceNotFound(
        f"Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name {arn.name}"
    ),
    taken=lambda document: ResourceInUse(feature_group.taken(document["FeatureGroupName"])),
    listing=Listing(
        sort_by={
            "FeatureGroupStatus": "FeatureGroupStatus",
            "OfflineStoreStatus": "OfflineStoreStatus.Status",
        },
        equal={
            "FeatureGroupStatusEquals": "FeatureGroupStatus",
            "OfflineStoreStatusEquals": "OfflineStoreStatus.Status",
        },
    ),
)


def create_feature_group(world: World, request: CreateFeatureGroupRequestTypeDef) -> Response:
    """Create a group, which is there at once unless moto's state manager says otherwise.

    Raises `ResourceInUse` when the name is taken, in whatever case.
    """
    name = request["FeatureGroupName"]
    arn = FEATURE_GROUPS.arn(world, name.lower())
    document = feature_group.new(request, arn, clock.now(), fills_in=world.rules.fills_in)
    answer = FEATURE_GROUPS.insert(world, document)

    def end(_: None) -> None:
        world.feature_groups.update(name, feature_group.created)

    _start(world, name, feature_group.CREATING, end)
    return answer


def check_create_feature_group(request: CreateFeatureGroupRequestTypeDef) -> None:
    """Raises `ValidationException` for definitions and stores that do not fit together."""
    for problem in feature_group_problems.problems(request):
        raise ValidationException(problem)


def describe_feature_group(world: World, request: DescribeFeatureGroupRequestTypeDef) -> Response:
    """Describe a group, named in whatever case or by its ARN. Raises `ResourceNotFound`."""
    name = find(world, request["FeatureGroupName"])["FeatureGroupName"]
    # All features are on the first page, which has room for as many as a group can have.
    return {**FEATURE_GROUPS.describe(world, name), "NextToken": ""}


def find(world: World, name_or_arn: str) -> FeatureGroup:
    """The group of that name, in whatever case, or of that ARN. Raises `ResourceNotFound`."""
    arn = Arn.parse(name_or_arn)
    name = name_or_arn if arn is None else arn.name
    document = FEATURE_GROUPS.find(world, name)
    if arn is not None and str(arn).lower() != document["FeatureGroupArn"]:
        raise FEATURE_GROUPS.missing(arn)
    return document


def list_feature_groups(world: World, request: ListFeatureGroupsRequestTypeDef) -> Response:
    """One page of the groups, the latest first by default."""
    return FEATURE_GROUPS.summaries(world, request)


def update_feature_group(world: World, request: UpdateFeatureGroupRequestTypeDef) -> Response:
    """Change a group; Describe shows the changes once the update has succeeded.

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
    document = FEATURE_GROUPS.update(world, name, begun)

    def end(_: None) -> None:
        FEATURE_GROUPS.update(
            world, name, lambda old: feature_group.updated(old, request, clock.now())
        )

    _start(world, name, feature_group.UPDATING, end)
    return {"FeatureGroupArn": document["FeatureGroupArn"]}


def _check_update(document: FeatureGroup, request: UpdateFeatureGroupRequestTypeDef) -> None:
    for problem in feature_group_problems.update_problems(document, request):
        raise ValidationException(problem)
    additions = request.get("FeatureAdditions", ())
    if len(document["FeatureDefinitions"]) + len(additions) > feature_group.MAX_FEATURES:
        limit = feature_group.MAX_FEATURES
        raise ResourceLimitExceeded(f"A feature group cannot have more than {limit} features.")


def delete_feature_group(world: World, request: DeleteFeatureGroupRequestTypeDef) -> Response:
    """Delete a group; what is in its offline store stays.

    Raises `ValidationException` when the group cannot be deleted now, and `ResourceNotFound`.
    """

    def begun(document: FeatureGroup) -> FeatureGroup:
        _check_settled(document)
        if document["FeatureGroupStatus"] not in feature_group.DELETABLE:
            raise _refused(document)
        return {**document, "FeatureGroupStatus": feature_group.DELETING}

    document = FEATURE_GROUPS.update(world, request["FeatureGroupName"], begun)
    name = document["FeatureGroupName"]

    def end(_: None) -> None:
        world.feature_groups.delete(name)

    _start(world, name, feature_group.DELETING, end)
    return {}


def _check_settled(document: FeatureGroup) -> None:
    if feature_group.is_updating(document):
        name = document["FeatureGroupName"]
        raise ValidationException(f"An update of FeatureGroup {name} is in progress.")


def _refused(document: FeatureGroup) -> ValidationException:
    name, status = document["FeatureGroupName"], document["FeatureGroupStatus"]
    return ValidationException(f"FeatureGroup {name} cannot be changed in status {status}.")


def _start(world: World, name: str, status: str, end: Callable[[None], None]) -> None:
    """Stay in a status for as long as the pace says, then call `end`."""

    def steps() -> Steps[None]:
        yield status

    runtime = world.runtime
    workflow = Workflow(
        KIND,
        name,
        enter=lambda _: None,
        on_enter=lambda _: None,
        end=end,
        fail=lambda _: None,  # The steps do nothing that could fail.
        pace=lambda: runtime.pace(KIND),
        submit=at_once,
        changed=runtime.changed,
    )
    world.progressions.start(Progression(workflow, steps()))
