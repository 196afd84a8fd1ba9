"""Which of many texts contain a given one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, islice

import numpy as np

SEPARATOR = "\0"


class SubstringIndex:
    """Texts joined into one, so that a single search passes over all of them.

    texts: only ever grows; its first `size` texts are searched, less the very first, which
    stands for what is missing.
    """

    def __init__(self, texts: Sequence[str], size: int) -> None:
        self.size = size
        self._texts = texts
        self._joined = SEPARATOR.join(["", *islice(texts, 1, size)])
        ends = accumulate((len(text) + 1 for text in islice(texts, 1, size)), initial=1)
        self._ends = np.fromiter(ends, np.int64, size)

    @property
    def nbytes(self) -> int:
        return self._joined.__sizeof__() + self._ends.nbytes

    def find(self, part: str) -> list[int]:
        """The positions of the texts that contain `part`, ascending."""
        if SEPARATOR in part:
            return self._scan(part)
        found: list[int] = []
        # Many hits are found faster one text after the other.
        limit = 64 + self.size // 16
        at = self._joined.find(part)
        while at >= 0:
            if len(found) == limit:
                return self._scan(part)
            found.append(at)
            at = self._joined.find(part, at + 1)
        hits: list[int] = np.unique(np.searchsorted(self._ends, found, side="right")).tolist()
        return [hit for hit in hits if hit > 0]

    def _scan(self, part: str) -> list[int]:
        texts = islice(self._texts, 1, self.size)
        return [at for at, text in enumerate(texts, 1) if part in text]
