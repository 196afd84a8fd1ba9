"""Data that cannot be trained on ends in a ClientError, in AWS's words where they are known."""

from __future__ import annotations

import numpy as np
import pytest

from sagemock.algorithms.base import ClientError

NOTHING = (
    r"^No training data processed\. Either the training channel is empty or the mini-batch size "
    r"is too high\. Verify that training data contains non-empty files and the mini-batch size is "
    r"less than the number of records per training host\.$"
)
SETTINGS = {"predictor_type": "binary_classifier", "mini_batch_size": "5"}


def rows(count: int = 20, columns: int = 3) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    return random.normal(0, 1, (count, columns)), random.integers(0, 2, count).astype(float)


def test_large_values_are_trained_on(train) -> None:
    """Their squares overflow in single precision."""
    features, labels = rows()
    features[0, 0] = 1e30
    train(SETTINGS, (features, labels))


@pytest.mark.parametrize(
    ("settings", "label", "message"),
    [
        ({}, 2, "must be 0 or 1 .* a label 2"),
        ({}, -1, "must be 0 or 1 .* a label -1"),
        ({}, 0.5, "must be 0 or 1 .* a label 0.5"),
        ({"predictor_type": "multiclass_classifier", "num_classes": "4"}, 4, "from 0 to 3 .* 4"),
        ({"predictor_type": "multiclass_classifier", "num_classes": "4"}, 1.5, "from 0 to 3"),
    ],
)
def test_labels_out_of_range(train, settings: dict[str, str], label: float, message: str) -> None:
    features, labels = rows()
    labels[3] = label
    with pytest.raises(ClientError, match=message):
        train({**SETTINGS, **settings}, rows(), validation=(features, labels))


def test_more_rows_in_a_batch_than_there_are(train) -> None:
    with pytest.raises(ClientError, match=NOTHING):
        train({"predictor_type": "binary_classifier"}, rows())


def test_one_full_batch_is_enough(train) -> None:
    train({**SETTINGS, "mini_batch_size": "20"}, rows())


def test_every_host_needs_a_batch(train) -> None:
    with pytest.raises(ClientError, match=NOTHING):
        train(SETTINGS, [rows(), rows(4)])


@pytest.mark.parametrize("columns", [2, 4])
def test_columns_of_another_number(train, columns: int) -> None:
    message = f"cannot copy sequence with size {columns} to array axis with dimension 3"
    with pytest.raises(ClientError, match=message):
        train({**SETTINGS, "feature_dim": "3"}, rows(columns=columns))
    with pytest.raises(ClientError, match=message):
        train(SETTINGS, rows(), validation=rows(columns=columns))


def test_no_rows(train) -> None:
    with pytest.raises(ClientError, match=r"channel 'test'\. The channel has no rows"):
        train(SETTINGS, rows(), test=rows(0))


def test_more_margins_than_a_machine_holds(train) -> None:
    settings = {"predictor_type": "multiclass_classifier", "num_classes": "1000000"}
    with pytest.raises(ClientError, match="Out of memory: 32 models of 3 columns and 1000000"):
        train({**settings, "mini_batch_size": "300"}, rows(300))


def test_more_parameters_than_a_machine_holds(train) -> None:
    with pytest.raises(ClientError, match="Out of memory: 1000000000 models"):
        train({**SETTINGS, "num_models": "1000000000"}, rows())
