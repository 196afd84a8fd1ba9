"""The space of all configurations that a tuning job may try."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from sagemock.tuning.parameters import CategoricalParameter, Parameter

Configuration = Mapping[str, str]
"""Values of hyperparameters by name, as training jobs get them."""

Key = tuple[str, ...]
"""The values of a configuration, in the order of the parameters of its space."""

MAX_DRAWS = 100
"""How often a configuration that has been tried is drawn again, before those left are counted."""

MAX_COUNTED = 100_000
"""The size of a space of which the configurations that are left can be counted."""


@dataclass(frozen=True, slots=True)
class Space:
    """The product of ranges.

    Examples
    --------
    >>> from sagemock.tuning.parameters import CategoricalParameter, IntegerParameter
    >>> space = Space((IntegerParameter("depth", 1, 3), CategoricalParameter("kind", ("a", "b"))))
    >>> space.size
    6.0
    >>> space.encoded({"depth": "2", "kind": "b"})
    [0.5, 0.0, 1.0]
    """

    parameters: Sequence[Parameter]

    @property
    def size(self) -> float:
        """How many configurations there are; infinite with a continuous range."""
        return math.prod(parameter.count for parameter in self.parameters)

    def key(self, configuration: Configuration) -> Key:
        """What tells a configuration from others of this space."""
        return tuple(configuration.get(each.name, "") for each in self.parameters)

    def at(self, units: Sequence[float]) -> dict[str, str]:
        """The configuration at a point of the unit cube, of a coordinate for each parameter."""
        return {
            each.name: each.text(unit) for each, unit in zip(self.parameters, units, strict=True)
        }

    def drawn(self, generator: random.Random) -> dict[str, str]:
        """A configuration from the uniform distribution on the unit cube."""
        return self.at([generator.random() for _ in self.parameters])

    def contains(self, configuration: Configuration) -> bool:
        """Whether a configuration has a value for each parameter that `encoded` can read."""
        try:
            self.encoded(configuration)
        except (KeyError, ValueError):
            return False
        return True

    def encoded(self, configuration: Configuration) -> list[float]:
        """The configuration as a point: a coordinate for each number, one for each category.

        Raises KeyError for a value that is missing, ValueError for one that is no number.
        """
        point: list[float] = []
        for parameter in self.parameters:
            text = configuration[parameter.name]
            if isinstance(parameter, CategoricalParameter):
                point += [float(text == value) for value in parameter.values]
            else:
                point.append(parameter.unit(text))
        return point

    def all(self) -> Iterator[dict[str, str]]:
        """All configurations of a space of categories and integers, the last one varying first."""
        names = [parameter.name for parameter in self.parameters]
        for values in product(*map(_values, self.parameters)):
            yield dict(zip(names, values, strict=True))

    def untried(
        self,
        generator: random.Random,
        tried: Callable[[Key], bool],
    ) -> dict[str, str] | None:
        """A random configuration that has not been tried, or None when there is none left."""
        for _ in range(MAX_DRAWS):
            configuration = self.drawn(generator)
            if not tried(self.key(configuration)):
                return configuration
        if self.size > MAX_COUNTED:
            return configuration
        left = [each for each in self.all() if not tried(self.key(each))]
        return generator.choice(left) if left else None


def _values(parameter: Parameter) -> Sequence[str]:
    if isinstance(parameter, CategoricalParameter):
        return parameter.values
    return [str(value) for value in range(math.ceil(parameter.low), int(parameter.high) + 1)]
