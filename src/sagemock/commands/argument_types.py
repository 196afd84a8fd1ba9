"""The types of the arguments of the command line; each says what it takes when a text is none."""

from __future__ import annotations

import argparse
import ipaddress
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from sagemock.options import Option, parse


def host(text: str) -> str:
    """A name, or an address without a port. An empty one would stand for every address."""
    name = text
    if ":" in text:
        try:
            ipaddress.IPv6Address(text)
        except ValueError:
            name = ""
    if not name or "/" in name or name != name.strip():
        raise argparse.ArgumentTypeError(
            f"a host is a name or an address, without scheme and port, not {text!r}"
        )
    return text


def origin(text: str) -> str:
    """What a browser sends as `Origin`, or `*`."""
    parts = urlsplit(text)
    is_origin = parts.scheme and parts.netloc and not (parts.path.strip("/") or parts.query)
    if text not in ("*", "null") and not is_origin:
        raise argparse.ArgumentTypeError(
            f"an origin is a scheme and a name, such as https://app.example.org, not {text!r}"
        )
    return text


def port(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = -1
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return number


def seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"seconds are a number from 0, not {text!r}")
    return value


def option(row: Option) -> Callable[[str], Any]:
    """The type of an option of `Config`."""

    def value(text: str) -> Any:
        try:
            return parse(row.name, text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return value


def region(text: str) -> str:
    """The name of a region, as AWS forms them; whether there is one, the request will show."""
    if not re.fullmatch(r"[a-z]{2,4}(-[a-z]+)+-\d+", text):
        raise argparse.ArgumentTypeError(f"a region is a name such as eu-west-1, not {text!r}")
    return text


def mebibytes(text: str) -> int:
    """Bytes of a number of MiB."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a size in MiB is a whole number from 1, not {text!r}")
    return int(text) * 1024**2
