"""What all built-in algorithms share: data sets and failures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeGuard

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FloatArray = NDArray[np.float32]
Doubles = NDArray[np.float64]
Features: TypeAlias = "FloatArray | csr_array"
"""(rows, columns), float32: a C-contiguous array, or a sparse matrix of scipy in CSR format."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rows of one channel.

    Attributes
    ----------
    features
        (rows, columns), float32, dense and C-contiguous, or sparse (scipy, CSR).
    labels
        (rows,), float32; empty for rows without labels, where the algorithm needs none.

    Examples
    --------
    >>> data = Dataset(np.float32([[1, 2], [3, 4], [5, 6]]), np.float32([0, 1, 0]))
    >>> data.rows, data.columns
    (3, 2)
    """

    features: Features
    labels: FloatArray

    @property
    def rows(self) -> int:
        """The number of rows."""
        return int(self.features.shape[0])

    @property
    def columns(self) -> int:
        """The number of feature columns."""
        return int(self.features.shape[1])


@dataclass(frozen=True, slots=True)
class Sharded:
    """The rows of one channel on all hosts of a job.

    Attributes
    ----------
    datasets
        The different data sets, each with rows.
    of_host
        For each host the index of its data set, the same for hosts that have the same rows; None
        for a host without the channel.

    Examples
    --------
    >>> data = Dataset(np.float32([[1], [2]]), np.float32([0, 1]))
    >>> channel = Sharded((data,), of_host=(0, 0, None))
    >>> channel.host_rows
    [2, 2, 0]
    """

    datasets: tuple[Dataset, ...]
    of_host: tuple[int | None, ...]

    @classmethod
    def on_each(cls, *datasets: Dataset) -> Sharded:
        """A host for each data set."""
        return cls(datasets, tuple(range(len(datasets))))

    @property
    def host_rows(self) -> list[int]:
        """The number of rows on each host."""
        return [self.rows(host) for host in range(len(self.of_host))]

    def rows(self, host: int) -> int:
        """The number of rows on a host."""
        data = self.on_host(host)
        return 0 if data is None else data.rows

    def on_host(self, host: int) -> Dataset | None:
        """The data set of a host; None if it lacks the channel."""
        index = self.of_host[host]
        return None if index is None else self.datasets[index]

    def by_host(self) -> list[Dataset]:
        """The data set of each host, without hosts that lack the channel."""
        return [self.datasets[index] for index in self.of_host if index is not None]


@dataclass(frozen=True, slots=True)
class Score:
    """The value of a metric of a model; `tag` is `loss` (smaller is better) or `score`."""

    name: str
    value: float
    tag: str


def is_sparse(features: Any) -> TypeGuard[csr_array]:
    """Whether features are a sparse matrix of scipy, without importing scipy to find out."""
    return not isinstance(features, np.ndarray)


MAX_FAILURE_REASON = 1024
"""Characters of a FailureReason."""


class Cause(NamedTuple):
    """The exception in the container that causes a failure: its class and its text."""

    error: str
    text: str


class JobFailure(Exception):
    """Ends a job as `Failed`; the message becomes its FailureReason.

    Parameters
    ----------
    message
        For FailureReason and log.
    cause
        The exception in the container; None for a failure outside of it, which is not logged.

    Attributes
    ----------
    prefix, log_prefix
        The responsible party, as FailureReason and the container's log name it.
    """

    prefix = "InternalServerError"
    log_prefix = "Platform Error"

    def __init__(self, message: str, cause: Cause | None = None) -> None:
        super().__init__(message)
        self.cause = cause

    @property
    def failure_reason(self) -> str:
        """The job's FailureReason: the responsible party and the message, up to 1024 characters."""
        return self.shortened(f"{self.prefix}: {self}")

    @property
    def summary(self) -> str:
        """The message with the class of its cause."""
        return str(self) if self.cause is None else f"{self} (caused by {self.cause.error})"

    @property
    def details(self) -> str:
        """The message with its whole cause."""
        text = "" if self.cause is None else f"\n\nCaused by: {self.cause.text}"
        return self.summary + text

    @staticmethod
    def shortened(text: str) -> str:
        """A text as long as a FailureReason may be."""
        return text[:MAX_FAILURE_REASON]


class ClientError(JobFailure):
    """The user's fault: data, channel or hyperparameter."""

    prefix = "ClientError"
    log_prefix = "Customer Error"


class UnreadableChannel(ClientError):
    """The data of a channel cannot be read."""

    @property
    def failure_reason(self) -> str:
        """With the whole cause."""
        return self.shortened(f"{self.prefix}: {self.details}")


class AlgorithmError(JobFailure):
    """The algorithm itself failed."""

    prefix = "AlgorithmError"
    log_prefix = "Algorithm Error"

    @property
    def failure_reason(self) -> str:
        """With the whole cause."""
        return self.shortened(f"{self.prefix}: {self.details}")


def unexpected(error: Exception) -> AlgorithmError:
    """The failure of a job whose container raised an unexpected exception."""
    return AlgorithmError(str(error), Cause(type(error).__name__, str(error)))


def nothing_to_train_on(rows: int, size: int) -> ClientError:
    """The failure of a job whose train channel has no full mini-batch; the text was recorded.

    Parameters
    ----------
    rows
        Rows of the host that has the fewest.
    size
        Rows of a mini-batch.
    """
    return ClientError(
        "No training data processed. Either the training channel is empty or the mini-batch size "
        "is too high. Verify that training data contains non-empty files and the mini-batch size "
        "is less than the number of records per training host.",
        Cause("ValueError", f"{rows} records, and a mini-batch of {size}"),
    )


class Stopped(Exception):
    """Training was asked to stop.

    Parameters
    ----------
    model
        The best model so far; None when there is none yet.
    """

    def __init__(self, model: Any = None) -> None:
        super().__init__()
        self.model = model


def unobserved(_: object) -> None:
    """Take no notice of an event, for callers that do not observe a training.

    Examples
    --------
    >>> unobserved("an epoch has ended")
    """


def never() -> bool:
    """Say that a training need not stop, for callers that stop none.

    Examples
    --------
    >>> never()
    False
    """
    return False
