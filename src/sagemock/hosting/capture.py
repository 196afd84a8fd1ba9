"""Data capture: requests and answers of an endpoint, as JSON Lines in S3.

Layout and members are those of the developer guide's page on capturing data from real-time
endpoints.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Exchange:
    """One answered request; `when` is in seconds since the epoch."""

    when: float
    request: Mapping[str, Any]
    answer: Mapping[str, Any]


def key(prefix: str, endpoint: str, variant: str, when: float) -> str:
    """Return the key of a new object, one for each exchange, below the destination's prefix."""
    moment = datetime.fromtimestamp(when, UTC)
    folder = f"{endpoint}/{variant}/{moment:%Y/%m/%d/%H}"
    name = f"{moment:%M-%S}-{moment.microsecond // 1000:03}-{uuid.uuid4()}.jsonl"
    return "/".join(part for part in (prefix.strip("/"), folder, name) if part)


def line(config: Mapping[str, Any], exchange: Exchange) -> bytes:
    """Return the line of an exchange, with the sides that a DataCaptureConfig names."""
    modes = {option["CaptureMode"] for option in config["CaptureOptions"]}
    both = "InputAndOutput" in modes
    headers = config.get("CaptureContentTypeHeader", {})
    data: dict[str, Any] = {}
    if both or "Input" in modes:
        data["endpointInput"] = _side(headers, "INPUT", exchange.request)
    if both or "Output" in modes:
        data["endpointOutput"] = _side(headers, "OUTPUT", exchange.answer)
    moment = datetime.fromtimestamp(exchange.when, UTC)
    metadata: dict[str, Any] = {"eventId": str(uuid.uuid4())}
    if "CustomAttributes" in exchange.request:
        metadata["customAttributes"] = [exchange.request["CustomAttributes"]]
    if "InferenceId" in exchange.request:
        metadata["inferenceId"] = exchange.request["InferenceId"]
    metadata["inferenceTime"] = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    event = {"captureData": data, "eventMetadata": metadata, "eventVersion": "0"}
    return json.dumps(event).encode() + b"\n"


def _side(
    headers: Mapping[str, Any], mode: str, content: Mapping[str, Any]
) -> dict[str, str | None]:
    kind = content.get("ContentType")
    encoding = _encoding(headers, kind)
    body: bytes = content.get("Body", b"")
    text = (
        base64.b64encode(body).decode() if encoding == "BASE64" else body.decode("utf-8", "replace")
    )
    return {"observedContentType": kind, "mode": mode, "data": text, "encoding": encoding}


def _encoding(headers: Mapping[str, Any], kind: str | None) -> str:
    """Base64, unless the configuration names the content type as CSV or JSON."""
    plain = (kind or "").split(";", 1)[0].strip().lower()
    for member, encoding in (("CsvContentTypes", "CSV"), ("JsonContentTypes", "JSON")):
        if plain in (each.lower() for each in headers.get(member, ())):
            return encoding
    return "BASE64"
