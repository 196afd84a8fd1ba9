"""The handlers that stand in moto's URL tables while the plug is on.

moto calls each with (request, url, headers), from its botocore stub and from its server
alike, and takes (status, headers, body).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from sagemock import api
from sagemock.errors import NotOurs, ServiceError, UnknownOperationException, ValidationException
from sagemock.gateway import dispatch
from sagemock.gateway.backend import UnknownRegion, world_of
from sagemock.gateway.caller import AccessDenied, Caller, authorize, identify
from sagemock.gateway.waiting import sdk_modules

MotoAnswer = tuple[int, dict[str, str], bytes | str]
Handler = Callable[[Any, str, Any], Any]


def control_plane(moto: Handler) -> Handler:
    """The handler of `api.sagemaker`, with moto's own behind it."""

    def sagemaker(request: Any, url: str, headers: Any) -> Any:
        operation = "the request"
        sdk_modules.refresh()
        try:
            operation = dispatch.operation_of(request.headers.get("X-Amz-Target"))
            if operation in api.OPERATIONS:
                authorize(request, url)
            caller = identify(request, url)
            world = world_of(caller.account_id, caller.region)
            answer = dispatch.call(world, operation, request.get_data())
        except NotOurs:
            return _ask_moto(moto, operation, dispatch.json_error, request, url, headers)
        except Exception as error:
            answer = _refusal(operation, error, dispatch.json_error)
        return _to_moto(answer, request)

    return sagemaker


def runtime(moto: Handler) -> Handler:
    """The handler of `runtime.sagemaker`, with moto's own behind it."""

    def sagemaker_runtime(request: Any, url: str, headers: Any) -> Any:
        operation, endpoint = _runtime_operation(request.raw_path)
        try:
            caller = identify(request, url)
            if operation == "InvokeEndpoint" and _has_canned_result(caller, endpoint):
                raise NotOurs(operation)
            if operation in api.RUNTIME_OPERATIONS:
                authorize(request, url)
            answer = dispatch.call_rest(
                world_of(caller.account_id, caller.region),
                dispatch.RUNTIME,
                operation,
                {"EndpointName": endpoint},
                request.headers,
                request.args,
                request.get_data(),
            )
        except NotOurs:
            return _ask_moto(moto, operation, dispatch.rest_error, request, url, headers)
        except Exception as error:
            answer = _refusal(operation, error, dispatch.rest_error)
        return _to_moto(answer, request)

    return sagemaker_runtime


def metrics(moto: Handler) -> Handler:
    """The handler of `metrics.sagemaker`, with moto's own behind it."""

    def sagemaker_metrics(request: Any, url: str, headers: Any) -> Any:
        operation = request.raw_path.strip("/") or "unknown"
        try:
            if operation in api.METRICS_OPERATIONS:
                authorize(request, url)
            caller = identify(request, url)
            world = world_of(caller.account_id, caller.region)
            answer = dispatch.call_rest(
                world,
                dispatch.METRICS,
                operation,
                {},
                request.headers,
                request.args,
                request.get_data(),
            )
        except NotOurs:
            return _ask_moto(moto, operation, dispatch.rest_error, request, url, headers)
        except Exception as error:
            answer = _refusal(operation, error, dispatch.rest_error)
        return _to_moto(answer, request)

    return sagemaker_metrics


_RUNTIME_PATHS = {
    "invocations": "InvokeEndpoint",
    "async-invocations": "InvokeEndpointAsync",
    "invocations-response-stream": "InvokeEndpointWithResponseStream",
}


def _runtime_operation(path: str) -> tuple[str, str]:
    """Operation and endpoint name of `/endpoints/<name>/<what>`."""
    _, _, name, what = path.rstrip("/").split("/", 3)
    return _RUNTIME_PATHS.get(what, what), unquote(name)


def _has_canned_result(caller: Caller, endpoint: str) -> bool:
    """Whether a test queued results through moto's API, or this endpoint has used one."""
    from moto.sagemakerruntime.models import sagemakerruntime_backends

    try:
        backend = sagemakerruntime_backends[caller.account_id][caller.region]
    except KeyError:
        return False
    return bool(backend.results_queue or backend.results.get(endpoint))


def _ask_moto(
    moto: Handler,
    operation: str,
    error_answer: Callable[[ServiceError], dispatch.Answer],
    request: Any,
    url: str,
    headers: Any,
) -> Any:
    """moto's answer; where moto has none or breaks, an error that names the operation."""
    from moto.core.exceptions import ServiceException
    from werkzeug.exceptions import HTTPException

    error: ServiceError
    try:
        answer = moto(request, url, headers)
    except (HTTPException, ServiceException):
        raise
    except NotImplementedError:
        error = UnknownOperationException(
            f"The operation {operation} is implemented neither by sagemock nor by moto."
        )
    except Exception as broken:
        dispatch.log.warning("moto failed in %s", operation, exc_info=broken)
        error = ValidationException(
            f"moto could not answer {operation}: {type(broken).__name__}: {broken}"
        )
    else:
        if answer[0] != 404 or answer[2]:
            return answer
        error = UnknownOperationException(f"Unknown operation: {operation}")
    return _to_moto(error_answer(error), request)


def _refusal(
    operation: str, error: Exception, error_answer: Callable[[ServiceError], dispatch.Answer]
) -> dispatch.Answer:
    if isinstance(error, AccessDenied):
        return dispatch.Answer(error.status, dispatch.json_headers(), error.body)
    if isinstance(error, UnknownRegion):
        text = f"SageMaker is not available in the region {str(error)!r}."
        return error_answer(ValidationException(text))
    return error_answer(dispatch.as_service_error(operation, error))


def _to_moto(answer: dispatch.Answer, request: Any) -> MotoAnswer:
    headers = dict(answer.headers)
    if getattr(request, "from_wsgi_server", False):
        # The WSGI server writes its own.
        headers.pop("Date", None)
    return answer.status, headers, answer.body


def simulate_principal_policy(response: Any) -> Any:
    """IAM's SimulatePrincipalPolicy, which moto lacks: every action is allowed.

    The SageMaker SDK asks it of the execution role before it creates anything.
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
