"""The text of the lines that only the log of K-Means has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sagemock.algorithms.kmeans.events import Attempted, Evaluated, Initialized, Moved, Shrinking
from sagemock.containers.base import Clock
from sagemock.containers.first_party.lines import GPUS, UNSYNCHRONISED, ContainerLines
from sagemock.containers.kmeans.hyperparameters import DEFAULT_INPUT
from sagemock.formats.media_type import RECORDIO, media_type, parameters

TIMINGS: Mapping[str, float] = {
    "compute all data-center distances: inner product": 0.406378,
    "collect from kv store": 0.107463,
    "splitting centers key-value pair": 0.105613,
    "compute all data-center distances: point norm": 0.088301,
    "batch data loading with context": 0.082019,
    "predict compute msd": 0.069241,
    "gradient: one_hot": 0.067758,
    "update state and report convergance": 0.029137,
    "gradient: cluster size ": 0.019935,
    "gradient: cluster center": 0.018488,
    "update set-up time": 0.003341,
    "compute all data-center distances: center norm": 0.002029,
    "predict minus dist": 0.000297,
}
"""The recorded shares of the time of all updates; that time itself is measured."""


class KMeansLines(ContainerLines):
    """Formats what happens during training as the container of K-Means does."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock, 0, algorithm="AWS/KMeansWebscale", defaults=DEFAULT_INPUT)

    def set_up(self, content_type: str | None, texts: Mapping[str, str]) -> Iterator[str]:
        """How the channels are read, and the hyperparameters of the request over the defaults."""
        name = media_type(content_type or RECORDIO)
        version = parameters(content_type or RECORDIO).get("version", "1.0")
        yield self.line(f"Loaded iterator creator {name} for content type {(name, version)}")
        yield self.line("Create Store: local")
        yield from self.gpus()
        yield self.line("Checkpoint loading and saving are disabled.")
        yield self.line(f"Setting up with params: {self.final(texts)}")

    def extra_center_factor(self, factor: int) -> str:
        """What `auto` stands for, where the request leaves the factor to the container."""
        return self.line(f"'extra_center_factor' was set to 'auto', evaluated to {factor}.")

    def slices(self) -> Iterator[str]:
        """The last lines before training."""
        yield self.line(GPUS)
        yield self.line("number of center slices 1")

    def small_batch(self, event: Initialized, batch_size: int) -> str:
        """The warning that the first mini-batch has fewer rows than others."""
        return self.line(
            f"Batch size {batch_size} is bigger than the first batch data. Effective "
            f"batch size used to initialize is {event.rows}",
            "WARNING",
        )

    def moved(self, event: Moved) -> str:
        """The mean squared distances of the last batch, and of all so far."""
        return self.line(
            f"Iter {event.iteration}: Short term msd {event.short_term:f}. "
            f"Long term msd {event.long_term:f}"
        )

    def processed(self, rows: int) -> str:
        """The rows of an epoch."""
        return self.line(f"processed a total of {rows} examples")

    def unsynchronised(self) -> str:
        """The warning after the last epoch."""
        return self.line(UNSYNCHRONISED, "WARNING")

    def shrinking(self, event: Shrinking) -> str:
        """The reduction of the working centers begins."""
        return self.line(f"shrinking {event.working} centers into {event.k}")

    def attempted(self, event: Attempted) -> str:
        """An attempt at the reduction has ended."""
        return self.line(
            f"local kmeans attempt #{event.number}. Current mean square distance {event.msd:f}"
        )

    def shrunk(self, msd: float) -> Iterator[str]:
        """The result of the reduction; the first line drops the fraction, as recorded."""
        yield self.line(f"finished shrinking process. Mean Square Distance = {int(msd)}")
        yield self.quality("train", "msd", "loss", msd)

    def kept(self) -> str:
        """There was nothing to reduce."""
        return self.line("No shrinking is required as extra_center_factor is 1.")

    def timings(self, seconds: float) -> Iterator[str]:
        """Where the time of all updates went."""
        for name, share in TIMINGS.items():
            yield self.line(f"{name} took: {100 * share:.4f}%, ({share * seconds:.6f} secs)")
        yield self.line(f"TOTAL took: {seconds}")
        yield self.line(GPUS)

    def scores(self, event: Evaluated) -> Iterator[str]:
        """The scores of the test channel as Linear Learner logs them; none were recorded."""
        for score in (event.scores or {}).items():
            yield self.line(f"#test_score ({self.host}) : {score}")
        for name, value in (event.scores or {}).items():
            yield self.quality("test", name, "loss", value)
