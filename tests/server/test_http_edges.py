"""The edges of HTTP, byte by byte, beside moto's own server.

Every case starts from a bucket `edges` with one object `k`. Both servers get the same bytes; their
answers, what they do with the connection, and what is in the bucket afterwards must be the same,
or the case says why they are not.
"""

from __future__ import annotations

import gzip
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import pytest

from sagemock.server import SageMockServer

MAX_BODY = 1024**2

MOTO = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""

HOST = b"Host: 127.0.0.1"
CLOSE = b"Connection: close"
EXPECT = b"Expect: 100-continue"
CHUNKED = b"Transfer-Encoding: chunked"
NO_BODY = b"Content-Length: 0"
THREE = b"Content-Length: 3"
PUT = b"PUT /edges/k HTTP/1.1"
GET = b"GET /edges/k HTTP/1.1"

END = object()
"""The client has nothing more to send, and says so."""


def signed(service: bytes) -> bytes:
    scope = b"Credential=AKIA/20260101/us-east-1/" + service + b"/aws4_request"
    return b"Authorization: AWS4-HMAC-SHA256 " + scope + b", SignedHeaders=host, Signature=0"


def ask(
    line: bytes, *headers: bytes, body: bytes = b"", service: bytes = b"s3", host: bytes = HOST
) -> bytes:
    lines = [line, *([host] if host else []), signed(service), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def form(text: bytes, *headers: bytes, service: bytes = b"sts") -> bytes:
    kind = b"Content-Type: application/x-www-form-urlencoded"
    return ask(b"POST / HTTP/1.1", kind, *headers, CLOSE, body=text, service=service)


def aws_chunked(payload: bytes, decoded: int, *headers: bytes) -> bytes:
    """An upload with a checksum behind it, as botocore sends streams."""
    return ask(
        PUT,
        b"Content-Encoding: aws-chunked",
        b"X-Amz-Decoded-Content-Length: %d" % decoded,
        b"X-Amz-Content-SHA256: STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        b"X-Amz-Trailer: x-amz-checksum-crc32",
        *(headers or [b"Content-Length: %d" % len(payload)]),
        CLOSE,
        body=payload,
    )


def chunks(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (*parts, b""))


TRAILED = b"3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n"
TRAILED_EMPTY = b"0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"
LIST_MODELS = [
    b"X-Amz-Target: SageMaker.ListModels",
    b"Content-Type: application/x-amz-json-1.1",
]

SAME: dict[str, list[Any]] = {
    "a body": [ask(PUT, THREE, CLOSE, body=b"new")],
    "a body of line feeds": [ask(PUT, THREE, CLOSE, body=b"\n\n\n")],
    "a body that begins with a line feed": [ask(PUT, THREE, CLOSE, body=b"\n#r")],
    "no body": [ask(PUT, NO_BODY, CLOSE)],
    "no length": [ask(PUT, CLOSE)],
    "Expect, no body": [ask(PUT, NO_BODY, EXPECT, CLOSE)],
    "Expect, no length": [ask(PUT, EXPECT, CLOSE)],
    "Expect of a GET": [ask(b"GET / HTTP/1.1", EXPECT, CLOSE)],
    "Expect of a DELETE": [ask(b"DELETE /edges/k HTTP/1.1", EXPECT, CLOSE)],
    "Expect, the body later": [ask(PUT, THREE, EXPECT, CLOSE), 0.2, b"new"],
    "Expect, the body at once": [ask(PUT, THREE, EXPECT, CLOSE, body=b"new")],
    "Expect in capitals": [ask(PUT, THREE, b"EXPECT: 100-Continue", CLOSE, body=b"new")],
    "Expect of something else": [ask(PUT, THREE, b"Expect: 200-maybe", CLOSE, body=b"new")],
    "Expect, chunked": [ask(PUT, CHUNKED, EXPECT, CLOSE), 0.2, chunks(b"new")],
    "Expect, chunked, no body": [ask(PUT, CHUNKED, EXPECT, CLOSE), 0.2, chunks()],
    "Expect, no bucket": [ask(b"PUT /nowhere/k HTTP/1.1", THREE, EXPECT, CLOSE), 0.2, b"new"],
    "chunked": [ask(PUT, CHUNKED, CLOSE, body=chunks(b"n", b"ew"))],
    "chunked, in capitals": [ask(PUT, CHUNKED.upper(), CLOSE, body=chunks(b"new"))],
    "chunked, no body": [ask(PUT, CHUNKED, CLOSE, body=chunks())],
    "chunked, in pieces": [
        ask(PUT, CHUNKED, CLOSE),
        b"3\r",
        0.05,
        b"\nne",
        0.05,
        b"w\r\n0\r\n\r\n",
    ],
    "chunked and a length": [ask(PUT, CHUNKED, b"Content-Length: 9", CLOSE, body=chunks(b"new"))],
    "aws-chunked": [aws_chunked(TRAILED, 3)],
    "aws-chunked, no body": [aws_chunked(TRAILED_EMPTY, 0)],
    "aws-chunked in chunks": [aws_chunked(chunks(TRAILED), 3, CHUNKED)],
    "a chunked form": [form(chunks(b"Action=GetCallerIdentity&Version=2011-06-15"), CHUNKED)],
    "an empty form": [form(b"", NO_BODY)],
    "JSON, compressed": [
        ask(
            b"POST / HTTP/1.1",
            b"Content-Type: application/x-amz-json-1.1",
            b"X-Amz-Target: Logs_20140328.DescribeLogGroups",
            b"Content-Encoding: gzip",
            b"Content-Length: %d" % len(gzip.compress(b"{}", mtime=0)),
            CLOSE,
            body=gzip.compress(b"{}", mtime=0),
            service=b"logs",
        )
    ],
    "POST without a body": [
        ask(b"POST / HTTP/1.1", *LIST_MODELS, CLOSE, service=b"sagemaker"),
    ],
    "more than the length": [ask(PUT, THREE, CLOSE, body=b"newMORE")],
    "a GET with a body": [ask(GET, THREE, CLOSE, body=b"new")],
    "HEAD": [ask(b"HEAD /edges/k HTTP/1.1", CLOSE)],
    "HEAD of what is not there": [ask(b"HEAD /edges/nothing HTTP/1.1", CLOSE)],
    "HEAD of a bucket": [ask(b"HEAD /edges HTTP/1.1", CLOSE)],
    "204": [ask(b"DELETE /edges/k HTTP/1.1", CLOSE)],
    "304": [ask(GET, b'If-None-Match: "900150983cd24fb0d6963f7d28e17f72"', CLOSE)],
    "412": [ask(GET, b'If-Match: "other"', CLOSE)],
    "206": [ask(GET, b"Range: bytes=1-1", CLOSE)],
    "416": [ask(GET, b"Range: bytes=9-", CLOSE)],
    "Connection in capitals": [ask(GET, b"Connection: Close")],
    "Connection with several options": [ask(GET, b"Connection: close, TE")],
    "Connection: keep-alive": [ask(GET, b"Connection: keep-alive")],
    "no Connection": [ask(GET)],
    "an upgrade": [ask(GET, b"Upgrade: h2c", b"Connection: Upgrade, HTTP2-Settings")],
    "two requests at once": [ask(GET) + ask(GET, CLOSE)],
    "a whole URL": [ask(b"GET http://127.0.0.1/edges/k HTTP/1.1", CLOSE)],
    "a whole URL, another host": [ask(b"GET http://edges.s3.amazonaws.com/k HTTP/1.1", CLOSE)],
    "a whole URL, a query": [ask(b"GET http://127.0.0.1/edges?prefix=k HTTP/1.1", CLOSE)],
    "a whole URL, no path": [ask(b"GET http://127.0.0.1 HTTP/1.1", CLOSE)],
    "a bucket in Host": [ask(b"GET /k HTTP/1.1", CLOSE, host=b"Host: edges.s3.amazonaws.com")],
    "OPTIONS *": [ask(b"OPTIONS * HTTP/1.1", CLOSE)],
    "CORS, before": [
        ask(
            b"OPTIONS / HTTP/1.1",
            b"Origin: http://localhost:3000",
            b"Access-Control-Request-Method: POST",
            b"Access-Control-Request-Headers: x-amz-target,authorization",
            CLOSE,
        )
    ],
    "CORS": [ask(GET, b"Origin: http://localhost:3000", CLOSE)],
    "CONNECT": [ask(b"CONNECT 127.0.0.1:80 HTTP/1.1", CLOSE)],
    "TRACE": [ask(b"TRACE / HTTP/1.1", CLOSE)],
    "an unknown method": [ask(b"BREW /edges/k HTTP/1.1", CLOSE)],
    "a long header": [ask(GET, b"X-Long: " + b"a" * 60_000, CLOSE)],
    "many headers": [ask(GET, *[b"X-%d: 1" % number for number in range(90)], CLOSE)],
    "a long URL": [ask(b"GET /edges/" + b"k" * 60_000 + b" HTTP/1.1", CLOSE)],
    "one header twice": [
        ask(PUT, THREE, b"x-amz-meta-a: 1", b"x-amz-meta-a: 2", CLOSE, body=b"new")
    ],
    "one header twice, with an underscore": [
        ask(PUT, THREE, b"x-amz-meta-a_b: 1", b"x-amz-meta-a_b: 2", CLOSE, body=b"new")
    ],
    "a header by two names": [
        ask(PUT, THREE, b"x-amz-meta-a_b: 1", b"x-amz-meta-a-b: 2", CLOSE, body=b"new")
    ],
    "a header over two lines": [
        ask(PUT, THREE, b"x-amz-meta-a: 1\r\n 2", CLOSE, body=b"new"),
    ],
    "a header in UTF-8": [ask(PUT, THREE, b"x-amz-meta-a: \xc3\xbc", CLOSE, body=b"new")],
    "a header in Latin-1": [ask(PUT, THREE, b"x-amz-meta-a: \xfc", CLOSE, body=b"new")],
    "an empty header": [ask(PUT, THREE, b"x-amz-meta-a:", CLOSE, body=b"new")],
    "an escaped path": [ask(b"PUT /edges/a%2Fb%20c%25 HTTP/1.1", THREE, CLOSE, body=b"new")],
    "an invalid escape": [ask(b"PUT /edges/a%zz HTTP/1.1", THREE, CLOSE, body=b"new")],
    "an escape of no character": [ask(b"PUT /edges/a%ff HTTP/1.1", THREE, CLOSE, body=b"new")],
    "a query without value": [ask(b"GET /edges?location HTTP/1.1", CLOSE)],
    "an empty query": [ask(b"GET /edges? HTTP/1.1", CLOSE)],
    "a plus in the query": [ask(b"GET /edges?list-type=2&prefix=a+b HTTP/1.1", CLOSE)],
    "a semicolon in the query": [ask(b"GET /edges?a;b HTTP/1.1", CLOSE)],
    "two question marks": [ask(b"GET /edges?a?b HTTP/1.1", CLOSE)],
    "an invalid escape in the query": [ask(b"GET /edges?prefix=%zz HTTP/1.1", CLOSE)],
    "a fragment": [ask(b"GET /edges/k#here HTTP/1.1", CLOSE)],
    "a slash behind the bucket": [ask(b"GET /edges/ HTTP/1.1", CLOSE)],
    "a slash behind the key": [ask(b"PUT /edges/folder/ HTTP/1.1", NO_BODY, CLOSE)],
    "two slashes inside": [ask(b"PUT /edges//k HTTP/1.1", THREE, CLOSE, body=b"new")],
    "dots": [ask(b"PUT /edges/../edges/k HTTP/1.1", THREE, CLOSE, body=b"new")],
    "no slash before": [ask(b"GET edges/k HTTP/1.1", CLOSE)],
    "a query alone": [ask(b"GET ?x HTTP/1.1", CLOSE)],
    "a client that ends its side": [ask(GET, CLOSE), END],
}


@dataclass(frozen=True)
class Difference:
    """A case where the servers differ on purpose; `statuses` are ours, in order."""

    why: str
    parts: list[Any]
    statuses: list[int]


MOTO_WAITS = "moto's server waits for a body that it has no use for"
AMBIGUOUS = "RFC 9112 wants a request refused that servers could read in different ways"
MOTO_BREAKS = "moto's server breaks (500)"

DIFFERENT: dict[str, Difference] = {
    "a page of another site": Difference(
        "moto lets every page that a browser has open call every operation",
        [ask(GET, b"Origin: http://page.example", CLOSE)],
        [403],
    ),
    "a page of another site, before": Difference(
        "as above",
        [
            ask(
                b"OPTIONS / HTTP/1.1",
                b"Origin: http://page.example",
                b"Access-Control-Request-Method: POST",
                CLOSE,
            )
        ],
        [403],
    ),
    "Expect, too large": Difference(
        MOTO_WAITS, [ask(PUT, b"Content-Length: 9999999", EXPECT, CLOSE)], [413]
    ),
    "too large": Difference(
        "moto's server has no limit",
        [ask(PUT, b"Content-Length: 1048577", CLOSE, body=bytes(MAX_BODY + 1))],
        [413],
    ),
    "Expect, a bad length": Difference(
        AMBIGUOUS, [ask(PUT, b"Content-Length: x", EXPECT, CLOSE)], [400]
    ),
    "Expect, an encoding that is not known": Difference(
        AMBIGUOUS, [ask(PUT, b"Transfer-Encoding: gzip", EXPECT, CLOSE)], [501]
    ),
    "Transfer-Encoding: identity": Difference(
        "RFC 9112 has no such encoding any more",
        [ask(PUT, b"Transfer-Encoding: identity", THREE, CLOSE, body=b"new")],
        [501],
    ),
    "Expect in HTTP/1.0": Difference(
        "RFC 9110 has servers overlook it, for such a client knows no 100",
        [ask(b"PUT /edges/k HTTP/1.0", THREE, EXPECT, body=b"new")],
        [200],
    ),
    "chunked in HTTP/1.0": Difference(
        AMBIGUOUS, [ask(b"PUT /edges/k HTTP/1.0", CHUNKED, body=chunks(b"new"))], [400]
    ),
    "chunks with extension and trailer": Difference(
        MOTO_BREAKS,
        [ask(PUT, CHUNKED, CLOSE, body=b"3;a=b\r\nnew\r\n0\r\nX-Checksum: 1\r\n\r\n")],
        [200],
    ),
    "two lengths": Difference(
        AMBIGUOUS, [ask(PUT, THREE, b"Content-Length: 4", CLOSE, body=b"new")], [400]
    ),
    "one length twice": Difference(AMBIGUOUS, [ask(PUT, THREE, THREE, CLOSE, body=b"new")], [400]),
    "a length with a sign": Difference(
        AMBIGUOUS, [ask(PUT, b"Content-Length: +3", CLOSE, body=b"new")], [400]
    ),
    "a negative length": Difference(
        AMBIGUOUS, [ask(PUT, b"Content-Length: -3", CLOSE, body=b"new")], [400]
    ),
    "a space before the colon": Difference(
        AMBIGUOUS, [ask(PUT, b"Content-Length : 3", CLOSE, body=b"new")], [400]
    ),
    "two hosts": Difference(AMBIGUOUS, [ask(GET, b"Host: evil.example", CLOSE)], [400]),
    "no host": Difference(MOTO_BREAKS, [ask(GET, CLOSE, host=b"")], [200]),
    "HEAD that is refused": Difference(
        AMBIGUOUS, [ask(b"HEAD /edges/k HTTP/1.1", b"Content-Length: x", CLOSE)], [400]
    ),
    "HTTP/1.0": Difference(
        "answered as HTTP/1.0; moto's server says HTTP/1.1",
        [ask(b"GET /edges/k HTTP/1.0")],
        [200],
    ),
    "HTTP/0.9": Difference(
        "no client speaks it; moto's server closes without an answer",
        [b"GET /edges/k\r\n\r\n"],
        [400],
    ),
    "HTTP/1.2": Difference(
        "there is no such version", [ask(b"GET /edges/k HTTP/1.2", CLOSE)], [505]
    ),
    "HTTP/2": Difference(
        "moto's server answers without a status line",
        [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
        [505],
    ),
    "TLS": Difference(
        "moto's server waits for a line's end",
        [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
        [400],
    ),
    "lines without CR": Difference(
        "RFC 9112 allows it, waitress does not; refused rather than waited for",
        [ask(GET, CLOSE).replace(b"\r\n", b"\n")],
        [400],
    ),
    "an empty line first": Difference(
        "RFC 9112 has servers overlook it; moto's closes", [b"\r\n" + ask(GET, CLOSE)], [200]
    ),
    "a space in the URL": Difference(
        "the same status, but moto's server repeats the request in it",
        [ask(b"GET /edges/a b HTTP/1.1", CLOSE)],
        [400],
    ),
    "a method in small letters": Difference(
        "methods are case-sensitive", [ask(b"get /edges/k HTTP/1.1", CLOSE)], [400]
    ),
    "a method that moto's S3 lacks": Difference(
        MOTO_BREAKS, [ask(b"PATCH /edges/k HTTP/1.1", CLOSE)], [501]
    ),
    "a form for a bucket, without fields": Difference(
        MOTO_BREAKS, [ask(b"POST /edges HTTP/1.1", NO_BODY, CLOSE)], [501]
    ),
    "a path in UTF-8": Difference(
        "moto's server takes it for Latin-1",
        ["PUT /edges/ü HTTP/1.1".encode().join([b"", ask(b"", THREE, CLOSE, body=b"new")])],
        [200],
    ),
    "two slashes first": Difference(
        "the key in a bucket of the Host header may begin with a slash",
        [ask(b"PUT //k HTTP/1.1", THREE, CLOSE, body=b"new", host=b"Host: edges.s3.amazonaws.com")],
        [200],
    ),
    "a longer header": Difference(
        "headers may have 256 KiB", [ask(GET, b"X-Long: " + b"a" * 70_000, CLOSE)], [200]
    ),
    "a header that is too long": Difference(
        "the same status, another text",
        [ask(GET, b"X-Long: " + b"a" * 300_000, CLOSE)],
        [431],
    ),
    "more headers": Difference(
        "there may be more than 100",
        [ask(GET, *[b"X-%d: 1" % n for n in range(200)], CLOSE)],
        [200],
    ),
    "a longer URL": Difference(
        "headers may have 256 KiB",
        [ask(b"GET /edges/" + b"k" * 70_000 + b" HTTP/1.1", CLOSE)],
        [404],
    ),
    "a client that ends amid the body": Difference(
        "no client is left to answer; moto's server does (400)",
        [ask(PUT, b"Content-Length: 9", CLOSE, body=b"new"), END],
        [],
    ),
    "a client that ends amid a chunk": Difference(
        "no client is left to answer; moto's server does (500)",
        [ask(PUT, CHUNKED, CLOSE, body=b"9\r\nnew"), END],
        [],
    ),
    "a client that ends amid the headers": Difference(
        "no client is left to answer; moto's server does (400)", [b"GET /edges/k HT", END], []
    ),
}

CONTINUES = {name for name in SAME if name.startswith("Expect, ") and "no body" not in name} - {
    "Expect, no length",
}
CONTINUES |= {"Expect in capitals", "Expect, chunked, no body"}
"""The cases whose clients are told to go on."""

VOLATILE = ("date", "server", "via", "last-modified", "connection")
STAMPS = re.compile(
    rb"<(RequestId|HostId|LastModified|CreationDate|Date|ID)>.*?<|[0-9A-F-]{36}", re.IGNORECASE
)


@dataclass
class Reply:
    """version: of the status line. headers: in lower case, without those that always differ."""

    version: bytes
    status: int
    headers: dict[bytes, bytes] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Outcome:
    replies: list[Reply]
    closed: bool

    @property
    def statuses(self) -> list[int]:
        return [each.status for each in self.replies]

    def final(self) -> Outcome:
        """Without the interim answers, which moto's server gives twice."""
        return Outcome([each for each in self.replies if each.status != 100], self.closed)


def exchange(port: int, parts: list[Any], wait: float = 10) -> Outcome:
    """Send the parts; a number is a pause in seconds. Gives up after `wait` seconds of silence."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as line:
        received = b""
        closed = False
        for part in parts:
            if isinstance(part, float):
                time.sleep(part)
            elif part is END:
                line.shutdown(socket.SHUT_WR)
            else:
                line.sendall(part)
        try:
            while data := line.recv(65536):
                received += data
            closed = True
        except TimeoutError:
            pass
    return Outcome(replies(received, parts[0].startswith(b"HEAD")), closed)


def replies(received: bytes, to_head: bool) -> list[Reply]:
    parsed = []
    while received:
        head, _, received = received.partition(b"\r\n\r\n")
        line, *lines = head.split(b"\r\n")
        matched = re.match(rb"(HTTP/1\.[01]) (\d+) ", line + b" ")
        if matched is None:
            return [*parsed, Reply(b"", 0, body=head)]
        pairs = [each.partition(b": ") for each in lines]
        headers = {name.lower(): value for name, _, value in pairs}
        length = 0 if to_head else int(headers.get(b"content-length", 0))
        shown = {
            name: b",".join(sorted(value.split(b", ")))
            for name, value in headers.items()
            if name.decode() not in VOLATILE
            and not re.search(b"request-?id|-id-", name)
            and name != b"content-length"
        }
        body = STAMPS.sub(b"", received[:length]).replace(b'": ', b'":')
        parsed.append(Reply(matched[1], int(matched[2]), shown, body))
        received = received[length:]
    return parsed


def prepare(port: int) -> None:
    """The state from which every case starts."""
    for request in (
        ask(b"POST /moto-api/reset HTTP/1.1", NO_BODY, CLOSE),
        ask(b"PUT /edges HTTP/1.1", NO_BODY, CLOSE),
        ask(PUT, THREE, CLOSE, body=b"abc"),
    ):
        assert exchange(port, [request]).statuses == [200]


def state(port: int) -> list[Outcome]:
    """What is in the bucket."""
    listing = ask(b"GET /edges?list-type=2 HTTP/1.1", CLOSE)
    return [exchange(port, [request]) for request in (listing, ask(GET, CLOSE))]


@pytest.fixture(scope="module")
def moto() -> Iterator[int]:
    with subprocess.Popen(
        [sys.executable, "-c", MOTO],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.kill()


@pytest.fixture(scope="module")
def ours() -> Iterator[int]:
    with SageMockServer(max_body=MAX_BODY) as server:
        yield int(server.url.rsplit(":", 1)[1])


@pytest.fixture(scope="module")
def kept() -> Iterator[int]:
    with SageMockServer(keep_alive=True) as server:
        yield int(server.url.rsplit(":", 1)[1])


LATER_IN_MOTO = ("an empty form", "one header twice, with an underscore")
"""What moto 5.2.4 answers otherwise than later versions and we."""


@pytest.mark.parametrize("case", SAME)
def test_as_moto_s_server(moto: int, ours: int, case: str) -> None:
    if version("moto") == "5.2.4" and case in LATER_IN_MOTO:
        pytest.skip("moto 5.2.4 answers otherwise")
    exchanges = []
    for port in (moto, ours):
        prepare(port)
        exchanges.append(exchange(port, SAME[case]))
        exchanges[-1:] = [exchanges[-1], *state(port)]
    theirs, mine = exchanges[:3], exchanges[3:]
    assert mine[0].final() == theirs[0].final()
    assert mine[1:] == theirs[1:]
    assert mine[0].statuses.count(100) == (1 if case in CONTINUES else 0)


@pytest.mark.parametrize("case", DIFFERENT)
def test_unlike_moto_s_server(moto: int, ours: int, case: str) -> None:
    difference = DIFFERENT[case]
    for port in (moto, ours):
        prepare(port)
    mine = exchange(ours, difference.parts)
    assert (mine.statuses, mine.closed) == (difference.statuses, True), difference.why
    theirs = exchange(moto, difference.parts, wait=0.5)
    assert (mine, state(ours)) != (theirs, state(moto)), "they are the same by now"


def test_a_refused_head_has_no_body(ours: int) -> None:
    mine = exchange(ours, DIFFERENT["HEAD that is refused"].parts)
    assert [each.body for each in mine.replies] == [b""]


def test_a_path_in_utf_8_is_the_key_that_it_says(ours: int) -> None:
    prepare(ours)
    exchange(ours, DIFFERENT["a path in UTF-8"].parts)
    assert "<Key>ü</Key>".encode() in state(ours)[0].replies[0].body


def test_a_body_of_exactly_the_limit_is_taken(ours: int) -> None:
    prepare(ours)
    request = ask(PUT, b"Content-Length: %d" % MAX_BODY, CLOSE, body=bytes(MAX_BODY))
    assert exchange(ours, [request]).statuses == [200]


def test_a_chunked_body_that_is_too_large_is_refused(ours: int) -> None:
    outcome = exchange(ours, [ask(PUT, CHUNKED, CLOSE), chunks(bytes(2 * MAX_BODY))])
    assert outcome.statuses == [413]
    assert b"1048576 bytes" in outcome.replies[0].body


KEPT: dict[str, tuple[list[Any], list[int]]] = {
    "two requests at once": ([ask(GET) + ask(GET, CLOSE)], [200, 200]),
    "a body and a request": ([ask(PUT, THREE, body=b"new") + ask(GET, CLOSE)], [200, 200]),
    "no body and a request": ([ask(PUT, NO_BODY, EXPECT) + ask(GET, CLOSE)], [200, 200]),
    "Expect behind another": (
        [ask(GET) + ask(PUT, THREE, EXPECT, CLOSE), 0.3, b"new"],
        [200, 100, 200],
    ),
    "Expect without body behind another": (
        [ask(GET) + ask(PUT, NO_BODY, EXPECT, CLOSE)],
        [200, 200],
    ),
    "204, 304 and a request": (
        [
            ask(b"DELETE /edges/nothing HTTP/1.1")
            + ask(GET, b'If-None-Match: "900150983cd24fb0d6963f7d28e17f72"')
            + ask(GET, CLOSE)
        ],
        [204, 304, 200],
    ),
    "refused, then another": ([ask(PUT, b"Content-Length: x") + ask(GET, CLOSE)], [400]),
    "Connection with several options": ([ask(GET, b"Connection: TE, close")], [200]),
    "HTTP/1.0": ([ask(b"GET /edges/k HTTP/1.0")], [200]),
    "HTTP/1.0 that keeps": (
        [ask(b"GET /edges/k HTTP/1.0", b"Connection: Keep-Alive") + ask(b"GET / HTTP/1.0")],
        [200, 200],
    ),
}


@pytest.mark.parametrize("case", KEPT)
def test_a_connection_that_is_kept(kept: int, case: str) -> None:
    """moto's server closes each, so that there is nothing to compare."""
    parts, statuses = KEPT[case]
    prepare(kept)
    outcome = exchange(kept, parts)
    assert (outcome.statuses, outcome.closed) == (statuses, True)


def test_a_kept_connection_stays_open(kept: int) -> None:
    prepare(kept)
    outcome = exchange(kept, [ask(GET)], wait=0.3)
    assert (outcome.statuses, outcome.closed) == ([200], False)


def test_a_client_that_leaves_amid_the_body_keeps_nobody_out(ours: int) -> None:
    prepare(ours)
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", ours), timeout=10) as line:
            line.sendall(ask(PUT, b"Content-Length: 1000000", EXPECT, CLOSE, body=b"part"))
    assert exchange(ours, [ask(GET, CLOSE)]).replies[0].body == b"abc"
