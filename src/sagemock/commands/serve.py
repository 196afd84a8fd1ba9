"""`sagemock serve`: every AWS service of moto over HTTP."""

from __future__ import annotations

import os
import queue
import signal
import sys
import time
from typing import TYPE_CHECKING, Any

from sagemock.accounts.regions import default_region
from sagemock.commands import argument_types, aws_configuration
from sagemock.commands.ending import NEEDS_SERVER, refuse
from sagemock.config import Config
from sagemock.options import OPTIONS, Option
from sagemock.web import ports

if TYPE_CHECKING:
    import argparse

    from sagemock.server import SageMockServer

REGION = (
    "region of requests that do not name one, and of the console (default: AWS_DEFAULT_REGION, "
    "else us-east-1)"
)
LOG_LEVELS = ("debug", "info", "warning", "error")


def add(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser("serve", help="serve every AWS service of moto over HTTP")
    # Short names as those of moto_server.
    parser.add_argument(
        "-H",
        "--host",
        type=argument_types.host,
        default="127.0.0.1",
        help="address to listen on (default: %(default)s)",
    )
    parser.add_argument(
        "-p",
        "--port",
        type=argument_types.port,
        default=5000,
        help="port to listen on, 0 for any free port (default: %(default)s)",
    )
    parser.add_argument(
        "--log-level",
        choices=LOG_LEVELS,
        default="warning",
        help="what to log to standard error; info logs every request (default: %(default)s)",
    )
    parser.add_argument(
        "--stop-timeout",
        type=argument_types.seconds,
        default=10.0,
        metavar="SECONDS",
        help="how long running jobs may continue when the server stops (default: %(default)g)",
    )
    for option in _served():
        parser.add_argument(
            str(option.flag),
            dest=option.name,
            type=argument_types.option(option),
            metavar=option.metavar,
            choices=option.choices or None,
            default=option.default_of_servers,
            help=f"{option.meaning} (default: %(default)s)",
        )
    parser.add_argument("--region", type=argument_types.region, help=REGION)
    parser.add_argument(
        "--max-body",
        type=argument_types.mebibytes,
        metavar="MIB",
        help="maximum size of a request in MiB (default: 5120, as in S3)",
    )
    parser.add_argument(
        "--allowed-host",
        action="append",
        type=argument_types.host,
        default=[],
        metavar="NAME",
        help="host name by which clients may call this server, in addition to local names and "
        "addresses; .example.org allows all names below it (repeatable)",
    )
    parser.add_argument(
        "--allow-origin",
        action="append",
        type=argument_types.origin,
        default=[],
        metavar="ORIGIN",
        help="origin whose pages may call this server from a browser, such as "
        "https://app.example.org, or * for all; pages on this machine are always allowed "
        "(repeatable)",
    )
    parser.add_argument(
        "--allow-remote-code",
        action="store_true",
        help="allow addresses other than loopback with --containers local; any client that "
        "reaches the server can then run code on this machine",
    )
    parser.add_argument(
        "--demo",
        action="store_true",
        help="start with the digits of `sagemock demo` in S3, as training data",
    )
    parser.set_defaults(run=run, parser=parser)


def _served() -> list[Option]:
    """The options of `Config` that `serve` takes."""
    return [option for option in OPTIONS.values() if option.flag is not None]


@aws_configuration.ignored()
def run(options: argparse.Namespace) -> int:
    """Serve until a signal arrives. Returns the exit status."""
    import logging

    from sagemock.server import PortInUse, SageMockServer

    logging.basicConfig(
        level=options.log_level.upper(), format="%(asctime)s %(levelname)s %(message)s"
    )
    if options.region is not None:
        os.environ["AWS_DEFAULT_REGION"] = options.region
    signals = queue.SimpleQueue[int]()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Commands that a script starts in the background ignore SIGINT: Ctrl-C is not for them.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda number, _: signals.put(number))
    server = SageMockServer(
        options.host,
        options.port,
        config=Config(**{each.name: getattr(options, each.name) for each in _served()}),
        max_body=options.max_body,
        keep_alive=True,
        allowed_hosts=options.allowed_host,
        allowed_origins=options.allow_origin,
        allow_remote_code=options.allow_remote_code,
    )
    try:
        server.start()
    except ValueError as error:
        return refuse(str(error))
    except ModuleNotFoundError as error:
        return refuse(NEEDS_SERVER.format("serve", error))
    except PortInUse as error:
        taken = f"{error.strerror}{ports.taken_by_airplay(options.port)}"
        return refuse(f"{taken}; choose another with --port, or any with --port 0")
    except OSError as error:
        return refuse(f"cannot listen on {options.host}:{options.port}: {error.strerror or error}")
    print(_how_to(server.url, _load_sample() if options.demo else ""), flush=True)
    ignored = options.containers == "local" and options.allow_origin
    for warning in (
        ports.refused_by_browsers(server.port),
        ports.beside_airplay(server.port),
        ORIGINS_IGNORED if ignored else None,
    ):
        if warning:
            print(f"sagemock: {warning}", file=sys.stderr)
    try:
        while not _signalled(signals, 1):
            pass
        _let_jobs_end(server, signals, options.stop_timeout)
    finally:
        server.stop()
    print("sagemock has stopped.", flush=True)
    return 0


def _signalled(signals: queue.SimpleQueue[int], seconds: float) -> bool:
    # In slices: a wait without end would not let Windows deliver Ctrl-C.
    try:
        signals.get(timeout=seconds)
    except queue.Empty:
        return False
    return True


def _let_jobs_end(server: SageMockServer, signals: queue.SimpleQueue[int], seconds: float) -> None:
    """Keep serving until no job is running, time is up, or a second signal arrives."""
    jobs = server.running_jobs()
    if jobs and seconds:
        names = ", ".join(jobs)
        print(f"Waiting for jobs to end: {names} (Ctrl-C stops them)", flush=True)
    deadline = time.monotonic() + seconds
    while (jobs := server.running_jobs()) and time.monotonic() < deadline:
        if _signalled(signals, 0.05):
            break
    if jobs:
        print(f"Stopped jobs: {', '.join(jobs)}", flush=True)


ORIGINS_IGNORED = (
    "with --containers local no other origin may call this server: --allow-origin is ignored"
)

ANY_ADDRESS = {"http://0.0.0.0:": "http://127.0.0.1:", "http://[::]:": "http://[::1]:"}
"""URLs at which this machine reaches a server that listens on every address."""

OPEN_TO_ALL = "\n\nIt listens on every address of this machine, and requires no password."


def _load_sample() -> str:
    """Put the sample into S3, and say where it is."""
    from sagemock.demo import sample
    from sagemock.moto_adapter.backend import DEFAULT_ACCOUNT, world_of

    uris = sample.load(world_of(DEFAULT_ACCOUNT, default_region()))
    return "\n".join(["", "", "The sample is in S3:", "", *(f"    {uri}" for uri in uris)])


def _how_to(url: str, sample: str = "") -> str:
    note = ""
    for anywhere, here in ANY_ADDRESS.items():
        if url.startswith(anywhere):
            url, note = url.replace(anywhere, here, 1), OPEN_TO_ALL
    return f"""\
sagemock is listening on {url}{note}

Point any AWS client at it (the credentials may be anything):

    export AWS_ENDPOINT_URL={url}
    export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION={default_region()}
    aws sagemaker list-training-jobs{sample}

Open the console in a browser: {url}/sagemock/

Stop it with {_stop_key()}."""


def _stop_key() -> str:
    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    return f"`kill {os.getpid()}`" if ignored else "Ctrl-C"
