"""Keeps every call to an AWS host inside the mock, in whatever form the host is written.

moto intercepts requests of botocore and of `requests`, but passes those to unknown hosts on to the
network, except in the domain `amazonaws.com`. While the patch is on, it sees each host in the form
that it knows.
"""

from __future__ import annotations

import io
import re
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.config import passthrough_url
from moto.core.custom_responses_mock import CallbackResponse
from moto.core.models import botocore_stubber, responses_mock
from moto.core.request import Request

from sagemock.errors import UnknownPath
from sagemock.moto_adapter.aws_hosts import is_sagemaker, standard, url_known_to_moto
from sagemock.wire import http_responses, signature

_NOT_IMPLEMENTED: tuple[int, dict[str, str], str] = (404, {}, "Not yet implemented")
"""moto's response for a host or a path that it does not know."""

_ANY = re.compile(r"https?://[^/]+\.amazonaws\.com/")


def enter(stack: ExitStack) -> None:
    """Intercept calls to AWS hosts until `stack` is closed."""
    call = BotocoreStubber.__call__
    process = BotocoreStubber.process_request
    on_request = responses_mock._on_request

    def intercept(stubber: Any, event_name: str, request: Any, **options: Any) -> Any:
        # Here as well, since moto 5.2.4 builds its own request before `process_request`.
        return call(stubber, event_name, _as_moto_takes(request, request.url), **options)

    def process_request(stubber: Any, request: Any) -> Any:
        url = _url(request)
        host = standard(urlsplit(url).hostname or "")
        if host is None:
            return process(stubber, request)
        error = signature.error_response(request.headers, host, of_sagemaker=is_sagemaker(host))
        if error is not None:
            return error.status, error.headers, error.body
        answer = process(stubber, _as_moto_takes(request, url))
        if answer == _NOT_IMPLEMENTED and is_sagemaker(host):
            return _unknown_operation(url)
        return answer

    def _on_request(adapter: Any, request: Any, **options: Any) -> Any:
        url = _url(request)
        if url != request.url:
            request = request.copy()
            request.url = url
        if not responses_mock.registered() and _ANY.match(url):
            # moto's reset() forgets what it intercepts.
            responses_mock.add(_catch_all(request.method))
        return on_request(adapter, request, **options)

    stack.enter_context(patch.object(BotocoreStubber, "__call__", intercept))
    stack.enter_context(patch.object(BotocoreStubber, "process_request", process_request))
    stack.enter_context(patch.object(responses_mock, "_on_request", _on_request))


def _as_moto_takes(request: Any, url: str) -> AWSPreparedRequest | Request:
    """The request to `url`, with a body that werkzeug reads as it was sent."""
    if isinstance(request, Request):
        # moto 5.2.4 has built its own already, whose Host header would override the URL.
        headers = {name: value for name, value in request.headers.items() if name != "Host"}
        data = io.BytesIO(request.get_data())
        return Request.from_primitives(request.method, url, headers, data)
    body: Any = request.body
    if isinstance(body, (bytearray, memoryview)):
        body = bytes(body)
    elif not body:
        # Without a body, the content type of a form would make it an empty form.
        body = io.BytesIO()
    return AWSPreparedRequest(request.method, url, request.headers, body, request.stream_output)


def _unknown_operation(url: str) -> tuple[int, dict[str, str], bytes | str]:
    """The response for a SageMaker path that moto does not know; the same as from the server."""
    answer = http_responses.rest_error(UnknownPath(urlsplit(url).path))
    return answer.status, answer.headers, answer.body


def _url(request: Any) -> str:
    """The URL as moto knows it; the original where moto's options pass it through."""
    url: str = request.raw_url if isinstance(request, Request) else request.url
    return url if passthrough_url(url.partition("?")[0]) else url_known_to_moto(url)


def _catch_all(method: str) -> CallbackResponse:
    # moto 5.2.4 has a single method for the requests of both libraries.
    process = getattr(
        botocore_stubber, "process_prepared_request", botocore_stubber.process_request
    )
    return CallbackResponse(method, _ANY, callback=process)
