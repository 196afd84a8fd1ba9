"""What every built-in algorithm shares: its data and its ways to fail."""

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
"""(rows, columns), float32: a C-contiguous array, or a compressed sparse row matrix of scipy's."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rows of one channel.

    features: (rows, columns), float32, dense and C-contiguous or sparse (scipy, CSR).
    labels: (rows,), float32; empty where the rows have none, for algorithms that need none.
    """

    features: Features
    labels: FloatArray

    @property
    def rows(self) -> int:
        return int(self.features.shape[0])

    @property
    def columns(self) -> int:
        return int(self.features.shape[1])


@dataclass(frozen=True, slots=True)
class Sharded:
    """The rows of one channel on all hosts of a job.

    datasets: the different ones, each with rows. of_host: the index of each host's among them, the
    same for hosts that see the same rows; None for a host that the channel is not for.
    """

    datasets: tuple[Dataset, ...]
    of_host: tuple[int | None, ...]

    @classmethod
    def on_each(cls, *datasets: Dataset) -> Sharded:
        """A host for each data set."""
        return cls(datasets, tuple(range(len(datasets))))

    def rows(self, host: int) -> int:
        """How many a host has."""
        index = self.of_host[host]
        return 0 if index is None else self.datasets[index].rows

    def by_host(self) -> list[Dataset]:
        """What each host has of a channel that is for all of them."""
        return [self.datasets[index] for index in self.of_host if index is not None]


def is_sparse(features: Any) -> TypeGuard[csr_array]:
    """Whether features are a matrix of scipy's; asked without importing scipy."""
    return not isinstance(features, np.ndarray)


MAX_FAILURE_REASON = 1024
"""Characters of a FailureReason."""


class Cause(NamedTuple):
    """The exception inside the container that a failure comes from: its class and its text."""

    error: str
    text: str


class JobFailure(Exception):
    """Ends a job as `Failed`; the message becomes its FailureReason.

    prefix and log_prefix: who is to blame, in FailureReason and in the container's log. cause:
    what the container raised; None for what happens outside of it, where it writes no log.
    """

    prefix = "InternalServerError"
    log_prefix = "Platform Error"

    def __init__(self, message: str, cause: Cause | None = None) -> None:
        super().__init__(message)
        self.cause = cause

    @property
    def failure_reason(self) -> str:
        """AWS's FailureReason: the prefix of the guilty party and at most 1024 characters."""
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
        return text[:MAX_FAILURE_REASON]


class ClientError(JobFailure):
    """The user's fault: data, channel or hyperparameter."""

    prefix = "ClientError"
    log_prefix = "Customer Error"


class UnreadableChannel(ClientError):
    """The data of a channel cannot be read; FailureReason says all that is known of it."""

    @property
    def failure_reason(self) -> str:
        return self.shortened(f"{self.prefix}: {self.details}")


class AlgorithmError(JobFailure):
    """The algorithm refused or broke."""

    prefix = "AlgorithmError"
    log_prefix = "Algorithm Error"

    @property
    def failure_reason(self) -> str:
        return self.shortened(f"{self.prefix}: {self.details}")


def unexpected(error: Exception) -> AlgorithmError:
    """What an exception that no container expects ends its job with."""
    return AlgorithmError(str(error), Cause(type(error).__name__, str(error)))


def nothing_to_train_on(rows: int, size: int) -> ClientError:
    """The train channel has not one full mini-batch. The text was recorded.

    rows: of the host that has the fewest. size: of a mini-batch.
    """
    return ClientError(
        "No training data processed. Either the training channel is empty or the mini-batch size "
        "is too high. Verify that training data contains non-empty files and the mini-batch size "
        "is less than the number of records per training host.",
        Cause("ValueError", f"{rows} records, and a mini-batch of {size}"),
    )


class Stopped(Exception):
    """Training was asked to stop between two mini-batches.

    model: the best one so far, or None when there is none yet.
    """

    def __init__(self, model: Any = None) -> None:
        super().__init__()
        self.model = model
