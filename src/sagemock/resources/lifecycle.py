"""The states of a training job as tables, and the history that a job writes of them.

Messages and invariants are those of recorded jobs: one entry for each secondary status, each
ends where the next starts, and the last one has no length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

STARTING = "Starting"
DOWNLOADING = "Downloading"
TRAINING = "Training"
UPLOADING = "Uploading"
COMPLETED = "Completed"
FAILED = "Failed"
STOPPED = "Stopped"

PRIMARY_STATUS = {
    STARTING: "InProgress",
    DOWNLOADING: "InProgress",
    TRAINING: "InProgress",
    UPLOADING: "InProgress",
    COMPLETED: "Completed",
    FAILED: "Failed",
    STOPPED: "Stopped",
}
"""The TrainingJobStatus that goes with a SecondaryStatus."""

MESSAGES = {
    STARTING: "Starting the training job",
    DOWNLOADING: "Downloading input data",
    TRAINING: "Training image download completed. Training in progress.",
    UPLOADING: "Uploading generated training model",
    COMPLETED: "Training job completed",
    FAILED: "Training job failed",
    STOPPED: "Training job stopped",
}
"""What a status says while it holds."""

FINAL_MESSAGES = {**MESSAGES, STARTING: "Preparing the instances for training"}
"""What it says afterwards: the message of an entry is overwritten as work goes on."""

TERMINAL = frozenset({COMPLETED, FAILED, STOPPED})

NEXT = {
    STARTING: frozenset({DOWNLOADING, FAILED, STOPPED, COMPLETED}),
    DOWNLOADING: frozenset({TRAINING, FAILED, STOPPED}),
    TRAINING: frozenset({UPLOADING, FAILED, STOPPED}),
    UPLOADING: frozenset({COMPLETED, FAILED, STOPPED}),
}
"""Where each status may lead."""


class IllegalTransition(Exception):
    """A job cannot go from one of its statuses to the other."""


def begun(now: float) -> list[dict[str, Any]]:
    """The history of a job that has just been created."""
    return [{"Status": STARTING, "StartTime": now, "StatusMessage": MESSAGES[STARTING]}]


def advanced(history: Sequence[Mapping[str, Any]], status: str, now: float) -> list[dict[str, Any]]:
    """The history with a further status. Raises `IllegalTransition`."""
    *earlier, current = history
    if status not in NEXT.get(current["Status"], ()):
        raise IllegalTransition(f"{current['Status']} -> {status}")
    ended = {
        "Status": current["Status"],
        "StartTime": current["StartTime"],
        "EndTime": now,
        "StatusMessage": FINAL_MESSAGES[current["Status"]],
    }
    entry = {"Status": status, "StartTime": now, "StatusMessage": MESSAGES[status]}
    if status in TERMINAL:
        entry["EndTime"] = now
    return [*map(dict, earlier), ended, entry]
