"""The command line `sagemock`: how it parses its arguments, and its exit statuses."""

from __future__ import annotations

import argparse
import errno
import os
import re
import sys
from collections.abc import Mapping, Sequence

from sagemock import __version__
from sagemock.commands import demo, logs, run, serve
from sagemock.commands.ending import refuse
from sagemock.compatibility import UnsupportedMoto
from sagemock.suggestions import did_you_mean

EXIT_OUTPUT = 1
"""Exit status if standard output cannot be written: a closed pipe, or a full disk."""
EXIT_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    try:
        try:
            options = parse_arguments(sys.argv[1:] if arguments is None else arguments)
            status: int = options.run(options)
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except UnsupportedMoto as error:
        return refuse(str(error))
    except KeyboardInterrupt:
        print("\nsagemock: interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.ENOSPC):
            raise
        # Flushing the buffer at the end of the process would fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno == errno.ENOSPC:
            print(f"sagemock: cannot write: {error.strerror}", file=sys.stderr)
        return EXIT_OUTPUT
    return status


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the options of a command. Errors show the usage of that command."""
    parser, commands = parser_and_commands()
    _check_command(parser, commands, arguments[0] if arguments else "")
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        # An argument before the command is not the command's.
        at_fault = parser if unknown[0] == arguments[0] else options.parser
        hint = did_you_mean(unknown[0], _long_options(at_fault))
        at_fault.error(f"unrecognized arguments: {' '.join(unknown)}{hint}")
    return options


def _check_command(
    parser: argparse.ArgumentParser, commands: Mapping[str, argparse.ArgumentParser], first: str
) -> None:
    """Exit with a hint where argparse would mistake the value of an option for a command."""
    option = first.split("=")[0]
    owners = [name for name, command in commands.items() if option in _long_options(command)]
    if option in _long_options(parser):
        return
    if owners:
        parser.error(f"{option} comes after the command: sagemock {owners[0]} {first}")
    if first and not first.startswith("-") and first not in commands:
        hint = did_you_mean(first, commands) or f"; there are {', '.join(commands)}"
        parser.error(f"there is no command {first!r}{hint}")


def _long_options(parser: argparse.ArgumentParser) -> list[str]:
    return sorted(set(re.findall(r"--[\w-]+", parser.format_help())))


def _help(options: argparse.Namespace) -> int:
    options.parser.print_help()
    return 0


def parser_and_commands() -> tuple[argparse.ArgumentParser, Mapping[str, argparse.ArgumentParser]]:
    """Return the parser of the command line, and those of the commands by name."""
    parser = argparse.ArgumentParser(
        prog="sagemock",
        description="A local mock of AWS in which Amazon SageMaker works.",
        epilog="For the options of a command: sagemock <command> --help",
    )
    parser.add_argument("--version", action="version", version=f"sagemock {__version__}")
    parser.set_defaults(run=_help, parser=parser)
    commands = parser.add_subparsers(metavar="<command>", title="commands")
    for command in (serve, run, logs, demo):
        command.add(commands)
    return parser, commands.choices
