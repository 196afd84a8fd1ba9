"""The request handlers that replace moto's in its URL tables while the patch is on.

moto calls each with (request, url, headers), from its botocore stub and from its server alike, and
expects (status, headers, body).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

from sagemock.accounts.world import World
from sagemock.api import operations
from sagemock.errors import NotOurs, ServiceError, UnknownOperationException, ValidationException
from sagemock.jobs import nesting, server_wait
from sagemock.moto_adapter.backend import UnknownRegion, world_of
from sagemock.moto_adapter.caller import AccessDenied, Caller, authorize, identify
from sagemock.moto_adapter.job_access import calling_job
from sagemock.moto_adapter.waiting import sdk_modules
from sagemock.wire import dispatch, http_responses
from sagemock.wire.http_responses import HttpResponse
from sagemock.wire.rest_routes import Route
from sagemock.wire.service_model import Service

log = logging.getLogger("sagemock")

MotoResponse = tuple[int, dict[str, str], bytes | str]
"""Status, headers and body."""

Handler = Callable[[Any, str, Any], Any]
"""Takes a request, its URL and its headers, as moto passes them."""


@dataclass(frozen=True, slots=True)
class WireProtocol:
    """How requests of a protocol are read, run and answered.

    Attributes
    ----------
    route
        Finds the operation of a request to a service. Raises `UnknownOperationException`.
    call
        Runs the operation.
    error
        Serializes an error.
    """

    route: Callable[[str, Any], Route]
    call: Callable[[World, str, Route, Any], HttpResponse]
    error: Callable[[ServiceError], HttpResponse]


def _call_json(world: World, service: str, route: Route, request: Any) -> HttpResponse:
    call = operations.call_of(world, service, route.operation)
    return dispatch.call(call, request.get_data())


def _call_rest(world: World, service: str, route: Route, request: Any) -> HttpResponse:
    return dispatch.call_rest(
        operations.call_of(world, service, route.operation),
        route.labels,
        request.headers,
        request.args.to_dict(flat=False),
        request.get_data(),
        limits_body=world.rules.limits_bodies,
    )


def _route_of_target(service: str, request: Any) -> Route:
    is_ours = partial(operations.is_ours, service)
    return Route(dispatch.operation_of(request.headers.get("X-Amz-Target"), service, is_ours), {})


PROTOCOLS = {
    "json": WireProtocol(_route_of_target, _call_json, http_responses.json_error),
    "rest-json": WireProtocol(
        lambda service, request: dispatch.route_of(service, request.method, request.raw_path),
        _call_rest,
        http_responses.rest_error,
    ),
}


def _no_moto(*_: Any) -> Any:
    """In place of moto's handler, for a service that moto lacks."""
    raise NotImplementedError


def handler(service: Service, moto: Handler = _no_moto) -> Handler:
    """The handler of the requests to a service.

    Parameters
    ----------
    service
        The service.
    moto
        moto's own handler, which answers what is not ours.
    """
    protocol = PROTOCOLS[service.protocol]

    def handle(request: Any, url: str, headers: Any) -> Any:
        sdk_modules.refresh()
        operation = "the request"
        try:
            route = protocol.route(service.name, request)
            operation = route.operation
            caller = _caller(request, url, checked=operations.is_ours(service.name, operation))
            world = world_of(caller.account_id, caller.region)
            job = calling_job(caller.access_key)
            nested = nesting.is_nested() or job is not None
            with _patience(request, world, job), nesting.nested(nested):
                answer = protocol.call(world, service.name, route, request)
        except NotOurs:
            try:
                return _ask_moto(moto, operation, request, url, headers)
            except ServiceError as error:
                answer = protocol.error(error)
        except Exception as error:
            answer = _response_to_error(operation, error, protocol.error)
        return _to_moto(answer, request)

    return handle


def _caller(request: Any, url: str, *, checked: bool) -> Caller:
    """The caller of a request.

    checked: whether to apply moto's IAM here, which raises `AccessDenied`; moto's own handlers
    apply it themselves.
    """
    if checked:
        authorize(request, url)
    return identify(request, url)


def _patience(request: Any, world: World, job: str | None) -> AbstractContextManager[None]:
    """Within this context, a Describe request to the server may wait for the end of a job.

    job: the name of the job whose process the caller is, if it is one; its end is not waited for.
    """
    if not getattr(request, "from_wsgi_server", False):
        return nullcontext()
    return server_wait.patient(request.headers, world.config.wait, except_for=job)


def _ask_moto(moto: Handler, operation: str, request: Any, url: str, headers: Any) -> Any:
    """The response of moto's handler.

    Raises an error of ours, which names the operation, where moto lacks it or fails.
    """
    from moto.core.exceptions import ServiceException
    from werkzeug.exceptions import HTTPException

    try:
        answer = moto(request, url, headers)
    except (HTTPException, ServiceException):
        raise
    except NotImplementedError:
        raise UnknownOperationException(
            f"The operation {operation} is implemented neither by sagemock nor by moto."
        ) from None
    except Exception as broken:
        log.warning("moto failed in %s", operation, exc_info=broken)
        raise ValidationException(
            f"moto could not answer {operation}: {type(broken).__name__}: {broken}"
        ) from broken
    if answer[0] == 404 and not answer[2]:
        raise UnknownOperationException(f"Unknown operation: {operation}")
    return answer


def _response_to_error(
    operation: str, error: Exception, error_response: Callable[[ServiceError], HttpResponse]
) -> HttpResponse:
    if isinstance(error, AccessDenied):
        return HttpResponse(error.status, http_responses.json_headers(), error.body)
    if isinstance(error, UnknownRegion):
        text = f"SageMaker is not available in the region {str(error)!r}."
        return error_response(ValidationException(text))
    return error_response(http_responses.as_service_error(operation, error))


def _to_moto(answer: HttpResponse, request: Any) -> MotoResponse:
    headers = dict(answer.headers)
    if getattr(request, "from_wsgi_server", False):
        # The WSGI server writes its own.
        headers.pop("Date", None)
    return answer.status, headers, answer.body


def simulate_principal_policy(response: Any) -> Any:
    """The answer of IAM's SimulatePrincipalPolicy, which moto lacks: every action is allowed.

    The SageMaker SDK calls it for the execution role before it creates anything.
    """
    from moto.core.responses import ActionResult

    names = response._get_param("ActionNames", [])
    resources = response._get_param("ResourceArns", None) or ["*"]
    return ActionResult(
        {
            "EvaluationResults": [
                {
                    "EvalActionName": name,
                    "EvalResourceName": resource,
                    "EvalDecision": "allowed",
                    "MatchedStatements": [],
                    "MissingContextValues": [],
                }
                for name in names
                for resource in resources
            ],
            "IsTruncated": False,
        }
    )
