"""Script mode, held against AWS's own training toolkit.

Needs a Python with `sagemaker-training` 5.1.4: `make toolkit` has one.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from tests.containers.local_process.conftest import CODE, Jobs, archive, channel

from sagemock.containers.base import TrainingInput
from sagemock.containers.local_process.settings import ProcessSettings
from sagemock.containers.local_process.tree import Tree, write_training
from sagemock.formats.content import in_memory

PYTHON = os.environ.get("SAGEMOCK_TOOLKIT_PYTHON") or (
    sys.executable if find_spec("sagemaker_training") else None
)

SETS = 200

SCRIPT = """
import json, os, sys
files = sorted(
    os.path.relpath(os.path.join(parent, name), os.environ["SM_INPUT_DIR"])
    for parent, _, names in os.walk(os.environ["SM_INPUT_DIR"]) for name in names
)
with open(os.path.join(os.environ["SM_MODEL_DIR"], os.environ["SM_CURRENT_HOST"]), "w") as file:
    json.dump([sys.argv, dict(os.environ), os.getcwd(), files], file)
sys.exit(EXIT)
"""

PROGRAMS = [
    *3 * ["train.py"],
    "nested/train.py",
    "run.sh",
    "bad name.py",
    "-x.py",
    "a/../b.py",
]

SHELL = """#!/bin/sh
exec "PYTHON" real.py "$@"
"""


def value(random: random.Random) -> str:
    return random.choice(
        [
            lambda: str(random.randrange(1000)),
            lambda: json.dumps(random.uniform(-1, 1)),
            lambda: "1e-05",
            lambda: json.dumps("".join(random.choices("""ab \\"'$é;""", k=5))),
            lambda: "".join(random.choices("xyz -_", k=6)),
            lambda: "true",
            lambda: "null",
            lambda: "NaN",
            lambda: "",
            lambda: json.dumps({"b": random.random(), "a": [1, None, "x"]}),
            lambda: json.dumps([1, "two", {"three": 3}]),
            lambda: "{not json",
        ]
    )()


def hyperparameters(random: random.Random, program: str) -> dict[str, str]:
    values = {
        "sagemaker_program": json.dumps(program),
        "sagemaker_submit_directory": json.dumps(CODE),
    }
    for name in random.sample(["epochs", "learning-rate", "k", "Z", "batch_size", "x.y"], 4):
        values[name] = value(random)
    optional = {
        "sagemaker_container_log_level": "10",
        "sagemaker_job_name": '"name"',
        "sagemaker_region": '"eu-west-1"',
        "sagemaker_parameter_server_enabled": "true",
        "sagemaker_distribution_instance_groups": '["one"]',
        "sagemaker_anything": '{"b": 1, "a": 2}',
        "_tuning_objective_metric": '"loss"',
    }
    return values | {name: text for name, text in optional.items() if random.random() < 0.3}


def job(seed: int) -> tuple[TrainingInput, dict[str, str], int]:
    """What a job gets, the files of its code, and the host that is compared."""
    generator = random.Random(seed)
    program = generator.choice(PROGRAMS)
    status = generator.choice([0, 0, 1, 3, 137])
    script = SCRIPT.replace("EXIT", str(status))
    files = {"real.py": script, program: script}
    if program == "run.sh":
        files[program] = SHELL.replace("PYTHON", str(PYTHON))
    # A host that fails ends the others.
    count = generator.choice([1, 1, 2, 3]) if status == 0 else 1
    resources: dict[str, Any] = {"InstanceType": "ml.c5.xlarge", "InstanceCount": count}
    if count == 3:
        groups = [("one", "ml.m5.large", 1), ("two", "ml.m5.xlarge", 2)]
        names = ("InstanceGroupName", "InstanceType", "InstanceCount")
        resources = {"InstanceGroups": [dict(zip(names, group, strict=True)) for group in groups]}
    channels = {
        name: channel(name, {"a/b.csv": b"x"}, hosts=count)
        for name in generator.sample(["train", "test", "code-data", "X_1"], generator.randrange(4))
    }
    input = TrainingInput(
        hyperparameters=hyperparameters(generator, program),
        channels=channels,
        hosts=[f"algo-{number + 1}" for number in range(count)],
        environment={"AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "us-west-2"},
        document={"TrainingJobName": "job", "ResourceConfig": resources},
        objects={CODE: archive(files)},
    )
    return input, files, generator.randrange(count)


def ours(jobs: Jobs, input: TrainingInput, host: int) -> dict[str, Any]:
    """What a script sees here, and how its job fails."""
    result = jobs.run(input)
    content = (result.output.model or {}).get(f"algo-{host + 1}")
    seen = None if content is None else json.loads(in_memory(content))
    failure = result.output.failure
    reason = None if failure is None else str(failure).removesuffix(", exit code: 1")
    return {"seen": seen, "failure": reason, "status": int(failure is not None)}


def theirs(base: Path, host: int, status: int) -> dict[str, Any]:
    seen: Any = None
    path = base / "model" / f"algo-{host + 1}"
    if path.exists():
        seen = json.loads(path.read_text().replace(str(base), "/opt/ml"))
    failure = base / "output/failure"
    text = failure.read_text() if failure.exists() else None
    if text is not None:
        text = text.replace(f"{PYTHON} -- ", f"{PYTHON} ")
    return {"seen": seen, "failure": text, "status": status}


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    if result["seen"] is None:
        return result
    arguments, variables, folder, files = result["seen"]
    kept = {
        name: value
        for name, value in variables.items()
        if name.startswith(("SM_", "SAGEMAKER_")) or name in ("CURRENT_HOST", "TRAINING_JOB_NAME")
    }
    for name in ("SAGEMAKER_BASE_DIR", "SM_STUDIO_LOCAL_MODE"):
        kept.pop(name, None)
    path = variables["PYTHONPATH"].split(":")
    start = path.index("/opt/ml/code")
    # Then the folder of the launcher; ours ends with that of installed packages.
    kept["PYTHONPATH"] = [each for each in path[start + 2 :] if not each.endswith("/packages")]
    return {**result, "seen": [arguments, kept, folder, files]}


@pytest.mark.full
@pytest.mark.skipif(PYTHON is None, reason="needs sagemaker-training")
def test_scripts_see_what_the_toolkit_of_aws_shows_them(jobs: Jobs, temporary: Path) -> None:
    assert PYTHON is not None
    jobs.settings = ProcessSettings(interpreter=PYTHON)
    calls, inputs = [], []
    for seed in range(SETS):
        input, files, host = job(seed)
        # One host at a time, as the toolkit runs on each by itself.
        base = temporary / str(seed) / "ml"
        write_training(Tree(base), input, host)
        for name, content in files.items():
            path = base / "code" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        calls.append([str(base), {**input.environment, "TRAINING_JOB_NAME": "job"}])
        inputs.append((input, host, base))
    listed = temporary / "jobs.json"
    listed.write_text(json.dumps(calls))
    driver = Path(__file__).with_name("toolkit_driver.py")
    printed = subprocess.run(
        [PYTHON, str(driver), str(listed)], capture_output=True, check=True, text=True
    ).stdout
    outcomes = set()
    for (input, host, base), status in zip(inputs, json.loads(printed), strict=True):
        expected = comparable(theirs(base, host, status))
        assert comparable(ours(jobs, input, host)) == expected, base.parent.name
        outcomes.add((expected["failure"] or "")[:24])
    assert len(outcomes) == 3
