"""Long names on several lines, as SVG does not wrap text."""

from __future__ import annotations

import re


def wrapped(text: str, length: int, limit: int = 5) -> list[str]:
    """Return a name on lines of `length` characters; lines end after its separators where they can.

    >>> wrapped("validation:binary_classification_accuracy", 18)
    ['validation:binary_', 'classification_', 'accuracy']
    """
    words = [
        word[start : start + length]
        for word in re.findall(r"[^/:_. -]*[/:_. -]?", text)
        for start in range(0, len(word), length)
    ]
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) > length and lines[-1]:
            lines.append("")
        lines[-1] += word
    if len(lines) > limit:
        lines = [*lines[: limit - 1], "…" + lines[-1][-length + 1 :]]
    return lines
