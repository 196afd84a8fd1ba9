"""The logs of a job of one of Amazon's own algorithms: one for each host."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from sagemock.algorithms.base import JobFailure, Stopped, unexpected
from sagemock.containers.base import LogLine, Report
from sagemock.containers.first_party.lines import ContainerLines
from sagemock.containers.first_party.reader import ReaderStatistics


class HostLog:
    """Writes the log of one host.

    Parameters
    ----------
    report
        Takes the lines as they are written.
    lines
        Formats them.

    Attributes
    ----------
    readers
        What the reader of each channel has counted, set as soon as the channels have been read.
    start, epoch_start
        When the container, and the current epoch, began: seconds since the epoch.
    """

    def __init__(self, report: Report, lines: ContainerLines) -> None:
        self._report = report
        self.lines = lines
        self.clock = lines.clock
        self.readers: Mapping[str, ReaderStatistics] = {}
        self.start = self.epoch_start = self.clock()

    def put(self, *texts: str) -> None:
        """Write lines."""
        now = int(self.clock() * 1000)
        self._report([LogLine(self.lines.host, now, text) for text in texts])

    def started(self, hyperparameters: Mapping[str, str]) -> None:
        """The container has started with the hyperparameters of the request."""
        self.put(*self.lines.started(hyperparameters))

    def configured(self, hyperparameters: Mapping[str, str]) -> None:
        """The hyperparameters of the request are valid."""
        self.put(*self.lines.configured(hyperparameters))

    def failed(self, failure: JobFailure) -> None:
        """The container ends with a failure."""
        self.put(self.lines.failed(failure))

    def read_pass(self, channel: str, resets: int, rows: int) -> str:
        """The line of a pass over the first rows of a channel, after so many resets."""
        reader = self.readers[channel]
        batches, size = reader.batches(rows), reader.bytes_of(rows)
        return self.lines.epoch_stats(channel, resets, self.epoch_start, batches, size)

    def counters(self, channel: str, meta: Mapping[str, Any], resets: int, rows: int) -> str:
        """The line of all that the reader of a channel has counted; the last pass had `rows`."""
        values = self.readers[channel].metrics(resets, rows)
        return self.lines.metrics(self.epoch_start, self.clock(), meta, values)

    def test_passes(self, rows: int) -> Iterator[str]:
        """The lines of the reader of the test channel: one batch, then all rows."""
        reader = self.readers["test"]
        yield self.read_pass("test", 0, reader.first_batch(rows))
        yield self.read_pass("test", 1, rows)
        reader.count(rows)
        yield self.counters("test", {"Meta": "test_data_iter"}, 1, rows)


Host = TypeVar("Host", bound=HostLog)


class JobLog(Generic[Host]):
    """The logs of all hosts of a job, each of which goes to its own stream."""

    def __init__(self, hosts: Sequence[Host]) -> None:
        self.hosts = hosts

    def started(self, hyperparameters: Mapping[str, str]) -> None:
        """The container has started with the hyperparameters of the request."""
        for host in self.hosts:
            host.started(hyperparameters)

    def configured(self, hyperparameters: Mapping[str, str]) -> None:
        """The hyperparameters of the request are valid."""
        for host in self.hosts:
            host.configured(hyperparameters)

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
