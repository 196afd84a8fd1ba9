"""Parsing of requests by waitress, stricter where a request is ambiguous.

Unlike waitress itself, it sends no `100 Continue` for a request without a body, accepts bytes
beyond ASCII in URLs, and refuses anything but HTTP/1.x at once.
"""

from __future__ import annotations

import re
from typing import Any

from waitress.parser import HTTPRequestParser, ParsingError, get_header_lines
from waitress.utilities import BadRequest, Error, RequestEntityTooLarge

METADATA = "x-amz-meta-"
"""The prefix of the headers of S3's user metadata, in lower case."""

HEADER_SPELLINGS = "moto.preserved_header_names"
"""The WSGI variable with the original names of headers, by their keys in the environment.

moto 5.2.4 does not read it yet, and turns underscores in names of S3's metadata into dashes.
"""

_FIRST_BYTES = re.compile(rb"[\r\n]*([!#$%&'*+\-.^_`|~0-9A-Za-z]|$)")
"""The beginning of a method; that of a TLS handshake, for example, does not match."""

_VERSIONS = ("1.0", "1.1")


class VersionNotSupported(Error):  # type: ignore[misc]
    """The request has another version than HTTP/1.0 or 1.1."""

    code = 505
    reason = "HTTP Version Not Supported"


class RequestParser(HTTPRequestParser):  # type: ignore[misc]
    """Parses one request.

    Attributes
    ----------
    preserved
        The original names of S3 metadata headers that contain an underscore, by their keys in the
        WSGI environment. waitress drops all such headers, since `x_y` and `x-y` have the same key.
    """

    def __init__(self, adjustments: Any) -> None:
        super().__init__(adjustments)
        self.preserved: dict[str, str] = {}

    def received(self, data: bytes) -> int:
        """Parse more bytes; returns how many of them belong to this request."""
        if self.body_rcv is None and not self.completed:
            problem = _not_http(self.header_plus + data)
            if problem is not None:
                self._refuse(BadRequest(problem))
                return len(data)
        consumed: int = super().received(data)
        if self.headers_finished and self.error is None and self.version not in _VERSIONS:
            self._refuse(VersionNotSupported(f"HTTP/{self.version} is not supported"))
        if self.completed:
            # With this set, waitress would send `100 Continue` and wait for a body forever.
            self.expect_continue = False
        if isinstance(self.error, RequestEntityTooLarge):
            # waitress refuses a body of exactly its limit.
            self.error.body = f"A body may have {self.adj.max_request_body_size - 1} bytes"
        return consumed

    def _refuse(self, error: Error) -> None:
        self.error = error
        self.completed = self.headers_finished = True

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the start line and the headers. Raises `ParsingError`."""
        try:
            super().parse_header(_ascii_start_line(header_plus))
        except ValueError as error:
            # An invalid IPv6 address, whose error waitress would not catch.
            raise ParsingError("The address of the request is no URL") from error
        _, _, header = header_plus.partition(b"\r\n")
        lines = [line.decode("latin-1").partition(":") for line in get_header_lines(header)]
        self._check_framing([name.lower() for name, _, _ in lines])
        self._set_connection()
        self._keep_metadata([(name, value.strip(" \t")) for name, _, value in lines])

    def _check_framing(self, names: list[str]) -> None:
        if not self.version:
            raise ParsingError("The start line names no version of HTTP")
        if names.count("host") > 1:
            raise ParsingError("There are several Host headers")
        if self.version == "1.0" and "transfer-encoding" in names:
            raise ParsingError("HTTP/1.0 has no Transfer-Encoding")

    def _set_connection(self) -> None:
        """Reduce `Connection`, which is a list, to the option that waitress compares it with."""
        options = [each.strip() for each in self.headers.get("CONNECTION", "").lower().split(",")]
        if not self.adj.keep_alive or "close" in options:
            self.headers["CONNECTION"] = "close"
        elif "keep-alive" in options:
            self.headers["CONNECTION"] = "keep-alive"

    def _keep_metadata(self, lines: list[tuple[str, str]]) -> None:
        """Join several values of a metadata key with commas and no spaces, as S3 does."""
        dashed: dict[str, list[str]] = {}
        underscored: dict[str, list[str]] = {}
        for name, value in lines:
            if not name.lower().startswith(METADATA):
                continue
            key = "HTTP_" + name.upper().replace("-", "_")
            if "_" in name:
                underscored.setdefault(key, []).append(value)
                self.preserved.setdefault(key, name)
            else:
                dashed.setdefault(key, []).append(value)
        self.preserved = {k: name for k, name in self.preserved.items() if k not in dashed}
        for key, values in {**underscored, **dashed}.items():
            self.headers[key.removeprefix("HTTP_")] = ",".join(values)


def _not_http(header: bytes) -> str | None:
    """The problem with the first bytes of a header, whatever follows; None without one."""
    if not _FIRST_BYTES.match(header):
        return "This is not HTTP (the server speaks http://, not https://)"
    end, blank = header.find(b"\r\n\r\n"), header.find(b"\n\n")
    # A body that arrived together with its header may begin with a line feed.
    if blank >= 0 and not 0 <= end < blank:
        return "Lines of a header end with CR LF"
    return None


def _ascii_start_line(header_plus: bytes) -> bytes:
    """The header with bytes beyond ASCII in the start line escaped, as many clients do not."""
    line, end, rest = header_plus.partition(b"\r\n")
    if line.isascii():
        return header_plus
    escaped = b"".join(b"%%%02X" % byte if byte > 0x7F else bytes([byte]) for byte in line)
    return escaped + end + rest
