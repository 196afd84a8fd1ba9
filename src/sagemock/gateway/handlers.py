"""The handlers that stand in moto's URL tables while the plug is on.

moto calls each with (request, url, headers), from its botocore stub and from its server
alike, and takes (status, headers, body).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from sagemock import api
from sagemock.errors import NotOurs, ServiceError, UnknownOperationException, ValidationException
from sagemock.gateway import dispatch, server_wait
from sagemock.gateway.backend import UnknownRegion, world_of
from sagemock.gateway.caller import AccessDenied, authorize, identify
from sagemock.gateway.waiting import sdk_modules
from sagemock.world import World

MotoAnswer = tuple[int, dict[str, str], bytes | str]
Handler = Callable[[Any, str, Any], Any]


def control_plane(moto: Handler) -> Handler:
    """The handler of `api.sagemaker`, with moto's own behind it."""

    def sagemaker(request: Any, url: str, headers: Any) -> Any:
        sdk_modules.refresh()
        call = _Call(moto, dispatch.json_error, request, url, headers)
        target = request.headers.get("X-Amz-Target")

        def ours() -> dispatch.Answer:
            operation = dispatch.operation_of(target)
            world = call.world(operation, api.OPERATIONS)
            with _patience(request, world):
                return dispatch.call(world, operation, request.get_data())

        return call.answer((target or "the request").removeprefix(dispatch.TARGET_PREFIX), ours)

    return sagemaker


def _patience(request: Any, world: World) -> AbstractContextManager[None]:
    """What lets a request wait for the end of what it describes: those of the server alone."""
    if not getattr(request, "from_wsgi_server", False):
        return nullcontext()
    return server_wait.patient(request.headers, world.config.wait)


def runtime(moto: Handler) -> Handler:
    """The handler of `runtime.sagemaker`, with moto's own behind it."""

    def sagemaker_runtime(request: Any, url: str, headers: Any) -> Any:
        call = _Call(moto, dispatch.rest_error, request, url, headers)
        operation, endpoint = _runtime_operation(request.raw_path)

        def ours() -> dispatch.Answer:
            world = call.world(operation, api.RUNTIME_OPERATIONS)
            return call.rest(world, dispatch.RUNTIME, operation, {"EndpointName": endpoint})

        return call.answer(operation, ours)

    return sagemaker_runtime


def metrics(moto: Handler) -> Handler:
    """The handler of `metrics.sagemaker`, with moto's own behind it."""

    def sagemaker_metrics(request: Any, url: str, headers: Any) -> Any:
        call = _Call(moto, dispatch.rest_error, request, url, headers)
        operation = request.raw_path.strip("/") or "unknown"

        def ours() -> dispatch.Answer:
            world = call.world(operation, api.METRICS_OPERATIONS)
            return call.rest(world, dispatch.METRICS, operation, {})

        return call.answer(operation, ours)

    return sagemaker_metrics


@dataclass(frozen=True, slots=True)
class _Call:
    """One call.

    moto: the handler of what is not ours. error_answer: writes errors in the call's protocol.
    """

    moto: Handler
    error_answer: Callable[[ServiceError], dispatch.Answer]
    request: Any
    url: str
    headers: Any

    def world(self, operation: str, operations: Collection[str]) -> World:
        """The caller's. Raises `AccessDenied` where moto checks who may call what."""
        if operation in operations:
            authorize(self.request, self.url)
        caller = identify(self.request, self.url)
        return world_of(caller.account_id, caller.region)

    def rest(
        self, world: World, service: str, operation: str, uri_params: Mapping[str, str]
    ) -> dispatch.Answer:
        """The answer of an operation of the REST-JSON protocol."""
        request = self.request
        return dispatch.call_rest(
            world,
            service,
            operation,
            uri_params,
            request.headers,
            request.args,
            request.get_data(),
        )

    def answer(self, operation: str, ours: Callable[[], dispatch.Answer]) -> Any:
        """Our answer, an error, or what moto says of a call that is not ours."""
        try:
            answer = ours()
        except NotOurs:
            return self._ask_moto(operation)
        except Exception as error:
            answer = _refusal(operation, error, self.error_answer)
        return _to_moto(answer, self.request)

    def _ask_moto(self, operation: str) -> Any:
        """moto's answer; where moto has none or breaks, an error that names the operation."""
        from moto.core.exceptions import ServiceException
        from werkzeug.exceptions import HTTPException

        error: ServiceError
        try:
            answer = self.moto(self.request, self.url, self.headers)
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
        return _to_moto(self.error_answer(error), self.request)


_RUNTIME_PATHS = {
    "invocations": "InvokeEndpoint",
    "async-invocations": "InvokeEndpointAsync",
    "invocations-response-stream": "InvokeEndpointWithResponseStream",
}


def _runtime_operation(path: str) -> tuple[str, str]:
    """Operation and endpoint name of `/endpoints/<name>/<what>`."""
    _, _, name, what = path.rstrip("/").split("/", 3)
    return _RUNTIME_PATHS.get(what, what), unquote(name)


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
