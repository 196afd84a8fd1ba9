"""The lineage of an endpoint: its context, and an action for each model that it deploys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sagemock.documents import Document
from sagemock.lineage import packages
from sagemock.lineage.of_jobs import of_containers
from sagemock.lineage.recording import (
    ASSOCIATED_WITH,
    CONTRIBUTED_TO,
    action,
    connect,
    context,
    contribute,
    set_status,
)
from sagemock.resources import lifecycle
from sagemock.resources.endpoint_config import VARIANTS
from sagemock.resources.model import containers

if TYPE_CHECKING:
    from sagemock.accounts.world import World

SUFFIX = "aws-endpoint"
"""What the names of contexts and actions of endpoints end with."""

ENDPOINT, MODEL_DEPLOYMENT = "Endpoint", "ModelDeployment"
"""Types of a context and of an action."""

_FAILED = "Failed"


@dataclass(frozen=True, slots=True)
class EndpointLineage:
    """What an endpoint has in the lineage.

    Parameters
    ----------
    context : str
        The ARN of its context.
    serving : tuple[str, ...]
        The ARNs of the actions that deployed what is in service.
    pending : tuple[str, ...] or None
        Those of the actions that deploy now; None if nothing is being deployed.
    """

    context: str
    serving: tuple[str, ...] = ()
    pending: tuple[str, ...] | None = None


def follow(world: World, before: Document | None, after: Document | None) -> None:
    """Follow an endpoint from its creation on. What it leaves outlives it, as on AWS.

    Parameters
    ----------
    world : World
        Where the endpoint is.
    before, after : Document or None
        The endpoint before and after the change; None before its creation and after its deletion.
    """
    if after is None or world.config.lineage == "off":
        return
    name, status = after["EndpointName"], after["EndpointStatus"]
    known = world.endpoint_lineage.get(name)
    if known is None:
        if before is not None:
            return  # It was created while lineage was off.
        known = EndpointLineage(context(world, name, SUFFIX, after["EndpointArn"], ENDPOINT))
    config = after.get("PendingDeploymentSummary", {}).get("EndpointConfigName")
    if config is None and before is None:
        config = after.get("EndpointConfigName")  # It was put in place as it is in service.
    if config is not None and known.pending is None:
        known = replace(known, pending=tuple(_deployments(world, config, known.context)))
    if status in (lifecycle.IN_SERVICE, lifecycle.FAILED) and known.pending is not None:
        rolled_back = before is not None and before["EndpointStatus"] == lifecycle.ROLLING_BACK
        known = _settled(world, known, status == lifecycle.FAILED or rolled_back)
    world.endpoint_lineage[name] = known


def _deployments(world: World, config: str, endpoint: str) -> Iterator[str]:
    """Create an action for each model of a configuration, and yield their ARNs."""
    document: Document = world.endpoint_configs.get(config) or {}
    models = dict.fromkeys(
        each["ModelName"]
        for member in VARIANTS
        for each in document.get(member, ())
        if "ModelName" in each
    )
    for name in models:
        model = world.models.get(name)
        if model is None:
            continue
        # A package stands for what it holds; its own artifact leads to that.
        package = next(
            (each["ModelPackageName"] for each in containers(model) if "ModelPackageName" in each),
            None,
        )
        packaged = packages.recorded(world, package) if package is not None else None
        stem = name if packaged is None else packaged.approved
        uri = model["ModelArn"] if packaged is None else packaged.arn
        deployment = action(world, stem, SUFFIX, uri, MODEL_DEPLOYMENT, lifecycle.IN_PROGRESS)
        if packaged is not None:
            connect(world, packaged.artifact, deployment, CONTRIBUTED_TO)
        own = [each for each in containers(model) if "ModelPackageName" not in each]
        contribute(world, of_containers(own), deployment)
        connect(world, deployment, endpoint, ASSOCIATED_WITH)
        yield deployment


def _settled(world: World, known: EndpointLineage, failed: bool) -> EndpointLineage:
    """What is left when a deployment has ended: the endpoint comes from what it serves."""
    pending = known.pending or ()
    for deployment in pending:
        set_status(world, deployment, _FAILED if failed else lifecycle.COMPLETED)
    if failed and not known.serving:
        return replace(known, pending=None)
    for deployment in pending if failed else known.serving:
        world.lineage.remove(deployment, known.context)
    return replace(known, serving=known.serving if failed else pending, pending=None)
