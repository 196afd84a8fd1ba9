"""What CreateTrainingJob refuses in InputDataConfig."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.conftest import Refusal, job

pytestmark = pytest.mark.filterwarnings("ignore")


def channel(name: str, **source: Any) -> dict[str, Any]:
    return {
        "ChannelName": name,
        "DataSource": {
            "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://bucket/{name}", **source}
        },
    }


def test_channels_of_one_name(sagemaker: Any, refusal: Refusal) -> None:
    channels = [channel(name) for name in ("train", "test", "train", "more", "more", "Train")]
    assert refusal(sagemaker.create_training_job, **job(InputDataConfig=channels)) == (
        "ValidationException",
        "Channel names must be unique in InputDataConfig. Repeated: [train, more]",
    )
    assert sagemaker.list_training_jobs()["TrainingJobSummaries"] == []
    sagemaker.create_training_job(**job(InputDataConfig=channels[:2] + channels[-1:]))
