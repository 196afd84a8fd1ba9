"""Looks whether a file is whole UBJSON, the binary form of JSON in which the library keeps models.

The library reads on behind the end of a file that is cut, and may end the process by that.

Source: the specification of UBJSON, draft 12.
"""

from __future__ import annotations

SIZES = {
    **dict.fromkeys("ZNTF", 0),
    **dict.fromkeys("iUC", 1),
    "I": 2,
    **dict.fromkeys("ld", 4),
    **dict.fromkeys("LD", 8),
}
"""Bytes of a value, by the marker of its type."""

LENGTHS = "iUIlL"
TEXTS = "SH"
ENDS = {"[": "]", "{": "}"}

MAX_DEPTH = 100


def is_whole(data: bytes) -> bool:
    r"""Whether a file is one value, and nothing else.

    Examples
    --------
    >>> whole = b"{" + b"i\x01a" + b"[$d#i\x02" + bytes(8) + b"}"
    >>> [is_whole(file) for file in (whole, whole[:-1], whole[:-5], whole + b"}")]
    [True, False, False, False]
    """
    reader = _Reader(data)
    try:
        reader.skip(reader.marker(), MAX_DEPTH)
    except ValueError:
        return False
    return reader.position == len(data)


class _Reader:
    """Passes over values, and raises ValueError where there is none."""

    def __init__(self, data: bytes) -> None:
        self.position = 0
        self._data = data

    def marker(self) -> str:
        return self._bytes(1).decode("latin-1")

    def skip(self, kind: str, depth: int) -> None:
        """Pass over a value, behind the marker of its type."""
        if kind in SIZES:
            self._bytes(SIZES[kind])
        elif kind in TEXTS:
            self._bytes(self._length(self.marker()))
        elif kind in ENDS and depth:
            self._container(kind, depth - 1)
        else:
            raise ValueError("no value")

    def _container(self, kind: str, depth: int) -> None:
        marker = self.marker()
        of_all = ""
        if marker == "$":
            of_all, marker = self.marker(), self.marker()
        if marker == "#":
            count = self._length(self.marker())
            if kind == "[" and of_all in SIZES:
                self._bytes(count * SIZES[of_all])
                return
            for _ in range(count):
                read = kind == "{" or not of_all
                self._entry(kind, self.marker() if read else of_all, of_all, depth)
            return
        if of_all:
            raise ValueError("a type without a count")
        while marker != ENDS[kind]:
            self._entry(kind, marker, "", depth)
            marker = self.marker()

    def _entry(self, kind: str, marker: str, of_all: str, depth: int) -> None:
        """Pass over an entry of a container, of which one marker has been read."""
        if kind == "{":
            self._bytes(self._length(marker))
            marker = of_all or self.marker()
        self.skip(marker, depth)

    def _length(self, kind: str) -> int:
        if kind not in LENGTHS:
            raise ValueError("no length")
        return int.from_bytes(self._bytes(SIZES[kind]), "big", signed=kind != "U")

    def _bytes(self, size: int) -> bytes:
        end = self.position + size
        if not self.position <= end <= len(self._data):
            raise ValueError("the file ends too early")
        start, self.position = self.position, end
        return self._data[start:end]
