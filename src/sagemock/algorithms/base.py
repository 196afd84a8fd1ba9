"""What every built-in algorithm shares: its data and its ways to fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard

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
    """The rows of one channel, as one host sees them.

    features: (rows, columns), float32, dense and C-contiguous or sparse (scipy, CSR).
    labels: (rows,), float32.
    """

    features: Features
    labels: FloatArray

    @property
    def rows(self) -> int:
        return int(self.features.shape[0])

    @property
    def columns(self) -> int:
        return int(self.features.shape[1])


def is_sparse(features: Any) -> TypeGuard[csr_array]:
    """Whether features are a matrix of scipy's; asked without importing scipy."""
    return not isinstance(features, np.ndarray)


class JobFailure(Exception):
    """Ends a job as `Failed`; the text becomes its FailureReason."""

    prefix = "InternalServerError"

    @property
    def failure_reason(self) -> str:
        """AWS's FailureReason: the prefix of the guilty party and at most 1024 characters."""
        return f"{self.prefix}: {self}"[:1024]


class ClientError(JobFailure):
    """The user's fault: data, channel or hyperparameter."""

    prefix = "ClientError"


class AlgorithmError(JobFailure):
    """The algorithm refused or broke."""

    prefix = "AlgorithmError"


class Stopped(Exception):
    """Training was asked to stop between two mini-batches.

    model: the best one so far, or None when there is none yet.
    """

    def __init__(self, model: Any = None) -> None:
        super().__init__()
        self.model = model
