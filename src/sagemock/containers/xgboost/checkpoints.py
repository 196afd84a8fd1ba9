"""The checkpoints of a job: a model file after each round, of which the newest ones are kept.

A job that begins with checkpoints goes on after the newest of them. Source: `checkpointing.py` in
`aws/sagemaker-xgboost-container`.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from typing import Any

from sagemock.containers.xgboost import artifact
from sagemock.formats.content import Files, in_memory

NAME = "xgboost-checkpoint"

KEPT = 5
"""Checkpoints of this attempt that are kept; those of earlier ones stay as they are."""

FOLDER = "/opt/ml/checkpoints"

_FILE = re.compile(rf"{NAME}\.([0-9]{{1,9}})")


class Checkpoints:
    """The folder of the checkpoints.

    Parameters
    ----------
    files
        What it contains at the start.
    config
        The CheckpointConfig of the job; None to save none.

    Attributes
    ----------
    start
        The round that comes next, from 0.
    """

    def __init__(self, files: Files, config: Mapping[str, Any] | None) -> None:
        self._earlier = files
        self._saves = config is not None
        self._folder = (config or {}).get("LocalPath", FOLDER)
        self._saved: deque[tuple[str, bytes]] = deque(maxlen=KEPT)
        rounds = [int(match[1]) for match in map(_FILE.fullmatch, files) if match is not None]
        self.start = max(rounds) + 1 if rounds and self._saves else 0

    @property
    def path(self) -> str:
        """The path of the newest checkpoint at the start."""
        return f"{self._folder}/{self._newest}"

    @property
    def _newest(self) -> str:
        return f"{NAME}.{self.start - 1}"

    def model(self) -> Any:
        """The `Booster` to go on with; None to begin. Raises `ArtifactError`."""
        if not self.start:
            return None
        return artifact.load(self.path, in_memory(self._earlier[self._newest])).booster

    def save(self, booster: Any, number: int) -> None:
        """Save the model after a round."""
        if self._saves:
            self._saved.append((f"{NAME}.{number}", artifact.file(booster)))

    def files(self) -> Files:
        """What the folder contains now."""
        return {**self._earlier, **dict(self._saved)} if self._saves else {}
