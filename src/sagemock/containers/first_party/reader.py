"""What a container's reader counts while it reads a channel."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence


class ReaderStatistics:
    """The counters of the reader of one channel on one host.

    Parameters
    ----------
    batch_size
        Rows of a mini-batch; the last one of a pass may have fewer.
    bytes_of
        The bytes of the first rows of the channel, by their number.
    """

    def __init__(self, batch_size: int, bytes_of: Callable[[int], int]) -> None:
        self._batch_size = batch_size
        self.bytes_of = bytes_of
        self._rows = 0
        self._batches = 0
        self._longest = (0, 0)

    def batches(self, rows: int) -> int:
        """The mini-batches of a pass over so many rows."""
        return math.ceil(rows / self._batch_size)

    def first_batch(self, rows: int) -> int:
        """The rows of the first mini-batch of so many."""
        return min(self._batch_size, rows)

    def count(self, rows: int) -> None:
        """Count a pass over the first rows of the channel."""
        batches = self.batches(rows)
        self._rows += rows
        self._batches += batches
        self._longest = max(self._longest, (rows, batches))

    def metrics(self, resets: int, rows: int) -> dict[str, Sequence[float]]:
        """The measurements of a `#metrics` line.

        Parameters
        ----------
        resets
            How often the reader has gone back to the start of the channel.
        rows
            Rows read since the last reset.
        """
        longest_rows, longest_batches = self._longest
        values = {
            "Total Records Seen": self._rows,
            "Total Batches Seen": self._batches,
            "Max Records Seen Between Resets": longest_rows,
            "Max Batches Seen Between Resets": longest_batches,
            "Reset Count": resets,
            "Number of Records Since Last Reset": rows,
            "Number of Batches Since Last Reset": self.batches(rows),
        }
        return {name: [value] for name, value in values.items()}
