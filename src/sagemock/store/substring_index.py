"""Finds which of many texts contain a given one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, islice

import numpy as np

SEPARATOR = "\0"


class SubstringIndex:
    """Texts joined into one, so that a single search covers all of them.

    Parameters
    ----------
    texts : Sequence[str]
        The texts, to which more may be appended. The first one stands for the missing value and
        matches nothing.
    size : int
        How many of them are searched.
    """

    def __init__(self, texts: Sequence[str], size: int) -> None:
        self.size = size
        self._texts = texts
        self._joined = SEPARATOR.join(["", *islice(texts, 1, size)])
        ends = accumulate((len(text) + 1 for text in islice(texts, 1, size)), initial=1)
        self._ends = np.fromiter(ends, np.int64, size)

    @property
    def nbytes(self) -> int:
        """Bytes of the index, less the texts themselves."""
        return self._joined.__sizeof__() + self._ends.nbytes

    def find(self, part: str) -> list[int]:
        """The positions of the texts that contain `part`, ascending."""
        if SEPARATOR in part:
            return self._scan(part)
        offsets: list[int] = []
        # Where there are many hits, a scan of the texts is faster.
        limit = 64 + self.size // 16
        at = self._joined.find(part)
        while at >= 0:
            if len(offsets) == limit:
                return self._scan(part)
            offsets.append(at)
            at = self._joined.find(part, at + 1)
        hits: list[int] = np.unique(np.searchsorted(self._ends, offsets, side="right")).tolist()
        return [hit for hit in hits if hit > 0]

    def _scan(self, part: str) -> list[int]:
        texts = islice(self._texts, 1, self.size)
        return [at for at, text in enumerate(texts, 1) if part in text]
