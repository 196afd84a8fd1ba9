"""Content types such as `text/csv; label_size=0`."""

from __future__ import annotations

from email.message import Message

BINARY = "application/octet-stream"
CSV = "text/csv"
JSON = "application/json"
JSON_LINES = "application/jsonlines"
RECORDIO = "application/x-recordio-protobuf"


def media_type(content_type: str) -> str:
    """The media type of a content type, in lower case and without parameters.

    Examples
    --------
    >>> media_type("Text/CSV; label_size=0")
    'text/csv'
    """
    return content_type.partition(";")[0].strip().lower()


def parameters(content_type: str) -> dict[str, str]:
    """The parameters of a content type, with names in lower case.

    Examples
    --------
    >>> parameters("text/csv; Label_Size=0")
    {'label_size': '0'}
    """
    message = Message()
    message["Content-Type"] = content_type
    params = message.get_params(failobj=[]) or []
    return {name.lower(): value for name, value in params[1:]}


def accepted(header: str) -> list[str]:
    """The media types of an Accept header, by preference; equal ones in their order.

    Examples
    --------
    >>> accepted("text/csv;q=0.5, application/json, */*;q=0")
    ['application/json', 'text/csv']
    """
    ranked = []
    for offer in header.split(","):
        quality = parameters(offer).get("q", "1")
        try:
            rank = float(quality)
        except ValueError:
            rank = 1.0
        if rank > 0:
            ranked.append((-rank, media_type(offer)))
    return [name for _, name in sorted(ranked, key=lambda pair: pair[0])]
