"""Content types such as `text/csv; label_size=0`."""

from __future__ import annotations

from email.message import Message

BINARY = "application/octet-stream"
CSV = "text/csv"
JSON = "application/json"
JSON_LINES = "application/jsonlines"
RECORDIO = "application/x-recordio-protobuf"


def media_type(content_type: str) -> str:
    """What a content type names, in lower case, without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def parameters(content_type: str) -> dict[str, str]:
    """The parameters of a content type, their names in lower case."""
    message = Message()
    message["Content-Type"] = content_type
    found = message.get_params(failobj=[]) or []
    return {name.lower(): value for name, value in found[1:]}


def accepted(header: str) -> list[str]:
    """The media types of an Accept header, the best first; equal ones in their order."""
    found = []
    for offer in header.split(","):
        quality = parameters(offer).get("q", "1")
        try:
            rank = float(quality)
        except ValueError:
            rank = 1.0
        if rank > 0:
            found.append((-rank, media_type(offer)))
    return [name for _, name in sorted(found, key=lambda each: each[0])]
