"""What a request's refusal says of the fields of a form."""

from __future__ import annotations

import re
from collections.abc import Mapping

_CLAUSE = re.compile(
    r"' at '([^']+)' failed to satisfy constraint: (.*?)(?=; Value '|; Value null|\Z)", re.DOTALL
)
LONGEST = 160
"""Characters of a constraint beside a field; an enum of instance types has thousands."""


def by_field(message: str, fields: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with each field, in AWS's words.

    fields: the form's field for the beginning of a path in the request, such as
    `resourceConfig.instanceCount`. Where a field stands for several values the rest of the path
    tells which one is meant.
    """
    found: dict[str, list[str]] = {}
    for path, constraint in _CLAUSE.findall(message):
        begin = next((each for each in fields if f"{path}.".startswith(f"{each}.")), None)
        if begin is None:
            continue
        rest = path.removeprefix(begin).replace(".member", "").strip(".")
        said = constraint if len(constraint) <= LONGEST else f"{constraint[:LONGEST]}…"
        found.setdefault(fields[begin], []).append(f"{_words(rest)}{said}")
    return {field: "; ".join(said) for field, said in found.items()}


def _words(rest: str) -> str:
    """`1.channelName` as `Row 1, channelName: `."""
    number, _, member = rest.partition(".")
    if number.isdecimal():
        return f"Row {number}, {member}: " if member else f"Row {number}: "
    return f"{rest}: " if rest else ""
