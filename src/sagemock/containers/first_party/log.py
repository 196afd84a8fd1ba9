"""The logs of a job of one of Amazon's own algorithms: one for each host."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Protocol

from sagemock.algorithms.base import JobFailure, Score, Sharded, Stopped, unexpected
from sagemock.containers.base import LogLine, Report
from sagemock.containers.first_party.channels import ChannelHyperparameters
from sagemock.containers.first_party.datasets import TEST, TRAIN
from sagemock.containers.first_party.lines import ContainerLines
from sagemock.containers.first_party.reader import ReaderStatistics
from sagemock.formats.record_size import size_of

Writers = Mapping[type, Callable[[Any, Any], Iterator[str]]]
"""What writes the lines of an event to the log of a host, by the type of the event."""


class EndOfEpoch(Protocol):
    """The event of an epoch that has ended."""

    @property
    def epoch(self) -> int:
        """Its number, from 0."""

    @property
    def epochs(self) -> int:
        """How many epochs there are, at most."""


class HostLog:
    """Writes the log of one host: measures times, and counts what is read.

    Parameters
    ----------
    report
        Takes the lines as they are written.
    lines
        Formats them.

    Attributes
    ----------
    writers
        Of the events of the algorithm.
    number, alone
        The index of the host, from 0, and whether it is the only one.
    readers, rows
        What the reader of each channel has counted, and the rows of the train channel on the host;
        set as soon as the channels have been read.
    start, set_up, epoch_start
        When the container, the training after its set-up, and the current epoch, began: seconds
        since the epoch.
    """

    writers: ClassVar[Writers] = {}

    def __init__(self, report: Report, lines: ContainerLines) -> None:
        self._report = report
        self.lines = lines
        self.clock = lines.clock
        self.number = lines.number
        self.alone = lines.alone
        self.readers: Mapping[str, ReaderStatistics] = {}
        self.rows = 0
        self.start = self.set_up = self.epoch_start = self.clock()

    def put(self, *texts: str) -> None:
        """Write lines."""
        now = int(self.clock() * 1000)
        self._report([LogLine(self.lines.host, now, text) for text in texts])

    def started(self) -> None:
        """The container has started with the hyperparameters of the request."""
        self.put(*self.lines.started())

    def configured(self) -> None:
        """The hyperparameters of the request are valid."""
        self.put(*self.lines.configured())

    def read(self, hyperparameters: Any, content_type: str) -> None:
        """The channels have been read; the content type is that of the train channel."""

    def observe(self, event: object) -> None:
        """Write the lines of an event."""
        self.put(*self.writers[type(event)](self, event))

    def failed(self, failure: JobFailure) -> None:
        """The container ends with a failure."""
        self.put(self.lines.failed(failure))

    def interrupted(self, _: object) -> Iterator[str]:
        """The line of an event that says that training was asked to stop."""
        yield self.lines.interrupted()

    def read_pass(self, channel: str, resets: int, rows: int) -> str:
        """The line of a pass over the first rows of a channel, after so many resets."""
        reader = self.readers[channel]
        batches, size = reader.batches(rows), reader.bytes_of(rows)
        return self.lines.epoch_stats(channel, resets, self.epoch_start, batches, size)

    def counters(self, channel: str, meta: Mapping[str, Any], resets: int, rows: int) -> str:
        """The line of all that the reader of a channel has counted; the last pass had `rows`."""
        values = self.readers[channel].metrics(resets, rows)
        return self.lines.metrics(self.epoch_start, self.clock(), meta, values)

    def end_epoch(
        self, event: EndOfEpoch, *, resets: int, rows: int, seconds: float
    ) -> Iterator[str]:
        """The last lines of an epoch: progress, counters and speed.

        Parameters
        ----------
        resets
            How often the reader of the train channel has gone back to its start.
        rows, seconds
            What the host has read in the epoch, and how long the epoch took.
        """
        yield self.lines.progress(event.epoch, event.epochs)
        meta = {"epoch": event.epoch, "Meta": "training_data_iter"}
        yield self.counters(TRAIN, meta, resets, rows)
        yield self.lines.throughput(rows, seconds)
        self.epoch_start = self.clock()

    def tested(self, rows: Sequence[int], scores: Sequence[Score]) -> Iterator[str]:
        """The passes of the reader over the test channel, and the scores of the model.

        Parameters
        ----------
        rows
            Those of each host; empty without a test channel.
        """
        count = rows[self.number] if rows else 0
        if not count:
            yield self.lines.no_test_data()
            return
        reader = self.readers[TEST]
        yield self.read_pass(TEST, 0, reader.first_batch(count))
        yield self.read_pass(TEST, 1, count)
        reader.count(count)
        yield self.counters(TEST, {"Meta": "test_data_iter"}, 1, count)
        yield from self.lines.scores(TEST, scores)

    def total_times(self, since: float) -> str:
        """The line of the times of set-up and job, which says that it measured since a moment."""
        end = self.clock()
        times = {
            "setuptime": [(self.set_up - self.start) * 1000],
            "totaltime": [(end - self.start) * 1000],
        }
        return self.lines.metrics(since, end, {}, times)


class JobLog:
    """The logs of all hosts of a job, each of which goes to its own stream."""

    def __init__(self, hosts: Sequence[HostLog]) -> None:
        self.hosts = hosts

    def started(self) -> None:
        """The container has started with the hyperparameters of the request."""
        for host in self.hosts:
            host.started()

    def configured(self) -> None:
        """The hyperparameters of the request are valid."""
        for host in self.hosts:
            host.configured()

    def read(
        self,
        hyperparameters: ChannelHyperparameters,
        channels: Mapping[str, Sharded],
        content_type: str,
    ) -> None:
        """The channels have been read; the content type is that of the train channel."""
        sizes = {
            name: [
                size_of(data.features, labelled=len(data.labels) > 0) for data in channel.datasets
            ]
            for name, channel in channels.items()
        }
        for number, host in enumerate(self.hosts):
            host.readers = {
                name: ReaderStatistics(hyperparameters.mini_batch_size, sizes[name][index])
                for name, channel in channels.items()
                if (index := channel.of_host[number]) is not None
            }
            host.rows = channels[TRAIN].rows(number)
            host.read(hyperparameters, content_type)

    def observe(self, event: object) -> None:
        """Write the lines of an event."""
        for host in self.hosts:
            host.observe(event)

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Log an exception that is raised within as the failure of the job, and let it pass."""
        try:
            yield
        except JobFailure as failure:
            self.failed(failure)
            raise
        except Stopped:
            raise
        except Exception as error:
            self.failed(unexpected(error))
            raise

    def failed(self, failure: JobFailure) -> None:
        """The container ends with a failure, which ends the log."""
        for host in self.hosts:
            host.failed(failure)
