"""Answers of an endpoint and its last invocations, as people read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sagemock.accounts.world import World
from sagemock.console.budget import cut
from sagemock.console.endpoint.trial import Trial
from sagemock.containers.guide import ModelGuide
from sagemock.hosting.invocations import Invocation
from sagemock.hosting.targets import Targets

MAX_EXCERPT = 60
"""Characters of a body in the list of invocations."""


LONG_ROW = 16
"""Numbers of a row from which on it is counted rather than shown."""


def latency(seconds: float) -> str:
    """Return a latency in the unit that suits it.

    >>> latency(0.0000421), latency(0.0034), latency(1.25)
    ('42 µs', '3.4 ms', '1.25 s')
    """
    if seconds < 0.001:
        return f"{seconds * 1e6:.0f} µs"
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def text_of(body: bytes) -> str:
    """Return a body as text, or say how long it is if it is none."""
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        # A body that has been cut may end within a character.
        if error.start > len(body) - 4 and error.start:
            return body[: error.start].decode()
        return f"{len(body):,} bytes that are no text, from {body[:16].hex(' ')}"


def predictions(answer: str | None) -> list[Mapping[str, Any]]:
    """Return the predictions of an answer in JSON or JSON Lines; empty for another one."""
    if not answer:
        return []
    try:
        document = json.loads(answer)
    except (ValueError, RecursionError):
        document = _lines(answer)
    if isinstance(document, dict):
        document = _listed(document)
    if not isinstance(document, list) or not all(isinstance(each, dict) for each in document):
        return []
    return document


def _listed(document: Mapping[str, Any]) -> Any:
    """Return the list of predictions, whatever its name if it is all that the answer has."""
    if len(document) == 1:
        (only,) = document.values()
        if isinstance(only, list) and only and all(isinstance(each, dict) for each in only):
            return only
    return document.get("predictions", [document])


def _lines(answer: str) -> list[Any]:
    try:
        return [json.loads(line) for line in answer.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return []


def guides(world: World, endpoint: str) -> dict[str, ModelGuide]:
    """Return what is known about the model of each variant that serves."""
    deployment = world.deployments.get(endpoint, {})
    return {variant: server.guide() for variant, server in deployment.items() if server is not None}


def targets(world: World, endpoint: str) -> Targets:
    """Return what requests to an endpoint may have to name, whichever variant answers."""
    servers = [each for each in world.deployments.get(endpoint, {}).values() if each is not None]
    hosts = [host for each in servers for host in each.targets.hosts or ()]
    return Targets(any(each.targets.models for each in servers), list(dict.fromkeys(hosts)))


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """An invocation in the list of the last ones."""

    invocation: Invocation

    @property
    def body(self) -> str:
        """The begin of the request's body; of long rows, how many there are."""
        if self.invocation.whole:
            rows, columns = Trial.again(self.invocation).shape()
            if columns > LONG_ROW:
                return f"{rows:,} row{'' if rows == 1 else 's'} of {columns:,} columns"
        return cut(text_of(self.invocation.request["Body"][: MAX_EXCERPT * 4]), MAX_EXCERPT)

    @property
    def answer(self) -> str:
        """The begin of the answer's body, or the error."""
        invocation = self.invocation
        text = invocation.error or text_of(invocation.answer[: MAX_EXCERPT * 4])
        return cut(text.strip(), MAX_EXCERPT)

    @property
    def model_latency(self) -> str:
        """How long the container has worked; empty if it was not asked."""
        seconds = self.invocation.model_latency
        return "" if seconds is None else latency(seconds)

    @property
    def overhead_latency(self) -> str:
        """How long the rest took."""
        return latency(self.invocation.overhead_latency)

    @property
    def data(self) -> dict[str, Any]:
        """The same as JSON; latencies are in microseconds, as CloudWatch has them."""
        invocation = self.invocation
        request = invocation.request
        return {
            "Number": invocation.number,
            "Time": invocation.time,
            "ContentType": request.get("ContentType"),
            "Accept": request.get("Accept"),
            "TargetVariant": request.get("TargetVariant"),
            "TargetModel": request.get("TargetModel"),
            "TargetContainerHostname": request.get("TargetContainerHostname"),
            "Body": text_of(request["Body"]),
            "BodyIsWhole": invocation.whole,
            "InvokedProductionVariant": invocation.variant,
            "Answer": None if invocation.error is not None else text_of(invocation.answer),
            "Error": invocation.error,
            "ModelLatency": _microseconds(invocation.model_latency),
            "OverheadLatency": _microseconds(invocation.overhead_latency),
        }


def _microseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1e6)
