"""The types of command-line arguments. Each raises an error that says what it takes."""

from __future__ import annotations

import argparse
import ipaddress
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from sagemock.options import Option, parse


def host(text: str) -> str:
    """Parse a host name, or an address without a port. An empty one would mean every address."""
    name = text
    if ":" in text:
        try:
            ipaddress.IPv6Address(text)
        except ValueError:
            name = ""
    if not name or "/" in name or name != name.strip():
        raise argparse.ArgumentTypeError(
            f"a host must be a name or an address without scheme and port, not {text!r}"
        )
    return text


def origin(text: str) -> str:
    """Parse what a browser sends as `Origin`, or `*`."""
    parts = urlsplit(text)
    is_origin = parts.scheme and parts.netloc and not (parts.path.strip("/") or parts.query)
    if text not in ("*", "null") and not is_origin:
        raise argparse.ArgumentTypeError(
            f"an origin must be a scheme and a name, such as https://app.example.org, not {text!r}"
        )
    return text


def port(text: str) -> int:
    """Parse a port; 0 stands for any."""
    try:
        number = int(text)
    except ValueError:
        number = -1
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"a port must be a number from 0 to 65535, not {text!r}")
    return number


def seconds(text: str) -> float:
    """Parse a number of seconds."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"seconds must be a number, 0 or more, not {text!r}")
    return value


def option(row: Option) -> Callable[[str], Any]:
    """Return the type of an option of `Config`."""

    def value(text: str) -> Any:
        try:
            return parse(row.name, text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return value


def region(text: str) -> str:
    """Parse a name in the form of AWS's regions; requests show whether there is such a region."""
    if not re.fullmatch(r"[a-z]{2,4}(-[a-z]+)+-\d+", text):
        raise argparse.ArgumentTypeError(f"a region must be a name such as eu-west-1, not {text!r}")
    return text


def mebibytes(text: str) -> int:
    """Parse a number of MiB, and return bytes."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(
            f"a size in MiB must be a whole number, 1 or more, not {text!r}"
        )
    return int(text) * 1024**2
