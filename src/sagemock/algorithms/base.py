"""What every built-in algorithm shares: its data and its ways to fail."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Dataset:
    """The rows of one channel.

    features: (rows, columns), float32, C-contiguous.
    labels: (rows,), float32.
    """

    features: FloatArray
    labels: FloatArray


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
    """Training was asked to stop between two mini-batches."""
