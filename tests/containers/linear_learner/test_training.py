"""Training takes and gives plain values, and is careful with memory."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest

from sagemock.containers.base import TrainingInput, TrainingOutput
from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.containers.linear_learner.training import LinearLearnerTraining
from sagemock.formats.recordio import encode
from sagemock.jobs import executors

CONTAINER = LinearLearnerTraining()
SETTINGS = {"predictor_type": "binary_classifier", "mini_batch_size": "100", "epochs": "1"}


def _channels(rows: int, columns: int) -> dict[str, Channel]:
    rng = np.random.default_rng(0)
    features = rng.standard_normal((rows, columns)).astype(np.float32)
    body = encode(features, (features[:, 0] > 0).astype(np.float32))
    return {"train": Channel("train", None, [Shard((0,), [Part("/train/part", body)])])}


def _train(
    settings: dict[str, str], channels: dict[str, Channel], **options: Any
) -> TrainingOutput:
    # A container may empty the map that it gets.
    return CONTAINER.train(TrainingInput(settings, dict(channels)), **options)


def test_a_stopped_job_leaves_what_it_has() -> None:
    texts: list[str] = []
    channels = _channels(200, 3)

    def stopped(after: str) -> TrainingOutput:
        texts.clear()
        return _train(
            {**SETTINGS, "epochs": "9"},
            channels,
            report=lambda lines: texts.extend(line.text for line in lines),
            stop=lambda: any(after in line for line in texts),
        )

    none = stopped("Scaling model computed")
    assert none == TrainingOutput(None, stopped=True)
    assert "Received SIGTERM. Stopping training." in texts[-1]
    partial = stopped("Saving model for epoch: 1")
    assert partial.stopped
    assert partial.model == _train({**SETTINGS, "epochs": "2"}, channels).model
    assert "Saving best model of 2 epochs" in texts[-2]


@pytest.mark.parametrize("whole", [True, False])
def test_training_takes_less_than_three_times_the_data(whole: bool) -> None:
    """The bytes of a channel are let go once they have been read."""
    rows, columns = 6000, 500
    settings = SETTINGS | {"num_models": "1"}

    def run(channels: dict[str, Channel]) -> None:
        if not whole:
            CONTAINER.train(TrainingInput(settings, channels))
            return
        forever = {"stop": lambda: False, "seconds": 600.0, "report": list}
        for _ in executors.train_here(CONTAINER, TrainingInput(settings, channels), **forever):
            pytest.fail("it never waits")

    run(_channels(200, 3))
    tracemalloc.start()
    channels = _channels(rows, columns)
    tracemalloc.reset_peak()
    run(channels)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert channels == {}
    assert peak < 2.5 * rows * columns * 4
