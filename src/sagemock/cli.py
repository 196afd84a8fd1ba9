"""The command `sagemock`: `serve`, `run` and `demo`."""

from __future__ import annotations

import argparse
import errno
import os
import queue
import re
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sagemock import __version__, argument_types
from sagemock.compatibility import UnsupportedMoto
from sagemock.config import Config
from sagemock.options import OPTIONS, Option
from sagemock.regions import default_region
from sagemock.suggestions import did_you_mean

if TYPE_CHECKING:
    from sagemock.server import SageMockServer

EXIT_OUTPUT = 1
"""Standard output cannot be written: nothing reads a pipe any more, or the disk is full."""
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130
NEEDS_SERVER = "'sagemock {}' needs the server extra: pip install 'sagemock[server]' ({})"
REGION = "of requests that name none, and of the console (AWS_DEFAULT_REGION, else us-east-1)"
LOG_LEVELS = ("debug", "info", "warning", "error")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give the exit status."""
    try:
        try:
            options = _options(sys.argv[1:] if arguments is None else arguments)
            status: int = options.run(options)
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except UnsupportedMoto as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        print("\nsagemock: interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.ENOSPC):
            raise
        # What is still in the buffer would fail once more at the end of the process.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno == errno.ENOSPC:
            print(f"sagemock: cannot write: {error.strerror}", file=sys.stderr)
        return EXIT_OUTPUT
    return status


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of a command; errors show the usage of that command."""
    parser, commands = _parser()
    _check_command(parser, commands, arguments[0] if arguments else "")
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        # What comes before the command is not for the command.
        at_fault = parser if unknown[0] == arguments[0] else options.parser
        hint = did_you_mean(unknown[0], _long_options(at_fault))
        at_fault.error(f"unrecognized arguments: {' '.join(unknown)}{hint}")
    return options


def _check_command(
    parser: argparse.ArgumentParser, commands: Mapping[str, argparse.ArgumentParser], first: str
) -> None:
    """End with a hint where argparse would take the value of an option for a command."""
    option = first.split("=")[0]
    owners = [name for name, command in commands.items() if option in _long_options(command)]
    if option in _long_options(parser):
        return
    if owners:
        parser.error(f"{option} comes after the command: sagemock {owners[0]} {first}")
    hint = did_you_mean(first, commands)
    if hint and first not in commands:
        parser.error(f"no command is called {first!r}{hint}")


def _long_options(parser: argparse.ArgumentParser) -> list[str]:
    return sorted(set(re.findall(r"--[\w-]+", parser.format_help())))


def _help(options: argparse.Namespace) -> int:
    options.parser.print_help()
    return 0


def _parser() -> tuple[argparse.ArgumentParser, Mapping[str, argparse.ArgumentParser]]:
    """The parser of the command line, and those of the commands by their names."""
    parser = argparse.ArgumentParser(
        prog="sagemock",
        description="A local AWS in which Amazon SageMaker works.",
        epilog="sagemock <command> --help says more about a command.",
    )
    parser.add_argument("--version", action="version", version=f"sagemock {__version__}")
    parser.set_defaults(run=_help, parser=parser)
    commands = parser.add_subparsers(metavar="<command>", title="commands")

    serve = commands.add_parser("serve", help="serve every AWS service of moto over HTTP")
    # Short names as those of moto_server.
    serve.add_argument(
        "-H",
        "--host",
        type=argument_types.host,
        default="127.0.0.1",
        help="address to listen on (%(default)s)",
    )
    serve.add_argument(
        "-p",
        "--port",
        type=argument_types.port,
        default=5000,
        help="port, 0 for any (%(default)s)",
    )
    serve.add_argument(
        "--log-level",
        choices=LOG_LEVELS,
        default="warning",
        help="what to write to standard error; info has one line a request (%(default)s)",
    )
    serve.add_argument(
        "--stop-timeout",
        type=argument_types.seconds,
        default=10.0,
        metavar="SECONDS",
        help="how long running jobs may take to end when the server is stopped (%(default)g)",
    )
    for option in _served():
        serve.add_argument(
            str(option.flag),
            dest=option.name,
            type=argument_types.option(option),
            metavar=option.metavar,
            choices=option.choices or None,
            default=option.default_of_servers,
            help=f"{option.meaning} (%(default)s)",
        )
    serve.add_argument("--region", type=argument_types.region, help=REGION)
    serve.add_argument(
        "--max-body",
        type=argument_types.mebibytes,
        metavar="MIB",
        help="the largest request, in MiB (5120, as S3)",
    )
    serve.add_argument(
        "--allowed-host",
        action="append",
        type=argument_types.host,
        default=[],
        metavar="NAME",
        help="a further name of this server; local names and addresses are known "
        "(.example.org: all names below it; repeatable)",
    )
    serve.add_argument(
        "--allow-origin",
        action="append",
        type=argument_types.origin,
        default=[],
        metavar="ORIGIN",
        help="an origin of pages that may call this server from a browser, as "
        "https://app.example.org, or * for all; pages of this machine may (repeatable)",
    )
    serve.set_defaults(run=_serve, parser=serve)

    run = commands.add_parser(
        "run",
        help="run a command whose AWS clients reach a server, though it names none",
        usage="%(prog)s [-h] [--url URL] [--region REGION] -- COMMAND ...",
    )
    run.add_argument("--url", help="a sagemock server that runs already; else one is started")
    run.add_argument("--region", help="in place of AWS_DEFAULT_REGION; else us-east-1")
    run.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND", help="what to run")
    run.set_defaults(run=_run, parser=run)

    demo = commands.add_parser("demo", help="train, search, deploy, predict and trace on digits")
    demo.add_argument(
        "--mnist",
        metavar="PATH",
        help="an npz file with the whole of MNIST (x_train, y_train, x_test, y_test); "
        "without it, the small digits that come with scikit-learn",
    )
    demo.set_defaults(run=_demo, parser=demo)
    return parser, commands.choices


def _ignore_aws_configuration() -> None:
    """Have the sessions that moto makes in this process read no configuration of the user's.

    A server has no use for any, and a profile that does not exist would fail every call.
    """
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        os.environ.pop(name, None)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        os.environ[name] = os.devnull


def _served() -> list[Option]:
    """The options that `serve` takes beside those of its own."""
    return [option for option in OPTIONS.values() if option.flag is not None]


def _serve(options: argparse.Namespace) -> int:
    import logging

    from sagemock.server import PortInUse, SageMockServer

    _ignore_aws_configuration()
    logging.basicConfig(
        level=options.log_level.upper(), format="%(asctime)s %(levelname)s %(message)s"
    )
    if options.region is not None:
        os.environ["AWS_DEFAULT_REGION"] = options.region
    signals = queue.SimpleQueue[int]()
    for number in (signal.SIGINT, signal.SIGTERM):
        # A script starts commands in the background with SIGINT ignored: Ctrl-C is not for them.
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
    export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION={default_region()}
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

    environ = dict(os.environ)
    _ignore_aws_configuration()
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        options.parser.error("no command to run; for example: sagemock run -- python train.py")
    try:
        return end_as(launch(command, environ, url=options.url, region=options.region))
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
