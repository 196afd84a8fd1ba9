"""The command `sagemock`: how it reads its arguments, and how it ends."""

from __future__ import annotations

import argparse
import errno
import os
import re
import sys
from collections.abc import Sequence

from sagemock import __version__
from sagemock.commands import demo, logs, run, serve
from sagemock.commands.ending import refuse
from sagemock.compatibility import UnsupportedMoto
from sagemock.suggestions import did_you_mean

EXIT_OUTPUT = 1
"""Standard output cannot be written: nothing reads a pipe any more, or the disk is full."""
EXIT_INTERRUPTED = 130


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
        return refuse(str(error))
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
    parser = _parser()
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        # What comes before the command is not for the command.
        at_fault = parser if unknown[0] == arguments[0] else options.parser
        known = sorted(set(re.findall(r"--[\w-]+", at_fault.format_help())))
        hint = did_you_mean(unknown[0], known)
        at_fault.error(f"unrecognized arguments: {' '.join(unknown)}{hint}")
    return options


def _help(options: argparse.Namespace) -> int:
    options.parser.print_help()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sagemock",
        description="A local AWS in which Amazon SageMaker works.",
        epilog="sagemock <command> --help says more about a command.",
    )
    parser.add_argument("--version", action="version", version=f"sagemock {__version__}")
    parser.set_defaults(run=_help, parser=parser)
    commands = parser.add_subparsers(metavar="<command>", title="commands")

    for command in (serve, run, logs, demo):
        command.add(commands)
    return parser
