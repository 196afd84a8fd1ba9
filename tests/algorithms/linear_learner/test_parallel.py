"""Very many models advance in blocks, which change nothing but the memory that a step takes."""

from __future__ import annotations

import numpy as np
import pytest
from tests.memory import peak_memory

from sagemock.algorithms.linear_learner import parallel

CASES = {
    "binary by criterion": {"predictor_type": "binary_classifier"},
    "binary by loss": {
        "predictor_type": "binary_classifier",
        "binary_classifier_model_selection_criteria": "loss_function",
    },
    "multiclass": {"predictor_type": "multiclass_classifier", "num_classes": "3"},
    "regressor": {"predictor_type": "regressor"},
}


def rows(settings: dict[str, str], count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    features = random.normal(0, 1, (count, 4))
    signal = features[:, :3] + random.normal(0, 0.5, (count, 3))
    labels = {
        "binary_classifier": signal[:, 0] > 0,
        "multiclass_classifier": signal.argmax(axis=1),
        "regressor": signal[:, 0],
    }[settings["predictor_type"]]
    return features, labels.astype(float)


@pytest.mark.parametrize("held_out", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_blocks_do_not_matter(
    train, case: str, held_out: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = CASES[case] | {"mini_batch_size": "50", "epochs": "3", "num_models": "40"}
    channels = {"validation": [rows(job, 90, 1), rows(job, 70, 3)]} if held_out else {}
    hosts = [rows(job, 200), rows(job, 150, 2)]
    together = train(job, hosts, **channels)
    monkeypatch.setattr(parallel, "BLOCK_VALUES", 7 * 50)
    apart = train(job, hosts, **channels)
    for ours, theirs in zip(apart.epochs, together.epochs, strict=True):
        assert ours.criterion == pytest.approx(theirs.criterion, rel=1e-5)
        for host, other in zip(ours.hosts, theirs.hosts, strict=True):
            assert host.train == pytest.approx(other.train, rel=1e-5)
            if held_out:
                assert host.validation == pytest.approx(other.validation, rel=1e-5)
    assert apart.chosen.settings == together.chosen.settings
    assert apart.model.weights == pytest.approx(together.model.weights, rel=1e-4)


def test_the_memory_of_a_step_does_not_grow_with_the_models(
    train, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "BLOCK_VALUES", 1 << 14)
    models, batch = 4_000, 200
    job = {"predictor_type": "regressor", "mini_batch_size": str(batch), "epochs": "1"}
    data = rows(job, batch)
    _, peak = peak_memory(lambda: train({**job, "num_models": str(models)}, data))
    # The margins of a batch, which all models together would have at once.
    assert peak < models * batch * 4
