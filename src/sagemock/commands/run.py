"""`sagemock run`: run a command whose AWS clients reach a server."""

from __future__ import annotations

import argparse
import os
from functools import partial
from typing import Any

from sagemock.commands import argument_types, aws_configuration
from sagemock.commands.ending import NEEDS_SERVER, refuse
from sagemock.config import Config
from sagemock.options import OPTIONS, defaults_of_servers

CODE_OPTIONS = ("containers", "requirements", "stop_grace", "isolation")
"""The options of the server that is started for the command: those of code that jobs run."""


def add(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "run",
        help="run an unchanged command whose AWS clients use a sagemock server",
        usage="%(prog)s [-h] [--url URL] [--region REGION] [--containers local] -- COMMAND ...",
    )
    parser.add_argument("--url", help="URL of a running sagemock server (default: start one)")
    parser.add_argument(
        "--region", help="region of the clients (default: AWS_DEFAULT_REGION, else us-east-1)"
    )
    for name in CODE_OPTIONS:
        option = OPTIONS[name]
        parser.add_argument(
            str(option.flag),
            dest=name,
            type=argument_types.option(option),
            metavar=option.metavar,
            choices=option.choices or None,
            help=f"{option.meaning} (default: {option.default_of_servers})",
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
    from sagemock.server import SageMockServer

    environ = dict(os.environ)
    named = {
        name: getattr(options, name) for name in CODE_OPTIONS if getattr(options, name) is not None
    }
    if named and options.url is not None:
        flags = ", ".join(str(OPTIONS[name].flag) for name in named)
        options.parser.error(f"{flags}: the server at --url has options of its own")
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        options.parser.error("no command to run; for example: sagemock run -- python train.py")
    try:
        with aws_configuration.ignored():
            status = launch(
                command,
                environ,
                url=options.url,
                region=options.region,
                server=partial(SageMockServer, config=Config(**{**defaults_of_servers(), **named})),
            )
    except ModuleNotFoundError as error:
        return refuse(NEEDS_SERVER.format("run", error))
    except NotSagemock as error:
        return refuse(str(error))
    return end_as(status)
