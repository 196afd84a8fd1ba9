"""Unchanged code of the SageMaker SDK under `sagemock run`: a notebook, and SDK 1 on Python 3.8."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sagemock.server import SageMockServer

NOTEBOOK = Path(__file__).parents[2] / "examples" / "train_and_deploy.ipynb"
ROLE = "arn:aws:iam::123456789012:role/service-role/SageMaker"
BUCKET = "sagemaker-us-east-1-123456789012"
RUN = [sys.executable, "-m", "sagemock", "run", "--"]
SDK1_PYTHON = os.environ.get("SAGEMOCK_SDK1_PYTHON")
"""A Python 3.8 with SDK 1.72, and without sagemock."""

needs_jupyter = pytest.mark.skipif(
    importlib.util.find_spec("nbconvert") is None or importlib.util.find_spec("ipykernel") is None,
    reason="nbconvert and ipykernel are not installed",
)


def execute(tmp_path: Path, *before: str, **environment: str) -> list[list[dict[str, Any]]]:
    """The outputs of the notebook's cells of code, once it has been executed."""
    convert = ["-m", "jupyter", "nbconvert", "--to", "notebook", "--execute", "--allow-errors"]
    done = subprocess.run(
        [*before, sys.executable, *convert, str(NOTEBOOK), "--output-dir", str(tmp_path)],
        env={**os.environ, **environment, "HOME": str(tmp_path), "AWS_MAX_ATTEMPTS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    cells = json.loads((tmp_path / NOTEBOOK.name).read_text())["cells"]
    return [cell["outputs"] for cell in cells if cell["cell_type"] == "code"]


def printed(cell: list[dict[str, Any]]) -> str:
    return "".join("".join(each["text"]) for each in cell if each.get("name") == "stdout")


@needs_jupyter
def test_a_notebook_that_names_no_endpoint(tmp_path: Path) -> None:
    outputs = execute(tmp_path, *RUN)
    answer = json.loads(printed(outputs[-1]))
    assert (answer["role"], answer["bucket"]) == (ROLE, BUCKET)


@pytest.mark.full
@needs_jupyter
def test_without_it_the_notebook_asks_aws_itself(tmp_path: Path) -> None:
    # A proxy that is not there: nothing may reach AWS, whatever the network is.
    nowhere = "http://127.0.0.1:9"
    with SageMockServer() as server:
        outputs = execute(
            tmp_path,
            AWS_ENDPOINT_URL=server.url,
            AWS_ACCESS_KEY_ID="test",
            AWS_SECRET_ACCESS_KEY="test",
            AWS_DEFAULT_REGION="us-east-1",
            HTTPS_PROXY=nowhere,
            NO_PROXY="127.0.0.1",
        )
    assert "ProxyConnectionError" in json.dumps(outputs[0])
    assert printed(outputs[-1]) == ""


TELEMETRY = """
import importlib

for package in ("sagemaker", "sagemaker.core"):
    try:
        module = importlib.import_module(f"{package}.telemetry.telemetry_logging")
    except ModuleNotFoundError:
        continue
    print(module._requests_helper("http://127.0.0.1:9", 1))
    break
else:
    print("no telemetry")
"""


def test_the_sdk_sends_no_telemetry(tmp_path: Path) -> None:
    done = subprocess.run(
        [*RUN, sys.executable, "-c", TELEMETRY],
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    if done.stdout.endswith("no telemetry\n"):
        pytest.skip("no SageMaker SDK that sends telemetry is installed")
    # SDK 2 tells of its configuration, too.
    assert done.stdout.splitlines()[-1:] == ["None"]
    assert "Connection refused" not in done.stderr


@pytest.mark.skipif(SDK1_PYTHON is None, reason="SAGEMOCK_SDK1_PYTHON names no Python with SDK 1")
def test_sdk_1_on_a_python_without_sagemock(tmp_path: Path) -> None:
    script = Path(__file__).with_name("sdk1_script.py")
    done = subprocess.run(
        [*RUN, str(SDK1_PYTHON), str(script)],
        env={**os.environ, "HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer == {"role": ROLE, "bucket": BUCKET, "label": 1}
