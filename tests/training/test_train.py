"""`train` is a function of plain values, and careful with memory."""

from __future__ import annotations

import pickle
import tracemalloc

import numpy as np

from sagemock.formats.recordio import encode
from sagemock.training.channel import Channel, Part
from sagemock.training.train import train

SETTINGS = {"predictor_type": "binary_classifier", "mini_batch_size": "100", "epochs": "1"}


def _channels(rows: int, columns: int) -> dict[str, Channel]:
    rng = np.random.default_rng(0)
    features = rng.standard_normal((rows, columns)).astype(np.float32)
    body = encode(features, (features[:, 0] > 0).astype(np.float32))
    return {"train": Channel("train", None, [[Part("/train/part", body)]])}


def test_a_job_can_be_sent_to_another_process() -> None:
    channels = _channels(200, 3)
    call = pickle.loads(pickle.dumps((train, SETTINGS, channels)))
    assert call[0](*call[1:], clock=lambda: 0.0) == train(SETTINGS, channels, clock=lambda: 0.0)


def test_training_takes_less_than_three_times_the_data() -> None:
    """The bytes of a channel are let go once they have been read."""
    rows, columns = 6000, 500

    def channels() -> dict[str, Channel]:
        made = _channels(rows, columns)
        tracemalloc.reset_peak()
        return made

    settings = SETTINGS | {"num_models": "1"}
    train(settings, _channels(200, 3))
    tracemalloc.start()
    train(settings, channels())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2.5 * rows * columns * 4
