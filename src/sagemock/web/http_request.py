"""Reading requests: waitress's parser, strict where a request could be read in two ways.

Where it differs from waitress: a request that has no body is answered without `100 Continue`,
URLs may contain bytes beyond ASCII, and whatever is not HTTP/1.x is refused at once.
"""

from __future__ import annotations

import re
from typing import Any

from waitress.parser import HTTPRequestParser, ParsingError, get_header_lines
from waitress.utilities import BadRequest, Error, RequestEntityTooLarge

METADATA = "x-amz-meta-"

HEADER_SPELLINGS = "moto.preserved_header_names"
"""Where moto looks for the names of headers as they were sent, by their key in the environment.

moto 5.2.4 does not look there yet: it writes the underscores of S3's metadata as dashes.
"""

_FIRST_BYTES = re.compile(rb"[\r\n]*([!#$%&'*+\-.^_`|~0-9A-Za-z]|$)")
"""How a method begins; the first bytes of TLS, for example, do not match."""

_VERSIONS = ("1.0", "1.1")


class VersionNotSupported(Error):  # type: ignore[misc]
    code = 505
    reason = "HTTP Version Not Supported"


class RequestParser(HTTPRequestParser):  # type: ignore[misc]
    """Reads one request.

    preserved: the headers of S3's metadata whose names hold an underscore, by their key in the
        environment. waitress drops all such headers, for `x_y` would stand in for `x-y`.
    """

    def __init__(self, adjustments: Any) -> None:
        super().__init__(adjustments)
        self.preserved: dict[str, str] = {}

    def received(self, data: bytes) -> int:
        if self.body_rcv is None and not self.completed:
            problem = _not_http(self.header_plus + data)
            if problem is not None:
                self._refuse(BadRequest(problem))
                return len(data)
        consumed: int = super().received(data)
        if self.headers_finished and self.error is None and self.version not in _VERSIONS:
            self._refuse(VersionNotSupported(f"HTTP/{self.version} is not supported"))
        if self.completed:
            # With this set, waitress would send `100 Continue` and wait for a body for ever.
            self.expect_continue = False
        if isinstance(self.error, RequestEntityTooLarge):
            # waitress refuses a body of exactly the size that it is given.
            self.error.body = f"A body may have {self.adj.max_request_body_size - 1} bytes"
        return consumed

    def _refuse(self, error: Error) -> None:
        self.error = error
        self.completed = self.headers_finished = True

    def parse_header(self, header_plus: bytes) -> None:
        try:
            super().parse_header(_ascii_start_line(header_plus))
        except ValueError as error:
            # An invalid IPv6 address, which waitress would let through to its loop.
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
        """Reduce `Connection`, which is a list, to the one option that waitress compares."""
        options = [each.strip() for each in self.headers.get("CONNECTION", "").lower().split(",")]
        if not self.adj.keep_alive or "close" in options:
            self.headers["CONNECTION"] = "close"
        elif "keep-alive" in options:
            self.headers["CONNECTION"] = "keep-alive"

    def _keep_metadata(self, lines: list[tuple[str, str]]) -> None:
        """Several values of one key of S3's metadata are joined without a space, as S3 does."""
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
    """What is wrong with the first bytes of a header, whatever may follow them."""
    if not _FIRST_BYTES.match(header):
        return "This is not HTTP (the server speaks http://, not https://)"
    end, blank = header.find(b"\r\n\r\n"), header.find(b"\n\n")
    # A body that came along with its header may begin with a line feed.
    if blank >= 0 and not 0 <= end < blank:
        return "Lines of a header end with CR LF"
    return None


def _ascii_start_line(header_plus: bytes) -> bytes:
    """The header with the start line's bytes beyond ASCII escaped; many clients do not."""
    line, end, rest = header_plus.partition(b"\r\n")
    if line.isascii():
        return header_plus
    escaped = b"".join(b"%%%02X" % byte if byte > 0x7F else bytes([byte]) for byte in line)
    return escaped + end + rest
