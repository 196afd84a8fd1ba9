"""Endpoint responses that a test has queued through moto's API.

`POST /moto-api/static/sagemaker/endpoint-results` appends to the queue. As in moto, each new
request takes the next one, and a repeated request gets the same one again. moto's own handler
fails on request bodies that are not text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.sagemakerruntime.models import sagemakerruntime_backends

from sagemock.accounts.services import CannedResult


class MotoCannedResults:
    """`services.CannedResults` on moto's SageMaker Runtime."""

    def __init__(self, account_id: str, region: str) -> None:
        self._account_id = account_id
        self._region = region

    def take(self, request: Mapping[str, Any]) -> CannedResult | None:
        """The response to an InvokeEndpoint request; None when none is queued."""
        backend = self._backend()
        if backend is None:
            return None
        used = backend.results.setdefault(request["EndpointName"], {})
        key = repr(sorted(request.items())).encode()
        if key not in used:
            if not backend.results_queue:
                return None
            used[key] = backend.results_queue.pop(0)
        body, content_type, variant, custom_attributes = used[key]
        text = body if isinstance(body, str) else json.dumps(body)
        return CannedResult(text.encode(), content_type, variant, custom_attributes)

    def has_async(self, request: Mapping[str, Any]) -> bool:
        """Whether one is queued for an InvokeEndpointAsync request, or it has had one before.

        Where its own queue is empty, moto takes results from that of InvokeEndpoint.
        """
        backend = self._backend()
        if backend is None:
            return False
        used = backend.async_results.get(request["EndpointName"], {})
        queued = backend.async_results_queue or backend.results_queue
        return bool(queued) or request.get("InputLocation") in used

    def _backend(self) -> Any:
        """The SageMaker Runtime of moto; None while moto is being reset."""
        try:
            return sagemakerruntime_backends[self._account_id][self._region]
        except KeyError:
            return None
