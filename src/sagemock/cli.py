"""The command `sagemock`: `serve`, `run` and `demo`."""

from __future__ import annotations

import argparse
import os
import queue
import signal
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sagemock import __version__
from sagemock.compatibility import UnsupportedMoto
from sagemock.config import LONGEST_WAIT, Config

if TYPE_CHECKING:
    from sagemock.server import SageMockServer

EXIT_USAGE = 2
EXIT_INTERRUPTED = 130
NEEDS_SERVER = "'sagemock {}' needs the server extra: pip install 'sagemock[server]' ({})"
LOG_LEVELS = ("debug", "info", "warning", "error")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give the exit status."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except UnsupportedMoto as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        print("\nsagemock: interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sagemock", description="A local AWS in which Amazon SageMaker works."
    )
    parser.add_argument("--version", action="version", version=f"sagemock {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command", title="commands")

    serve = commands.add_parser("serve", help="serve every AWS service of moto over HTTP")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    serve.add_argument("--port", type=_port, default=5000, help="port, 0 for any (%(default)s)")
    serve.add_argument(
        "--log-level",
        choices=LOG_LEVELS,
        default="warning",
        help="what to tell on standard error; info has one line a request (%(default)s)",
    )
    serve.add_argument(
        "--stop-timeout",
        type=_seconds,
        default=10.0,
        metavar="SECONDS",
        help="how long running jobs may take to end when the server is stopped (%(default)g)",
    )
    serve.add_argument(
        "--wait",
        type=_wait,
        default=Config.wait,
        metavar="SECONDS",
        help="how long the Describe of something under way waits for its end, 0 to 20 "
        "(%(default)g)",
    )
    serve.add_argument(
        "--max-body",
        type=_mebibytes,
        metavar="MIB",
        help="the largest request, in MiB (5120, as S3)",
    )
    serve.add_argument(
        "--allowed-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a further name under which browsers may ask for the console and /moto-api; "
        "local names and addresses always may (.example.org: all names below it; repeatable)",
    )
    serve.set_defaults(run=_serve)

    run = commands.add_parser(
        "run",
        help="run a command whose AWS clients reach a server, though it names none",
        usage="%(prog)s [-h] [--url URL] [--region REGION] -- COMMAND ...",
    )
    run.add_argument("--url", help="a sagemock server that runs already; else one is started")
    run.add_argument("--region", help="in place of AWS_DEFAULT_REGION; else us-east-1")
    run.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND", help="what to run")
    run.set_defaults(run=_run)

    demo = commands.add_parser("demo", help="train, search, deploy, predict and trace digits")
    demo.add_argument(
        "--mnist",
        metavar="PATH",
        help="an npz file with the whole of MNIST (x_train, y_train, x_test, y_test); "
        "without it, the small digits that come with scikit-learn",
    )
    demo.set_defaults(run=_demo)
    return parser


def _port(text: str) -> int:
    try:
        port = int(text)
    except ValueError:
        port = -1
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return port


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"seconds are a number from 0, not {text!r}")
    return seconds


def _wait(text: str) -> float:
    seconds = _seconds(text)
    if seconds > LONGEST_WAIT:
        raise argparse.ArgumentTypeError(f"a request may wait {LONGEST_WAIT} seconds at most")
    return seconds


def _mebibytes(text: str) -> int:
    """Bytes of a number of MiB."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a size in MiB is a whole number from 1, not {text!r}")
    return int(text) * 1024**2


def _serve(options: argparse.Namespace) -> int:
    import logging

    from sagemock.server import PortInUse, SageMockServer

    logging.basicConfig(
        level=options.log_level.upper(), format="%(asctime)s %(levelname)s %(message)s"
    )
    signals = queue.SimpleQueue[int]()
    for number in (signal.SIGINT, signal.SIGTERM):
        # A script starts commands in the background with SIGINT ignored: Ctrl-C is not for them.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda number, _: signals.put(number))
    server = SageMockServer(
        options.host,
        options.port,
        config=Config(training="background", wait=options.wait),
        max_body=options.max_body,
        keep_alive=True,
        allowed_hosts=options.allowed_host,
    )
    try:
        server.start()
    except ModuleNotFoundError as error:
        return _refuse(NEEDS_SERVER.format("serve", error))
    except PortInUse as error:
        return _refuse(f"{error.strerror}; choose another with --port, or any with --port 0")
    except OSError as error:
        return _refuse(f"cannot listen on {options.host}:{options.port}: {error.strerror or error}")
    print(_how_to(server.url), flush=True)
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
    """Serve on until no job is at work, the time is over, or a second signal comes."""
    jobs = server.running_jobs()
    if jobs and seconds:
        told = ", ".join(jobs)
        print(f"Waiting for training jobs to end: {told} (Ctrl-C stops them)", flush=True)
    deadline = time.monotonic() + seconds
    while (jobs := server.running_jobs()) and time.monotonic() < deadline:
        if _signalled(signals, 0.05):
            break
    if jobs:
        print(f"Stopped training jobs: {', '.join(jobs)}", flush=True)


ANY_ADDRESS = {"http://0.0.0.0:": "http://127.0.0.1:", "http://[::]:": "http://[::1]:"}
"""How to reach, from this machine, a server that listens on all its addresses."""

OPEN_TO_ALL = "\n\nIt listens on every address of this machine, and asks nobody for a password."


def _how_to(url: str) -> str:
    told = ""
    for anywhere, here in ANY_ADDRESS.items():
        if url.startswith(anywhere):
            url, told = url.replace(anywhere, here, 1), OPEN_TO_ALL
    return f"""\
sagemock is listening on {url}{told}

Point any AWS client at it (the credentials may be anything):

    export AWS_ENDPOINT_URL={url}
    export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
    aws sagemaker list-training-jobs

Look at it in a browser: {url}/sagemock/

Stop it with {_stop_key()}."""


def _stop_key() -> str:
    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    return f"`kill {os.getpid()}`" if ignored else "Ctrl-C"


def _run(options: argparse.Namespace) -> int:
    from sagemock.run.command import end_as
    from sagemock.run.launch import launch
    from sagemock.run.service import NotSagemock

    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        return _refuse("no command to run: sagemock run -- python train.py")
    try:
        return end_as(launch(command, url=options.url, region=options.region))
    except ModuleNotFoundError as error:
        return _refuse(NEEDS_SERVER.format("run", error))
    except NotSagemock as error:
        return _refuse(str(error))


def _demo(options: argparse.Namespace) -> int:
    from sagemock.demo import run

    return run(options.mnist)


def _refuse(text: str) -> int:
    print(f"sagemock: {text}", file=sys.stderr)
    return EXIT_USAGE
