"""Turns the output of a process into lines of a log, with bounded memory."""

from __future__ import annotations

MAX_LINE = 1 << 18
"""Bytes of an event of CloudWatch Logs; longer lines become several events."""

MAX_LOG = 1 << 25
"""Bytes of a job's log; what comes after that is lost."""

CUT = "sagemock: the log is too long; the rest of it is left out"


class LineReader:
    r"""Splits the output of a process.

    Bytes that are not UTF-8 become U+FFFD.

    Examples
    --------
    >>> reader = LineReader()
    >>> reader.feed(b"one\r\ntwo"), reader.feed(b"!\n"), reader.end()
    (['one'], ['two!'], [])
    """

    def __init__(self, limit: int | None = None) -> None:
        self._rest = bytearray()
        self._remaining = MAX_LOG if limit is None else limit

    def feed(self, data: bytes) -> list[str]:
        """Take output. Returns the lines that are complete."""
        if self._remaining < 0:
            return []
        self._remaining -= len(data)
        *lines, rest = data.split(b"\n")
        if lines:
            lines[0] = bytes(self._rest) + lines[0]
            self._rest.clear()
        self._rest += rest
        texts = [text for line in lines for text in _pieces(line)]
        while len(self._rest) >= MAX_LINE:
            texts.append(self._rest[:MAX_LINE].decode("utf-8", "replace"))
            del self._rest[:MAX_LINE]
        if self._remaining < 0:
            self._rest.clear()
            texts.append(CUT)
        return texts

    def end(self) -> list[str]:
        """Return the last line, if it has no end."""
        rest, self._rest = bytes(self._rest), bytearray()
        return _pieces(rest) if rest else []


def _pieces(line: bytes) -> list[str]:
    line = line.removesuffix(b"\r")
    starts = range(0, max(1, len(line)), MAX_LINE)
    return [line[start : start + MAX_LINE].decode("utf-8", "replace") for start in starts]
