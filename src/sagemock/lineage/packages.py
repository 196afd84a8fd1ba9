"""The lineage of model packages, which moto keeps: it is made when somebody looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sagemock.documents import Document
from sagemock.lineage.of_jobs import MODEL, of_containers
from sagemock.lineage.recording import (
    ASSOCIATED_WITH,
    CONTRIBUTED_TO,
    action,
    artifact,
    connect,
    context,
    contribute,
)
from sagemock.resources import lifecycle, types
from sagemock.resources.arn import Arn

if TYPE_CHECKING:
    from sagemock.accounts.world import World

SUFFIX = "aws-model-group"
"""What the names of contexts of groups and of actions of approval end with."""

MODEL_GROUP, APPROVAL = "ModelGroup", "Approval"
"""Types of a context and of an action."""

PENDING = "PendingManualApproval"


@dataclass(frozen=True, slots=True)
class PackageLineage:
    """A model package in the lineage.

    Parameters
    ----------
    arn : str
        The ARN of the package.
    artifact : str
        That of its artifact.
    label : str
        What names of entities call it: `<group>-<version>`, or its own name.
    status : str or None
        Its ModelApprovalStatus when its lineage was last brought up to date.
    """

    arn: str
    artifact: str
    label: str
    status: str | None

    @property
    def approved(self) -> str:
        """The stem of the name of its deployment."""
        return f"{self.label}-{self.status or 'Approved'}"


def refresh(world: World) -> None:
    """Bring the lineage of all model packages up to date."""
    if world.config.lineage == "off":
        return
    for package in world.services.inventory.documents(types.MODEL_PACKAGE):
        _follow(world, package)


def recorded(world: World, name_or_arn: str) -> PackageLineage | None:
    """The lineage of a package, up to date; None if there is no such package."""
    refresh(world)
    for arn, each in world.package_lineage.items():
        if name_or_arn in (arn, arn.rpartition("/")[2]):
            return each
    return None


def _follow(world: World, package: Mapping[str, Any]) -> None:
    """Create what is new about a package: its entities, or those of another approval status."""
    arn, status = package["ModelPackageArn"], package.get("ModelApprovalStatus")
    with world.lineage.lock:
        known = world.package_lineage.get(arn)
        if known is not None and known.status == status:
            return
        group, version = package.get("ModelPackageGroupName"), package.get("ModelPackageVersion")
        label = f"{group}-{version}" if group else arn.rpartition("/")[2]
        own = artifact(world, (arn, MODEL))
        if known is None:
            specification: Document = package.get("InferenceSpecification", {})
            contribute(world, of_containers(specification.get("Containers", ())), own)
            if group:
                connect(world, own, _group(world, group), ASSOCIATED_WITH)
        if status:
            stage = lifecycle.IN_PROGRESS if status == PENDING else lifecycle.COMPLETED
            approval = action(world, _approval(label, status), SUFFIX, arn, APPROVAL, stage)
            connect(world, approval, own, CONTRIBUTED_TO)
        world.package_lineage[arn] = PackageLineage(arn, own, label, status)


def _approval(label: str, status: str) -> str:
    return f"{label}-{status}"


def _group(world: World, name: str) -> str:
    """The ARN of the context of a group of model packages."""
    existing = world.package_groups.get(name)
    if existing is None:
        kind = types.MODEL_PACKAGE_GROUP.arn_kind
        arn = str(Arn(world.partition, world.region, world.account_id, kind, name))
        existing = world.package_groups[name] = context(world, name, SUFFIX, arn, MODEL_GROUP)
    return existing
