"""Validation errors of a request, by the fields of the form that it was made from."""

from __future__ import annotations

import re
from collections.abc import Mapping

_CLAUSE = re.compile(
    r"' at '([^']+)' failed to satisfy constraint: (.*?)(?=; Value '|; Value null|\Z)", re.DOTALL
)
NO_PROBLEMS: Mapping[str, str] = {}
MAX_TEXT = 160
"""Characters of a constraint; one that lists the instance types has thousands."""


def by_field(message: str, fields: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with each field, in AWS's words.

    Parameters
    ----------
    message
        That of a `ValidationException`, which may name several members.
    fields
        The field of the form by the start of a member's path, such as
        `resourceConfig.instanceCount`. The rest of the path says which of the values of a field
        is wrong.
    """
    problems: dict[str, list[str]] = {}
    for path, constraint in _CLAUSE.findall(message):
        begin = next((each for each in fields if f"{path}.".startswith(f"{each}.")), None)
        if begin is None:
            continue
        rest = path.removeprefix(begin).replace(".member", "").strip(".")
        text = constraint if len(constraint) <= MAX_TEXT else f"{constraint[:MAX_TEXT]}…"
        problems.setdefault(fields[begin], []).append(f"{_words(rest)}{text}")
    return {field: "; ".join(texts) for field, texts in problems.items()}


def _words(rest: str) -> str:
    """`1.channelName` as `Row 1, channelName: `."""
    number, _, member = rest.partition(".")
    if number.isdecimal():
        return f"Row {number}, {member}: " if member else f"Row {number}: "
    return f"{rest}: " if rest else ""
