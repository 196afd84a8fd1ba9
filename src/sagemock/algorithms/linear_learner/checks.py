"""Whether the data of a job can be trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sagemock.algorithms.base import AlgorithmError, ClientError, Dataset, FloatArray

MOST_PARAMETERS = 1 << 28
"""Parameters of all models together, each of which takes up to 20 bytes during training."""


def check(hyperparameters: Mapping[str, Any], channels: Mapping[str, Sequence[Dataset]]) -> None:
    """Raises ClientError for data that does not fit itself or the hyperparameters.

    That all numbers are finite is seen to by who reads them.
    """
    columns = hyperparameters["feature_dim"] or channels["train"][0].columns
    for name, hosts in channels.items():
        different = {id(data): data for data in hosts}.values()
        filled = [data for data in different if data.rows]
        # Hosts may lack a channel, but not that which they train on.
        if not filled or (name == "train" and len(filled) < len(different)):
            raise ClientError(f"Unable to read data channel '{name}'. The channel has no rows.")
        for data in filled:
            _check_channel(hyperparameters, name, data, columns)


def _check_channel(
    hyperparameters: Mapping[str, Any], name: str, data: Dataset, columns: int
) -> None:
    if data.columns != columns:
        # numpy's words, which the container's log shows for a record that is too long.
        raise ClientError(
            f"cannot copy sequence with size {data.columns} to array axis with dimension {columns}"
        )
    _check_labels(hyperparameters, name, data.labels)
    size = hyperparameters["mini_batch_size"]
    if name == "train" and data.rows < size:
        raise ClientError(
            f"mini_batch_size {size} is larger than the number of rows in channel 'train' "
            f"({data.rows})."
        )


def _check_labels(hyperparameters: Mapping[str, Any], channel: str, labels: FloatArray) -> None:
    predictor = hyperparameters["predictor_type"]
    if predictor == "regressor":
        return
    most = 1 if predictor == "binary_classifier" else hyperparameters["num_classes"] - 1
    good = (labels >= 0) & (labels <= most) & (labels == np.floor(labels))
    if good.all():
        return
    wrong = float(labels[~good][0])
    wanted = "0 or 1" if most == 1 else f"integers from 0 to {most}"
    raise ClientError(
        f"Labels of channel '{channel}' must be {wanted} for predictor_type '{predictor}', but "
        f"there is a label {wrong:g}."
    )


def check_size(columns: int, rows: int, outputs: int, models: int) -> None:
    """Raises ClientError when so many parameters, or margins of a batch, are too many."""
    if max(columns, rows) * outputs * models > MOST_PARAMETERS:
        raise ClientError(
            f"Out of memory: {models} models of {columns} columns and {outputs} outputs, in "
            f"batches of {rows} rows. Please use fewer models (num_models), columns, classes or "
            "rows (mini_batch_size)."
        )


def diverged() -> AlgorithmError:
    """No model has ever had a finite loss."""
    return AlgorithmError(
        "Training diverged: the loss of every model is infinite or not a number. Please reduce "
        "learning_rate, or normalize the data."
    )
