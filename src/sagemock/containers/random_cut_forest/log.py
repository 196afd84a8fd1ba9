"""The log that the container of the random cut forest writes, line for line in kind and order.

Copied from a recorded log of February 2020.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from sagemock.algorithms.base import Score
from sagemock.algorithms.random_cut_forest.events import (
    AnomaliesEvaluated,
    ForestBuilt,
    MemoryEstimated,
    SamplesGathered,
)
from sagemock.algorithms.sampling import SamplingBegan, SamplingInterrupted, SamplingPassEnded
from sagemock.containers.base import Clock, Report, TrainingInput
from sagemock.containers.first_party.log import HostLog, Writers
from sagemock.containers.random_cut_forest.artifact import pack_member
from sagemock.containers.random_cut_forest.lines import RandomCutForestLines


class RandomCutForestHostLog(HostLog):
    """The log of one host; only the first one builds the forest."""

    lines: RandomCutForestLines

    def __init__(self, report: Report, clock: Clock, number: int, input: TrainingInput) -> None:
        super().__init__(report, RandomCutForestLines(clock, number, input))
        self._gathered = self.start

    def read(self, hyperparameters: Any, content_type: str) -> None:  # noqa: ARG002
        """The channels have been read; the content type is that of the train channel."""
        self.put(*self.lines.validated(content_type))
        self.set_up = self.epoch_start = self.clock()

    def _measured(self, start: float, values: Mapping[str, float]) -> str:
        """A line of measurements since a moment."""
        lists = {name: [value] for name, value in values.items()}
        return self.lines.metrics(start, self.clock(), {}, lists)

    def _estimated(self, event: MemoryEstimated) -> Iterator[str]:
        yield from self.lines.memory(event)

    def _began(self, _: SamplingBegan) -> Iterator[str]:
        yield from self.lines.cluster()
        seconds = self.clock() - self.set_up
        yield self._measured(self.set_up, {"initialize.time": seconds * 1000})
        yield self.counters("train", {"Meta": "init_train_data_iter"}, 0, 0)
        yield self.read_pass("train", 0, self.readers["train"].first_batch(self.rows))
        yield self.lines.line("Sampling training data...")
        self.epoch_start = self.clock()

    def _pass_ended(self, event: SamplingPassEnded) -> Iterator[str]:
        start, seconds = self.epoch_start, self.clock() - self.epoch_start
        last = event.epoch + 1 == event.epochs
        self.readers["train"].count(self.rows)
        yield self.read_pass("train", event.epoch + 1, self.rows)
        yield self.lines.line("Sampling training data completed.")
        yield self._measured(start, {"epochs": event.epoch + 1, "update.time": seconds * 1000})
        if last:
            yield from self.lines.stopped_early()
        else:
            yield self.lines.progress(event.epoch, event.epochs)
        meta = {"Meta": "training_data_iter", "epoch": event.epoch}
        yield self.counters("train", meta, event.epoch + 1, self.rows)
        yield self.lines.throughput(self.rows, seconds)
        if not last:
            yield self.lines.line("Sampling training data...")
        self.epoch_start = self.clock()

    def _samples(self, event: SamplesGathered) -> Iterator[str]:
        self._gathered = self.clock()
        if self.number == 0:
            yield from self.lines.gathered(event.rows)

    def _built(self, event: ForestBuilt) -> Iterator[str]:
        if self.number:
            return
        built = self.clock()
        size = len(pack_member(event.forest))
        yield self.lines.built(event, size)
        yield self._measured(
            self._gathered,
            {
                "finalize.time": (self.clock() - self._gathered) * 1000,
                "model.bytes": size,
                "fit_model.time": (built - self._gathered) * 1000,
            },
        )
        yield self.lines.serializing()
        yield self._measured(built, {"serialize_model.time": (self.clock() - built) * 1000})
        self.epoch_start = self.clock()

    def _evaluated(self, event: AnomaliesEvaluated) -> Iterator[str]:
        if self.number == 0:
            # As the other algorithms log them; none were recorded.
            scores = [Score(name, value, "score") for name, value in (event.scores or {}).items()]
            yield from self.tested([event.rows], scores)
        yield from self.lines.ftp_ended()
        yield self.total_times(self.start)

    writers: ClassVar[Writers] = {
        MemoryEstimated: _estimated,
        SamplingBegan: _began,
        SamplingPassEnded: _pass_ended,
        SamplingInterrupted: HostLog.interrupted,
        SamplesGathered: _samples,
        ForestBuilt: _built,
        AnomaliesEvaluated: _evaluated,
    }
