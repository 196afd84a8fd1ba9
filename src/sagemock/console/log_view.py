"""A job's log as its page shows it: searched, by level, and never all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from sagemock.console.job_log import Lines

SHOWN = 120
"""Lines of the log on the page."""

MAX_SEARCHED = 20_000
"""Lines, from the end of the log, in which a text or a level is looked for."""

MAX_LINE, MAX_ERROR = 140, 600
"""Characters of a line, and of each of the last errors."""

LONG_ERRORS = 3
MAX_MARKS = 2
"""Places of a line that are marked."""

MAX_FIND = 200

LEVELS: Mapping[str, str] = {
    "": "All lines",
    "text": "Without metrics records",
    "warning": "Warnings and errors",
    "error": "Errors",
}
"""The choices of the form, by their values in the address."""

_LEVEL = re.compile(
    r"\b(CRITICAL|FATAL|ERROR|WARNING|WARN|INFO|DEBUG)\b"
    r"|\[(critical|fatal|error|warning|warn|info|debug)\]"
    r"|^([\w.]*(?:Error|Exception))\b",
)
_ERRORS = frozenset({"critical", "fatal", "error"})
_LEVEL_WITHIN = 100
"""Characters, from the beginning of a line, that may say its level."""

_TRACEBACK = "Traceback (most recent call last)"
_METRICS = "#metrics "


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which lines to show, and how, as the address of the page says."""

    find: str = ""
    level: str = ""
    wraps: bool = True

    @property
    def active(self) -> bool:
        """Whether some lines are left out."""
        return bool(self.find or self.level)

    def arguments(self, *, wraps: bool | None = None) -> list[tuple[str, str]]:
        """Return the arguments of the address of the page with this filter."""
        wrapped = self.wraps if wraps is None else wraps
        pairs = [("find", self.find), ("level", self.level), ("wrap", "" if wrapped else "off")]
        return [(name, value) for name, value in pairs if value]


def log_filter(arguments: Mapping[str, str]) -> LogFilter:
    """Return the filter of an address; what it does not know counts as all lines."""
    level = arguments.get("level", "")
    return LogFilter(
        arguments.get("find", "").strip()[:MAX_FIND],
        level if level in LEVELS else "",
        arguments.get("wrap") != "off",
    )


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of the page.

    Attributes
    ----------
    level
        `error`, `warning`, `metrics`, or nothing.
    parts
        The text, and whether it is what was looked for, piece by piece.
    """

    level: str
    parts: Sequence[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class LogExcerpt:
    """The last lines that match, and how many there are.

    Attributes
    ----------
    matching
        Lines that match, of those that were searched.
    searched
        Lines that were looked at; the log may have more before them.
    """

    lines: Sequence[ShownLine]
    matching: int
    searched: int
    total: int

    @property
    def has_errors(self) -> bool:
        """Whether an error is among the lines that are shown."""
        return any(line.level == "error" for line in self.lines)


def excerpt_of(lines: Lines, wanted: LogFilter) -> LogExcerpt:
    """Return the last lines of a log that match a filter."""
    total = len(lines)
    searched = min(total, MAX_SEARCHED if wanted.active else SHOWN)
    texts = [text.rstrip() for _, text in lines[total - searched :]]
    leveled = [
        (level, text)
        for level, text in zip(_levels(texts), texts, strict=True)
        if _is_wanted(level, text, wanted)
    ]
    shown = leveled[-SHOWN:]
    errors = [number for number, (level, _) in enumerate(shown) if level == "error"]
    long = set(errors[-LONG_ERRORS:])
    return LogExcerpt(
        [
            ShownLine(level, _parts(text, wanted.find, MAX_ERROR if number in long else MAX_LINE))
            for number, (level, text) in enumerate(shown)
        ],
        len(leveled) if wanted.active else total,
        searched,
        total,
    )


def _levels(texts: Sequence[str]) -> Iterator[str]:
    """The level of each line; the lines of a traceback are errors."""
    in_traceback = False
    for text in texts:
        if _TRACEBACK in text:
            in_traceback = True
            yield "error"
        elif in_traceback:
            # It ends with the line that names the exception.
            in_traceback = text.startswith(" ") or not text
            yield "error"
        else:
            yield level_of(text)


def level_of(text: str) -> str:
    """Return `error`, `warning`, `metrics` or nothing, for a line by itself.

    >>> level_of("[01/01/2026 00:00:00 ERROR 1] Customer Error: no data")
    'error'
    >>> level_of("the error is small")
    ''
    """
    if text.startswith(_METRICS):
        return "metrics"
    match = _LEVEL.search(text[:_LEVEL_WITHIN])
    if match is None:
        return ""
    if match[3]:
        return "error"
    word = (match[1] or match[2]).lower()
    return "error" if word in _ERRORS else "warning" if word.startswith("warn") else ""


def _is_wanted(level: str, text: str, wanted: LogFilter) -> bool:
    if wanted.find.casefold() not in text.casefold():
        return False
    match wanted.level:
        case "text":
            return level != "metrics"
        case "warning":
            return level in ("warning", "error")
        case "error":
            return level == "error"
        case _:
            return True


def _parts(text: str, find: str, length: int) -> list[tuple[str, bool]]:
    """A line, cut to a length around what was looked for, with that marked."""
    pattern = re.compile(re.escape(find), re.IGNORECASE) if find else None
    first = pattern.search(text) if pattern else None
    begin = max(0, first.end() - length + 20) if first and first.end() > length else 0
    window = text[begin : begin + length]
    before = "…" if begin else ""
    after = "…" if begin + length < len(text) else ""
    if pattern is None:
        return [(f"{before}{window}{after}", False)]
    parts: list[tuple[str, bool]] = [(before, False)]
    position = 0
    for match in islice(pattern.finditer(window), MAX_MARKS):
        parts += [(window[position : match.start()], False), (match[0], True)]
        position = match.end()
    parts += [(window[position:], False), (after, False)]
    return [part for part in parts if part[0]]
