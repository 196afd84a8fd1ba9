"""`sagemock run`: run a command whose AWS clients reach a server."""

from __future__ import annotations

import argparse
import os
from typing import Any

from sagemock.commands import aws_configuration
from sagemock.commands.ending import NEEDS_SERVER, refuse


def add(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "run",
        help="run a command whose AWS clients reach a sagemock server, without changing it",
        usage="%(prog)s [-h] [--url URL] [--region REGION] -- COMMAND ...",
    )
    parser.add_argument("--url", help="URL of a running sagemock server (default: start one)")
    parser.add_argument(
        "--region", help="region of the clients (default: AWS_DEFAULT_REGION, else us-east-1)"
    )
    parser.add_argument(
        "command",
        nargs=argparse.REMAINDER,
        metavar="COMMAND",
        help="the command to run, with its arguments",
    )
    parser.set_defaults(run=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """Run the command. Returns its exit status, or exits by its signal."""
    from sagemock.run.command import end_as
    from sagemock.run.launch import launch
    from sagemock.run.service import NotSagemock

    environ = dict(os.environ)
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        options.parser.error("no command to run; for example: sagemock run -- python train.py")
    try:
        with aws_configuration.ignored():
            status = launch(command, environ, url=options.url, region=options.region)
    except ModuleNotFoundError as error:
        return refuse(NEEDS_SERVER.format("run", error))
    except NotSagemock as error:
        return refuse(str(error))
    return end_as(status)
