"""The command `sagemock`: `serve` and `demo`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence

from sagemock import __version__

EXIT_USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give the exit status."""
    options = _parser().parse_args(arguments)
    status: int = options.run(options)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sagemock", description="A local AWS in which Amazon SageMaker works."
    )
    parser.add_argument("--version", action="version", version=f"sagemock {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")

    serve = commands.add_parser("serve", help="serve every AWS service of moto over HTTP")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    serve.add_argument("--port", type=_port, default=5000, help="port, 0 for any (%(default)s)")
    serve.set_defaults(run=_serve)

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


def _serve(options: argparse.Namespace) -> int:
    from sagemock.server import SageMockServer

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    server = SageMockServer(options.host, options.port)
    try:
        server.start()
    except ModuleNotFoundError as error:
        return _refuse(
            f"'sagemock serve' needs the server extra: pip install 'sagemock[server]' ({error})"
        )
    except OSError as error:
        return _refuse(f"cannot listen on {options.host}:{options.port}: {error.strerror or error}")
    print(_how_to(server.url), flush=True)
    try:
        # In slices: a wait without end would not let Windows deliver Ctrl-C.
        while not stop.wait(timeout=1):
            pass
    finally:
        server.stop()
    print("sagemock has stopped.", flush=True)
    return 0


def _how_to(url: str) -> str:
    return f"""\
sagemock is listening on {url}

Point any AWS client at it (the credentials may be anything):

    export AWS_ENDPOINT_URL={url}
    export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
    aws sagemaker list-training-jobs

Look at it in a browser: {url}/sagemock/

Stop it with Ctrl-C."""


def _demo(options: argparse.Namespace) -> int:
    from sagemock.demo import run

    return run(options.mnist)


def _refuse(text: str) -> int:
    print(f"sagemock: {text}", file=sys.stderr)
    return EXIT_USAGE
