"""Calls that a test wants throttled or denied."""

from __future__ import annotations

from sagemock.errors import AccessDeniedException, ThrottlingException
from sagemock.world import World


def check(world: World, operation: str) -> None:
    """Raises `ThrottlingException` or `AccessDeniedException` when a rule says so."""
    rule = world.conduct.outcomes.for_operation(operation)
    if rule is None:
        return
    if rule.kind == "throttle":
        raise ThrottlingException("Rate exceeded")
    caller = f"arn:{world.partition}:sts::{world.account_id}:assumed-role/sagemock/session"
    # IAM has one name space for the control plane and the runtime.
    action = f"sagemaker:{operation}"
    raise AccessDeniedException(
        f"User: {caller} is not authorized to perform: {action} on resource: "
        f"arn:{world.partition}:sagemaker:{world.region}:{world.account_id}:* because no "
        f"identity-based policy allows the {action} action"
    )
