"""A sample of a stream: each row with the same probability, in one pass."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RowNumbers = NDArray[np.int64]


class Reservoir:
    """Keeps a sample of the numbers 0, 1, 2, ... that have been added.

    Parameters
    ----------
    capacity
        Numbers in the sample, at most.
    generator
        The source of random numbers.

    Notes
    -----
    Algorithm R: the number i, from 0, takes the place j, a whole number drawn uniformly from 0 to
    i, if j is less than the capacity. The first ones fill the places in their order.

    References
    ----------
    J. S. Vitter (1985), *Random sampling with a reservoir*. That SageMaker samples so: *Amazon
    SageMaker Developer Guide*, *How RCF Works*.

    Examples
    --------
    >>> reservoir = Reservoir(3, np.random.default_rng(0))
    >>> reservoir.add(2)
    >>> reservoir.sample.tolist()
    [0, 1]
    >>> reservoir.add(1000)
    >>> len(set(reservoir.sample.tolist())), int(reservoir.sample.max()) < 1002
    (3, True)
    """

    def __init__(self, capacity: int, generator: np.random.Generator) -> None:
        self._capacity = capacity
        self._generator = generator
        self._places = np.empty(0, np.int64)
        self.seen = 0

    @property
    def sample(self) -> RowNumbers:
        """The sample so far, (capacity,) or fewer."""
        return self._places

    def add(self, count: int) -> None:
        """Offer the next numbers of the stream."""
        start, end = self.seen, self.seen + count
        self.seen = end
        free = min(end, self._capacity)
        if start < free:
            self._places = np.concatenate([self._places, np.arange(start, free)])
        later = np.arange(max(start, self._capacity), end)
        places = self._generator.integers(later + 1)
        taken = places < self._capacity
        # Of several numbers for one place the last one stays, as numpy assigns in order.
        self._places[places[taken]] = later[taken]
