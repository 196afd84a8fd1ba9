"""The pages of the documentation, their blocks of code, and the commands in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(\S*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
HEREDOC = re.compile(r"<<'(\w+)'\n.*?^\1$", re.MULTILINE | re.DOTALL)
BETWEEN_COMMANDS = "&|;\n"


class Block(NamedTuple):
    """A block of code: its language, empty if the page names none, and its text."""

    language: str
    text: str


def blocks(page: Path, *languages: str) -> list[Block]:
    """The blocks of a page in these languages, or in all."""
    every = [Block(*each) for each in BLOCK.findall(page.read_text())]
    return [block for block in every if not languages or block.language in languages]


def commands(script: str) -> Iterator[list[str]]:
    """Yield the words of each command of a shell script, without assignments and redirections."""
    script = HEREDOC.sub("", script).replace("\\\n", " ")
    lexer = shlex.shlex(
        re.sub(r"(^|\s)#.*", "", script), posix=True, punctuation_chars=BETWEEN_COMMANDS
    )
    lexer.commenters, lexer.whitespace, lexer.whitespace_split = "", " \t", True
    words: list[str] = []
    for token in [*lexer, "\n"]:
        if not set(token) <= set(BETWEEN_COMMANDS):
            words.append(token)
            continue
        while words and re.match(r"\w+=", words[0]):
            words.pop(0)
        if words:
            yield words
        words = []
