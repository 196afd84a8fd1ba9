"""The log that the container of factorization machines writes, line for line in kind and order.

Copied from a recorded log of May 2023.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from sagemock.algorithms.factorization_machines.events import (
    BatchesScored,
    ChannelTested,
    EpochScored,
    Finalized,
    MachineInterrupted,
    NetworkBuilt,
)
from sagemock.containers.base import Clock, Report, TrainingInput
from sagemock.containers.factorization_machines.lines import MachineLines
from sagemock.containers.first_party.log import HostLog, Writers


class MachineHostLog(HostLog):
    """The log of one host: measures times, counts what is read, and writes it by the event."""

    lines: MachineLines

    def __init__(self, report: Report, clock: Clock, number: int, input: TrainingInput) -> None:
        super().__init__(report, MachineLines(clock, number, input))
        self._sparse = False

    def configured(self) -> None:
        """The hyperparameters of the request are valid."""
        super().configured()
        self.put(self.lines.no_checkpoints())

    def read(self, hyperparameters: Any, content_type: str) -> None:  # noqa: ARG002
        """The channels have been read."""
        self.put(self.lines.reader_started())

    def _built(self, event: NetworkBuilt) -> Iterator[str]:
        reader = self.readers["train"]
        first = reader.first_batch(self.rows)
        self._sparse = event.sparse
        yield self.read_pass("train", 0, first)
        yield from self.lines.network(
            sparse=event.sparse, store="local" if self.alone else "dist_sync"
        )
        end = self.clock()
        values = {"initialize.time": [(end - self.start) * 1000]}
        yield self.lines.metrics(self.start, end, {}, values)
        reader.count(first)
        yield self.counters("train", {"Meta": "init_train_data_iter"}, 1, first)
        self.set_up = self.epoch_start = self.clock()

    def _batches(self, event: BatchesScored) -> Iterator[str]:
        if self._sparse and event.epoch == event.batch == 0:
            yield from self.lines.sparse_warnings()
        scores = event.hosts[self.number]
        if scores is not None:
            batch = f"epoch={event.epoch}, batch={event.batch} train"
            yield from self.lines.qualities(batch, scores)

    def _epoch_ended(self, event: EpochScored) -> Iterator[str]:
        rows, scores = event.rows[self.number], event.hosts[self.number]
        self.readers["train"].count(rows)
        yield self.read_pass("train", 2 * (event.epoch + 1), rows)
        yield from self.lines.qualities(f"epoch={event.epoch}, train", scores)
        if event.epoch + 1 == event.epochs:
            yield from self.lines.qualities("train", scores)
        end = self.clock()
        values = {"update.time": [(end - self.epoch_start) * 1000]}
        if event.epoch == 0:
            values = {"epochs": [event.epochs], **values}
        yield self.lines.metrics(self.epoch_start, end, {}, values)
        yield from self.end_epoch(
            event, resets=event.epoch + 2, rows=rows, seconds=end - self.epoch_start
        )

    def _finalized(self, _: Finalized) -> Iterator[str]:
        if self.alone:
            yield self.lines.unsynchronised()
        yield self.lines.pulling()
        end = self.clock()
        values = {"finalize.time": [(end - self.epoch_start) * 1000]}
        yield self.lines.metrics(self.epoch_start, end, {}, values)
        yield self.lines.saved()

    def _tested(self, event: ChannelTested) -> Iterator[str]:
        yield from self.tested(event.rows, event.scores or ())
        yield self.total_times(self.start)

    writers: ClassVar[Writers] = {
        NetworkBuilt: _built,
        BatchesScored: _batches,
        EpochScored: _epoch_ended,
        MachineInterrupted: HostLog.interrupted,
        Finalized: _finalized,
        ChannelTested: _tested,
    }
