"""The reference page of the command line, from the parser that reads it.

`python -m docs.reference.command_line > docs/command-line.md`
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from sagemock.cli import parser_and_commands

_HEAD = """\
# Command line

Generated from the parser of the command. `sagemock COMMAND --help` prints the same.

| Command | What it does |
|---|---|
"""


def page() -> str:
    """The page, in Markdown."""
    parser, commands = parser_and_commands()
    meanings = {
        choice.dest: choice.help or ""
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
        for choice in action._choices_actions
    }
    rows = [f"| [`sagemock {name}`](#sagemock-{name}) | {meanings[name]} |\n" for name in commands]
    sections = [_section(f"sagemock {name}", command) for name, command in commands.items()]
    return "".join([_HEAD, *rows, *_arguments(parser), *sections])


def _section(title: str, parser: argparse.ArgumentParser) -> str:
    description = f"\n{parser.description}\n" if parser.description else ""
    return "".join([f"\n## {title}\n{description}", *_arguments(parser)])


def _arguments(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The options and arguments of a command, as a table."""
    yield "\n| Option | Meaning |\n|---|---|\n"
    formatter = parser._get_formatter()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            continue
        meaning = formatter._expand_help(action) if action.help else ""
        yield f"| {_shown(action, formatter)} | {' '.join(meaning.split())} |\n"


def _shown(action: argparse.Action, formatter: argparse.HelpFormatter) -> str:
    """An option with its value, or an argument: `-p`, `--port PORT`."""
    if not action.option_strings:
        return f"`{action.metavar or action.dest}`"
    metavar = formatter._get_default_metavar_for_optional(action)
    value = "" if action.nargs == 0 else f" {formatter._format_args(action, metavar)}"
    # In a table a bar separates cells.
    value = value.replace("|", "\\|")
    *short, last = action.option_strings
    return ", ".join([*(f"`{name}`" for name in short), f"`{last}{value}`"])


if __name__ == "__main__":
    sys.stdout.write(page())
