"""The log that the container of PCA writes, line for line in kind and order.

Copied from a recorded log of May 2021.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from sagemock.algorithms.base import Score
from sagemock.algorithms.pca import PCAHyperparameters
from sagemock.algorithms.pca.events import (
    BatchesSummed,
    ComponentsComputed,
    Reconstructed,
    SummingInterrupted,
)
from sagemock.containers.base import Clock, Report, TrainingInput
from sagemock.containers.first_party.log import HostLog, Writers
from sagemock.containers.pca.lines import PCALines


class PCAHostLog(HostLog):
    """The log of one host: measures times, counts what is read, and writes it by the event."""

    lines: PCALines

    def __init__(self, report: Report, clock: Clock, number: int, input: TrainingInput) -> None:
        super().__init__(report, PCALines(clock, number, input))
        self._pass_end = self.start

    def read(self, hyperparameters: PCAHyperparameters, content_type: str) -> None:
        """The channels have been read, and the sums begin."""
        self.set_up = self.clock()
        hyper = hyperparameters
        self.put(*self.lines.set_up(content_type, hyper.feature_dim, hyper.mini_batch_size))
        now = self.clock()
        times = {"initialize.time": [(now - self.set_up) * 1000]}
        self.epoch_start = now
        self.put(
            self.lines.metrics(self.set_up, now, {}, times),
            self.counters("train", {"Meta": "init_train_data_iter"}, 0, 0),
        )

    def _summed(self, event: BatchesSummed) -> Iterator[str]:
        reader, rows = self.readers["train"], event.rows[self.number]
        start, end = self.epoch_start, self.clock()
        if event.epoch == 0:
            yield self.read_pass("train", 0, reader.first_batch(rows))
        yield self.read_pass("train", event.epoch + 1, rows)
        reader.count(rows)
        times: dict[str, list[float]] = {
            "epochs": [event.epoch + 1],
            "update.time": [(end - start) * 1000],
        }
        yield self.lines.metrics(start, end, {}, times)
        yield from self.end_epoch(event, resets=event.epoch + 1, rows=rows, seconds=end - start)
        self._pass_end = self.epoch_start

    def _interrupted(self, _: SummingInterrupted) -> Iterator[str]:
        self._pass_end = self.clock()
        yield self.lines.interrupted()

    def _computed(self, _: ComponentsComputed) -> Iterator[str]:
        end = self.clock()
        times = {"finalize.time": [(end - self._pass_end) * 1000]}
        yield self.lines.metrics(self._pass_end, end, {}, times)

    def _scored(self, event: Reconstructed) -> Iterator[str]:
        # As sister algorithms log theirs; none was recorded.
        scores = [] if event.error is None else [Score("reconstruction_error", event.error, "loss")]
        yield from self.tested(event.rows, scores)
        yield self.total_times(self.start)

    writers: ClassVar[Writers] = {
        BatchesSummed: _summed,
        SummingInterrupted: _interrupted,
        ComponentsComputed: _computed,
        Reconstructed: _scored,
    }
