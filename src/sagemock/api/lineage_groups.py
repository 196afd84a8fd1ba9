"""DescribeLineageGroup, ListLineageGroups, GetLineageGroupPolicy.

An account has one group in a region, to which all of its lineage belongs. No operation shares it,
so it has no policy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api.lineage_entities import missing
from sagemock.api.listing import Listing
from sagemock.api.resource_family import ResourceFamily
from sagemock.errors import ResourceNotFound, ServiceError, ValidationException
from sagemock.lineage.entities import key_in
from sagemock.resources import types

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        DescribeLineageGroupRequestTypeDef,
        GetLineageGroupPolicyRequestTypeDef,
        ListLineageGroupsRequestTypeDef,
    )

    from sagemock.resources.lineage_entity import LineageGroup


def _taken(document: LineageGroup) -> ServiceError:
    return ValidationException(f"{document['LineageGroupName']} already exists.")


LINEAGE_GROUPS: ResourceFamily[LineageGroup] = ResourceFamily(
    types.LINEAGE_GROUP,
    missing=lambda arn: missing(types.LINEAGE_GROUP, arn),
    taken=_taken,
    listing=Listing(descending=False),
)


def describe_lineage_group(world: World, request: DescribeLineageGroupRequestTypeDef) -> Response:
    """Describe a lineage group. Raises `ResourceNotFound`."""
    return LINEAGE_GROUPS.describe(world, request["LineageGroupName"])


def list_lineage_groups(world: World, request: ListLineageGroupsRequestTypeDef) -> Response:
    """One page of the lineage groups; there is one."""
    return LINEAGE_GROUPS.summaries(world, request)


def get_lineage_group_policy(
    world: World, request: GetLineageGroupPolicyRequestTypeDef
) -> Response:
    """Raises `ResourceNotFound`: no lineage group has a policy."""
    name = request["LineageGroupName"]
    group = LINEAGE_GROUPS.find(world, key_in(world, types.LINEAGE_GROUP, name) or name)
    raise ResourceNotFound(
        f"Resource policy for lineage group '{group['LineageGroupArn']}' does not exist."
    )
