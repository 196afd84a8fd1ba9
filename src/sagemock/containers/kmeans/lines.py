"""The text of the lines that only the log of K-Means has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sagemock.algorithms.kmeans.events import Attempted, Moved, Shrinking
from sagemock.algorithms.kmeans.stopwatch import Step
from sagemock.containers.first_party.lines import GPUS, ContainerLines
from sagemock.containers.kmeans.hyperparameters import DEFAULT_INPUT
from sagemock.formats.media_type import media_type

TIMINGS: Mapping[Step, str] = {
    "inner products": "compute all data-center distances: inner product",
    "merging hosts": "collect from kv store",
    "selecting centers": "splitting centers key-value pair",
    "norms of rows": "compute all data-center distances: point norm",
    "loading rows": "batch data loading with context",
    "loss": "predict compute msd",
    "grouping": "gradient: one_hot",
    "moving centers": "update state and report convergance",
    "sizes": "gradient: cluster size ",
    "sums": "gradient: cluster center",
    "setting up": "update set-up time",
    "norms of centers": "compute all data-center distances: center norm",
    "differences": "predict minus dist",
}
"""The names, as recorded, of the steps whose time the log shows."""


class KMeansLines(ContainerLines):
    """Formats what happens during training as the container of K-Means does."""

    algorithm = "AWS/KMeansWebscale"
    defaults = DEFAULT_INPUT

    def set_up(self, content_type: str) -> Iterator[str]:
        """How the channels are read, and the hyperparameters of the request over the defaults."""
        yield self.iterator(media_type(content_type), content_type)
        yield self.line(f"Create Store: {'local' if self.alone else 'dist_sync'}")
        yield from self.gpus()
        yield self.no_checkpoints()
        yield self.line(f"Setting up with params: {self.final()}")

    def extra_center_factor(self, factor: int) -> str:
        """What `auto` stands for, where the request leaves the factor to the container."""
        return self.line(f"'extra_center_factor' was set to 'auto', evaluated to {factor}.")

    def slices(self) -> Iterator[str]:
        """The last lines before training."""
        yield self.line(GPUS)
        yield self.line("number of center slices 1")

    def small_batch(self, rows: int, batch_size: int) -> str:
        """The warning that the first mini-batch has fewer rows than others."""
        return self.line(
            f"Batch size {batch_size} is bigger than the first batch data. Effective "
            f"batch size used to initialize is {rows}",
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

    def timings(self, seconds: Mapping[Step, float]) -> Iterator[str]:
        """Where the time of all updates went, the largest share first."""
        total = sum(seconds.values())
        for step in sorted(TIMINGS, key=lambda step: -seconds[step]):
            share = 100 * seconds[step] / max(total, 1e-9)
            yield self.line(f"{TIMINGS[step]} took: {share:.4f}%, ({seconds[step]:.6f} secs)")
        yield self.line(f"TOTAL took: {total}")
        yield self.line(GPUS)
