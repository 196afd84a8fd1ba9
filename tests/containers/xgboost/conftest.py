"""Jobs of XGBoost without a service around them, on data that scikit-learn ships."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.containers.container_job import ContainerJob
from tests.containers.container_job import csv as text_of

from sagemock.containers.base import TrainingOutput
from sagemock.containers.inputs import Channel, Part, Shard

if importlib.util.find_spec("xgboost") is None:
    pytest.skip("the extra `xgboost` is not installed", allow_module_level=True)

REGISTRY = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost"
OLD_IMAGE = "811284229777.dkr.ecr.us-east-1.amazonaws.com/xgboost:1"

NEW = f"{REGISTRY}:1.7-1"

DROPPED = {"mean perimeter", "worst perimeter", "mean area", "worst area"}

RECORDED = {
    "max_depth": "7",
    "eta": "0.1",
    "gamma": "4",
    "min_child_weight": "6",
    "objective": "binary:logistic",
    "num_round": "100",
}
"""The hyperparameters of a recorded job of September 2021, without sampling of rows."""

Rows = NDArray[np.float64]


def tumours() -> tuple[Rows, Rows, Rows]:
    """The data of the recorded job: train, validation and test, the label first, 1 if malignant."""
    from sklearn.datasets import load_breast_cancer
    from sklearn.model_selection import train_test_split

    bunch = load_breast_cancer()
    kept = [index for index, name in enumerate(bunch.feature_names) if name not in DROPPED]
    table = np.column_stack([1 - bunch.target, bunch.data[:, kept]])
    rest, test = train_test_split(table, test_size=0.10, random_state=42)
    train, validation = train_test_split(rest, test_size=0.20, random_state=42)
    return train, validation, test


def csv(rows: Rows, *, labelled: bool = True) -> bytes:
    return text_of(rows if labelled else rows[:, 1:])


def channel(
    name: str, *bodies: bytes, content_type: str | None = "text/csv", file: str = "part"
) -> Channel:
    parts = [
        Part(f"/opt/ml/input/data/{name}/{file}-{number}", body)
        for number, body in enumerate(bodies)
    ]
    return Channel(name, content_type, [Shard((0,), parts)])


def document(image: str = NEW, **members: Any) -> dict[str, Any]:
    return {
        "AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": "File"},
        **members,
    }


class Job(ContainerJob):
    """A job of an image."""

    def __init__(self) -> None:
        from sagemock.containers.xgboost.training import XGBoostTraining

        super().__init__(XGBoostTraining())

    @property
    def rounds(self) -> list[str]:
        """The lines of rounds."""
        return [text for text in self.texts if "#011train-" in text]

    def train(  # type: ignore[override]
        self,
        settings: dict[str, str],
        *channels: Channel,
        image: str = NEW,
        job: dict[str, Any] | None = None,
        **members: Any,
    ) -> TrainingOutput:
        return super().train(settings, *channels, document=job or document(image), **members)


@pytest.fixture
def job() -> Job:
    return Job()


@pytest.fixture(scope="session")
def recorded_channels() -> Callable[[], Sequence[Channel]]:
    """The channels of the recorded job; a job takes them out of its input."""
    train, validation, _ = tumours()
    bodies = {"train": csv(train), "validation": csv(validation)}
    return lambda: [channel(name, body) for name, body in bodies.items()]
