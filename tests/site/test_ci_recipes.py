"""The recipes of the page about CI: their commands run, in fresh environments, without Docker."""

from __future__ import annotations

import json
import shlex
import socket
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.docs.blocks import ROOT
from tests.site.conftest import wait_for
from tests.site.rendered import blocks

pytestmark = pytest.mark.full

PAGE = ROOT / "docs" / "ci.md"
PORT = "5000"
TEST = """
def test_of_the_project(sagemock):
    assert sagemock.client("sagemaker").list_models()["Models"] == []
"""
CLIENT = """
import boto3


def test_with_the_server():
    assert boto3.client("sagemaker").list_models()["Models"] == []
"""
TRAIN = """
import boto3

assert boto3.session.Session().region_name == "eu-west-1"
print(boto3.client("sts").get_caller_identity()["Account"])
"""


@pytest.fixture
def recipe(rendered) -> Any:
    """Returns the blocks in a language, with a port that is free in place of the documented one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    return lambda language: [
        block.text.replace(PORT, port) for block in blocks(rendered(PAGE), language)
    ]


def jobs_of(workflow: str) -> Any:
    return yaml.safe_load(workflow)["jobs"]


def test_github_actions_run_the_tests(recipe, environment, tmp_path: Path) -> None:
    job = jobs_of(recipe("yaml")[0])["tests"]
    for python in job["strategy"]["matrix"]["python"]:
        checkout = tmp_path / python
        checkout.mkdir()
        (checkout / "test_project.py").write_text(TEST)
        machine = environment(python)
        for step in job["steps"]:
            if "run" in step:
                output = machine.run(step["run"], checkout, **job["env"])
        assert "1 passed" in output


def test_github_actions_start_a_server_for_clients(recipe, environment, tmp_path: Path) -> None:
    job = jobs_of(recipe("yaml")[1])["clients"]
    machine = environment(job["steps"][1]["with"]["python-version"])
    for step in job["steps"]:
        if "run" in step:
            output = machine.run(step["run"], tmp_path, **job["env"])
    assert '"TrainingJobSummaries": []' in output


@pytest.mark.parametrize(
    ("job", "file", "text", "output"),
    [
        ("tests", "test_project.py", TEST, "1 passed"),
        ("unchanged-script", "train.py", TRAIN, "123456789012"),
    ],
)
def test_gitlab(
    recipe, environment, tmp_path: Path, job: str, file: str, text: str, output: str
) -> None:
    described = yaml.safe_load(recipe("yaml")[2])[job]
    (tmp_path / file).write_text(text)
    machine = environment(described["image"].removeprefix("python:"))
    variables = {"CI_PROJECT_DIR": str(tmp_path), **described.get("variables", {})}
    for command in described["script"]:
        said = machine.run(command, tmp_path, **variables)
    assert output in said
    for path in described.get("artifacts", {}).get("reports", {}).values():
        assert (tmp_path / path).exists()


def test_the_image_and_the_services_beside_it(recipe, environment, tmp_path: Path) -> None:
    (dockerfile,) = recipe("dockerfile")
    lines = [line.split(" ", 1) for line in dockerfile.replace("\\\n", " ").splitlines()]
    image = environment(dict(lines)["FROM"].removeprefix("python:").removesuffix("-slim"))
    container = tmp_path / "container"
    container.mkdir()
    for name, rest in lines:
        if name == "RUN":
            image.run(rest, container)
    image.start(json.loads(dict(lines)["CMD"]), container)
    health = json.loads(dict(lines)["HEALTHCHECK"].removeprefix("CMD "))
    wait_for(lambda: image.start(health, container).wait(timeout=60) == 0)

    service = yaml.safe_load(recipe("yaml")[3])["services"]["tests"]
    (tmp_path / "test_client.py").write_text(CLIENT)
    tests = environment(service["image"].removeprefix("python:"))
    command = shlex.split(service["command"])
    assert "1 passed" in tests.run(command, tmp_path, **service["environment"])
