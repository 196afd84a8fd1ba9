"""Models with several workers, which answer requests at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.containers.endpoints import Endpoints

from sagemock.containers.base import ArtifactError
from sagemock.containers.local_process import worker_pool

pytestmark = pytest.mark.sagemock(containers="local")

# Each request waits until three of its kind are being answered.
SCRIPT = """
import os, time, uuid
def model_fn(model_dir):
    print("loading")
    return sorted(os.listdir(model_dir))
def transform_fn(model, body, content_type, accept):
    if body == b"exit":
        os._exit(3)
    kind = body.decode()
    open(os.path.join(FOLDER, uuid.uuid4().hex + kind), "w").close()
    while sum(name.endswith(kind) for name in os.listdir(FOLDER)) < 3:
        time.sleep(0.01)
    return str(model)
"""


@pytest.fixture
def endpoints(sagemock: Any) -> Endpoints:
    return Endpoints(sagemock.client)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "requests"
    place.mkdir()
    return place


def deploy(endpoints: Endpoints, folder: Path, **environment: str) -> dict[str, Any]:
    files = {"weights": "1", "code/inference.py": SCRIPT.replace("FOLDER", repr(str(folder)))}
    return endpoints.deploy(files=files, **environment)


def test_workers_answer_at_the_same_time(endpoints: Endpoints, folder: Path) -> None:
    described = deploy(endpoints, folder, SAGEMAKER_MODEL_SERVER_WORKERS="3")
    assert described["EndpointStatus"] == "InService", endpoints.lines()
    assert endpoints.lines().count("loading") == 3
    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(endpoints.invoke, [b"-first"] * 3))
    assert set(answers) == {b"['code', 'weights']"}
    assert endpoints.error(b"exit")["OriginalStatusCode"] == 500
    # It is started again, so that there are three.
    with ThreadPoolExecutor(3) as threads:
        assert len(list(threads.map(endpoints.invoke, [b"-second"] * 3))) == 3
    endpoints.sagemaker.delete_endpoint(EndpointName="e")


def test_a_worker_that_cannot_start_fails_the_endpoint(endpoints: Endpoints) -> None:
    described = endpoints.deploy(
        files={"code/inference.py": "def model_fn(d): raise ValueError('broken')"},
        SAGEMAKER_MODEL_SERVER_WORKERS="2",
    )
    assert described["EndpointStatus"] == "Failed"
    assert sum(line == "ValueError: broken" for line in endpoints.lines()) == 1


@pytest.mark.parametrize(
    ("toolkit", "environment", "expected"),
    [
        ("pytorch", {}, 1),
        ("pytorch", {"SAGEMAKER_MODEL_SERVER_WORKERS": "4"}, 4),
        ("scikit-learn", {"SAGEMAKER_MODEL_SERVER_WORKERS": ""}, 1),
        ("toolkit", {"SAGEMAKER_MODEL_SERVER_WORKERS": "0"}, 1),
        # As in its source code.
        ("xgboost", {"SAGEMAKER_MODEL_SERVER_WORKERS": "4"}, 1),
        ("xgboost", {"SAGEMAKER_NUM_MODEL_WORKERS": "2"}, 2),
    ],
)
def test_the_number_of_workers(toolkit: Any, environment: dict[str, str], expected: int) -> None:
    assert worker_pool.count(toolkit, environment) == expected


def test_a_number_of_workers_that_is_none() -> None:
    with pytest.raises(ArtifactError, match="SAGEMAKER_MODEL_SERVER_WORKERS: invalid literal"):
        worker_pool.count("pytorch", {"SAGEMAKER_MODEL_SERVER_WORKERS": "many"})
