"""Which of the job, the container and the defaults says how requests are sent."""

from __future__ import annotations

from typing import Any

import pytest

from sagemock.transform.output_keys import output_name, relative_name
from sagemock.transform.settings import TransformSettings, environment

CONTAINER = {"MaxConcurrentTransforms": 8, "BatchStrategy": "SINGLE_RECORD", "MaxPayloadInMB": 5}


@pytest.mark.parametrize(
    ("job", "container", "text"),
    [
        ({}, None, "MaxConcurrentTransforms=1, MaxPayloadInMB=6, BatchStrategy=MULTI_RECORD"),
        ({}, CONTAINER, "MaxConcurrentTransforms=8, MaxPayloadInMB=5, BatchStrategy=SINGLE_RECORD"),
        (
            {"MaxConcurrentTransforms": 0, "MaxPayloadInMB": 0, "BatchStrategy": "MultiRecord"},
            CONTAINER,
            "MaxConcurrentTransforms=8, MaxPayloadInMB=0, BatchStrategy=MULTI_RECORD",
        ),
        (
            {"MaxConcurrentTransforms": 2, "BatchStrategy": "SingleRecord"},
            {"MaxPayloadInMB": "large", "MaxConcurrentTransforms": -1},
            "MaxConcurrentTransforms=2, MaxPayloadInMB=6, BatchStrategy=SINGLE_RECORD",
        ),
    ],
)
def test_precedence(job: dict[str, Any], container: dict[str, Any] | None, text: str) -> None:
    assert str(TransformSettings.of_job(job, container)) == text


def test_limits() -> None:
    assert TransformSettings.of_job({}, None).limit == 6 << 20
    assert TransformSettings.of_job({"MaxPayloadInMB": 0}, None).limit is None
    retries = {"ModelClientConfig": {"InvocationsMaxRetries": 0}}
    assert TransformSettings.of_job(retries, None).retries == 0
    assert TransformSettings.of_job({}, None).retries == 3


def test_environment() -> None:
    job = {
        "Environment": {"A": "job", "B": "job"},
        "MaxPayloadInMB": 3,
        "BatchStrategy": "SingleRecord",
        "MaxConcurrentTransforms": 2,
    }
    assert environment(job, {"A": "model", "C": "model"}) == {
        "A": "job",
        "B": "job",
        "C": "model",
        "SAGEMAKER_BATCH": "true",
        "SAGEMAKER_MAX_PAYLOAD_IN_MB": "3",
        "SAGEMAKER_BATCH_STRATEGY": "SINGLE_RECORD",
        "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS": "2",
    }
    assert environment({}, {}) == {"SAGEMAKER_BATCH": "true"}


@pytest.mark.parametrize(
    ("key", "uri_prefix", "name"),
    [
        ("in/data.csv", "in/data.csv", "data.csv"),
        ("in/data.csv", "in/", "data.csv"),
        ("in/data.csv", "in", "data.csv"),
        ("in/data.csv", "", "in/data.csv"),
        ("in/part-1/data.csv", "in/part", "part-1/data.csv"),
        ("in/data.csv.gz", "in/data.csv", "data.csv.gz"),
    ],
)
def test_names_of_outputs(key: str, uri_prefix: str, name: str) -> None:
    assert relative_name(key, uri_prefix) == name
    assert output_name(name) == f"{name}.out"
