"""What training leaves, as it travels from a worker to the job."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """artifact: the bytes of `model.tar.gz`; None when there is no model yet.

    stopped: whether training was asked to stop before its end.
    """

    artifact: bytes | None
    stopped: bool = False
