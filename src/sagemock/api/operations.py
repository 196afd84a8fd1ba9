"""The one way to run an operation of SageMaker.

HTTP requests, CloudFormation, the tagging API and the console all call `run`, so that due changes,
faults on demand and validation are the same for each of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from sagemock import api
from sagemock.accounts import plain_moto
from sagemock.accounts.world import Request, Response, World
from sagemock.errors import AccessDeniedException, NotOurs, ThrottlingException
from sagemock.wire import service_model
from sagemock.wire.dispatch import Call
from sagemock.wire.validation import validator

OPERATIONS: Mapping[str, api.Operations] = {
    service_model.CONTROL_PLANE: api.OPERATIONS,
    service_model.RUNTIME: api.RUNTIME_OPERATIONS,
    service_model.METRICS: api.METRICS_OPERATIONS,
}
"""The operations of each service that sagemock answers itself; moto has the others."""


def run(world: World, service: str, operation: str, request: Request) -> Response:
    """Settle what is due, apply faults, validate the request, and call the operation.

    Parameters
    ----------
    world : World
        The account and region of the caller.
    service : str
        As botocore names it, such as `sagemaker`.
    operation : str
        As AWS names it, such as `CreateModel`.
    request : Request
        In wire shape. It is not read if moto has the operation.

    Returns
    -------
    Response
        In wire shape.

    Raises
    ------
    ServiceError
        AWS's errors.
    NotOurs
        moto has the operation, or is to answer this request.
    """
    world.settle()
    _apply_faults(world, operation)
    if not is_ours(service, operation):
        raise NotOurs(operation)
    function = OPERATIONS[service][operation]
    if not world.rules.checks:
        validator(service, operation, constraints="none")(request)
        return plain_moto.run(world, operation, request, function)
    check(service, operation, request)
    response: Response = function(world, request)
    return response


def call_of(world: World, service: str, operation: str) -> Call:
    """An operation, bound to a world, for `wire.dispatch`."""
    run_ = partial(run, world, service, operation)
    return Call(service, operation, run_, is_ours(service, operation))


def is_ours(service: str, operation: str) -> bool:
    """Whether sagemock answers an operation itself."""
    return operation in OPERATIONS.get(service, ())


def check(service: str, operation: str, request: Request) -> None:
    """Validate a request by itself, without regard to resources. Raises AWS's errors."""
    validator(service, operation)(request)
    OPERATIONS[service].check(operation, request)


def _apply_faults(world: World, operation: str) -> None:
    """Raises `ThrottlingException` or `AccessDeniedException` when a rule says so."""
    rule = world.runtime.faults.for_operation(operation)
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
