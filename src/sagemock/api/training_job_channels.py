"""What CreateTrainingJob requires of InputDataConfig beyond the service model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sagemock.accounts.world import World
from sagemock.errors import ValidationException
from sagemock.jobs.sources import has_objects, no_objects
from sagemock.resources import warm_pool

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        ChannelUnionTypeDef,
        CreateTrainingJobRequestTypeDef,
    )


def check(request: CreateTrainingJobRequestTypeDef) -> None:
    """Check the names of channels and instance groups. Raises `ValidationException`."""
    channels = request.get("InputDataConfig", ())
    resources = request.get("ResourceConfig", warm_pool.NO_RESOURCES)
    groups = [group["InstanceGroupName"] for group in resources.get("InstanceGroups", ())]
    if groups and not resources.keys().isdisjoint(("InstanceType", "InstanceCount")):
        raise ValidationException(
            "InstanceType or InstanceCount cannot be specified with InstanceGroups"
        )
    _check_unique("Channel names must be unique in InputDataConfig", _names(channels))
    _check_unique("Instance group names must be unique in ResourceConfig", groups)
    _check_assignment(channels, groups)


def check_objects(world: World, request: CreateTrainingJobRequestTypeDef) -> None:
    """Check that each S3 data source has objects. Raises `ValidationException`.

    These are those below a prefix, or the manifest itself; what a manifest lists is checked when
    the job runs, as are buckets of other regions.
    """
    sources = (
        each["DataSource"].get("S3DataSource") for each in request.get("InputDataConfig", ())
    )
    for uri in [source["S3Uri"] for source in sources if source is not None]:
        if not has_objects(uri, world.services.storage):
            raise ValidationException(no_objects(uri, world.region, request["RoleArn"]))


def _check_unique(rule: str, names: Iterable[str]) -> None:
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise ValidationException(f"{rule}. Repeated: {_listed(repeated)}")


def _check_assignment(channels: Iterable[ChannelUnionTypeDef], groups: Iterable[str]) -> None:
    """Check that all channels are assigned to existing instance groups, or none is."""
    assigned: list[ChannelUnionTypeDef] = []
    others: list[ChannelUnionTypeDef] = []
    for channel in channels:
        source = channel["DataSource"].get("S3DataSource")
        names = () if source is None else source.get("InstanceGroupNames", ())
        (assigned if names else others).append(channel)
        unknown = [name for name in names if name not in groups]
        if unknown:
            raise ValidationException(
                f"Channel {channel['ChannelName']} is assigned to instance groups that are not "
                f"in ResourceConfig: {_listed(unknown)}"
            )
    if assigned and others:
        raise ValidationException(
            f"Some channels have assigned instance groups: {_listed(_names(assigned))} while "
            f"others not: {_listed(_names(others))}"
        )


def _names(channels: Iterable[ChannelUnionTypeDef]) -> list[str]:
    return [channel["ChannelName"] for channel in channels]


def _listed(names: Iterable[str]) -> str:
    return f"[{', '.join(names)}]"
