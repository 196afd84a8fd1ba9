"""How curves are drawn, as the address of a page says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

OVER = {"epoch": "Epoch", "time": "Time"}
SCALES = {"auto": "Automatic", "linear": "Linear", "log": "Logarithmic"}
CHOICES = {"over": OVER, "scale": SCALES}
"""What a form offers for each option, by its argument."""

SMOOTHING = ("0", "0.3", "0.6", "0.8", "0.9", "0.95")
"""The weights that pages offer; an address may have any other below one."""

MAX_SMOOTHING = 0.999


@dataclass(frozen=True, slots=True)
class CurveOptions:
    """The choices of a reader of curves.

    Attributes
    ----------
    over
        What the x axis shows: `epoch`, or `time` since a job's first value.
    scale
        Of the y axis: `auto` is logarithmic where positive values differ by a factor of 100.
    smoothing
        The weight of all earlier values in an exponential moving average; 0 for none.
    """

    over: str = "epoch"
    scale: str = "auto"
    smoothing: float = 0.0

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Self:
        """Read the options from the arguments of an address; what makes no sense is ignored."""
        over, scale = args.get("over", ""), args.get("scale", "")
        return cls(
            over if over in OVER else "epoch",
            scale if scale in SCALES else "auto",
            _weight(args.get("smoothing", "")),
        )

    def arguments(self) -> Iterator[tuple[str, str]]:
        """Yield the arguments of an address, without those that have their default value."""
        default = CurveOptions()
        for member in ("over", "scale", "smoothing"):
            value = getattr(self, member)
            if value != getattr(default, member):
                yield member, f"{value:g}" if isinstance(value, float) else value

    @property
    def logarithmic(self) -> bool | None:
        """Whether the y axis is logarithmic, None to decide by the values."""
        return {"linear": False, "log": True}.get(self.scale)

    @property
    def weights(self) -> Sequence[str]:
        """The weights to offer, the chosen one among them."""
        chosen = f"{self.smoothing:g}"
        return SMOOTHING if chosen in SMOOTHING else sorted({*SMOOTHING, chosen}, key=float)


AUTOMATIC = CurveOptions()


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return min(weight, MAX_SMOOTHING) if weight > 0 else 0.0


def smoothed(values: Sequence[float], weight: float) -> Sequence[float]:
    """Return the exponential moving average; values that are not finite stay as they are.

    >>> smoothed([0.0, 1.0, 1.0], 0.5)
    [0.0, 0.5, 0.75]
    """
    if not weight:
        return values
    averages: list[float] = []
    average: float | None = None
    for value in values:
        if value - value != 0:  # NaN or infinite
            averages.append(value)
            continue
        average = value if average is None else weight * average + (1 - weight) * value
        averages.append(average)
    return averages
