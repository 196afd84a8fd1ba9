"""Processing jobs that run a script or a command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from tests.containers.local_process.conftest import Jobs, archive

from sagemock.containers.base import LogLine, ProcessingInput, ProcessingOutput
from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.containers.local_process import processing
from sagemock.containers.local_process.processing import LocalProcessing
from sagemock.formats.content import Files

CODE = "/opt/ml/processing/input/code"


def inputs(name: str, path: str, files: Mapping[str, bytes]) -> dict[str, Channel]:
    parts = [Part(f"{path}/{file}", content) for file, content in files.items()]
    return {name: Channel(name, None, [Shard((0, 1), parts)])}


def run(
    jobs: Jobs, *entrypoint: str, command: Sequence[str] | None = None, **changes: Any
) -> tuple[ProcessingOutput, str]:
    lines: list[LogLine] = []
    own = {name: changes.pop(name) for name in ("stop", "publish") if name in changes}
    container = LocalProcessing(jobs.settings, None if command is None else tuple(command))
    input = ProcessingInput(entrypoint=entrypoint, workspace=jobs.workspace, **changes)
    output = container.process(input, report=lines.extend, **own)
    return output, "\n".join(line.text for line in lines)


SCRIPT = b"""
import sys, json
from pathlib import Path
text = Path("/opt/ml/processing/input/data/x.csv").read_text()
with open("/opt/ml/config/processingjobconfig.json") as file:
    print(json.load(file)["ProcessingJobName"], sys.argv[1:])
Path("/opt/ml/processing/train/out.csv").write_text(text.upper())
Path("/opt/ml/output/message").write_text("done")
"""


def test_a_script_with_hard_coded_paths(jobs_in: Jobs) -> None:
    output, text = run(
        jobs_in,
        "python3",
        f"{CODE}/process.py",
        arguments=["--ratio", "0.2"],
        inputs={
            **inputs("code", CODE, {"process.py": SCRIPT}),
            **inputs("data", "/opt/ml/processing/input/data", {"x.csv": b"abc"}),
        },
        outputs={"train": "/opt/ml/processing/train"},
        document={"ProcessingJobName": "job"},
    )

    assert text == "job ['--ratio', '0.2']"
    assert output == ProcessingOutput({"train": {"out.csv": b"ABC"}}, "done")


RUNPROC = b"""#!/bin/bash
cd /opt/ml/processing/input/code/
tar -xzf sourcedir.tar.gz
set -e
pip uninstall --yes typing
if [[ -f 'requirements.txt' ]]; then
    pip install -r requirements.txt
fi
python3 process.py "$@"
"""


def test_a_framework_processor(jobs_in: Jobs) -> None:
    code = {"process.py": "import sys; print(sys.argv)", "requirements.txt": "no-such-package==9"}
    folder = "/opt/ml/processing/input/entrypoint"

    output, text = run(
        jobs_in,
        "/bin/bash",
        f"{folder}/runproc.sh",
        arguments=["a b"],
        inputs={
            **inputs("code", CODE, {"sourcedir.tar.gz": archive(code)}),
            **inputs("entrypoint", folder, {"runproc.sh": RUNPROC}),
        },
    )

    assert text.splitlines() == [
        "sagemock: nothing is uninstalled: pip uninstall --yes typing",
        'sagemock: nothing is installed without the option requirements="install": '
        "pip install -r requirements.txt",
        "['process.py', 'a b']",
    ]
    assert output.failure is None


def test_a_registered_command_gets_the_arguments(jobs: Jobs) -> None:
    code = "import sys; print(sys.argv[1:])"

    _, text = run(jobs, "ignored", command=["python", "-c", code], arguments=["x"])

    assert text == "['x']"


def test_a_container_that_fails(jobs: Jobs) -> None:
    output, _ = run(jobs, "sh", "-c", "echo no > /opt/ml/output/message; exit 4")

    assert output.failure is not None
    assert output.failure.failure_reason == ("AlgorithmError: See job logs for more information")
    assert output.message == "no\n"


def test_a_message_that_is_not_utf_8(jobs: Jobs) -> None:
    output, _ = run(jobs, "sh", "-c", r"printf '\377' > /opt/ml/output/message")

    assert output.failure is not None
    assert output.failure.failure_reason.startswith("ClientError: ")
    assert output.message is None


def test_messages_and_outputs_of_several_hosts(jobs: Jobs) -> None:
    code = (
        "host=$(python -c 'import json; "
        'print(json.load(open("/opt/ml/config/resourceconfig.json"))["current_host"])\'); '
        "echo $host > /opt/ml/output/message; echo $host > /opt/ml/processing/out/$host"
    )

    output, _ = run(
        jobs, "sh", "-c", code, hosts=("algo-1", "algo-2"), outputs={"o": "/opt/ml/processing/out"}
    )

    assert output.message == "algo-1\nalgo-2\n"
    assert output.outputs == {"o": {"algo-1": b"algo-1\n", "algo-2": b"algo-2\n"}}


def test_continuous_outputs_are_published_meanwhile(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processing, "PUBLISH_AFTER", 0.0)
    published: list[tuple[str, Files]] = []
    uploads = [
        {"OutputName": "now", "S3Output": {"S3UploadMode": "Continuous"}},
        {"OutputName": "later", "S3Output": {"S3UploadMode": "EndOfJob"}},
    ]

    output, _ = run(
        jobs,
        "sh",
        "-c",
        "echo x > /opt/ml/processing/now/x; echo y > /opt/ml/processing/later/y; sleep 600",
        outputs={"now": "/opt/ml/processing/now", "later": "/opt/ml/processing/later"},
        document={"ProcessingOutputConfig": {"Outputs": uploads}},
        publish=lambda name, files: published.append((name, files)),
        stop=lambda: ("now", {"x": b"x\n"}) in published,
    )

    assert output.stopped
    assert {name for name, _ in published} == {"now"}
    assert output.outputs["now"] == {"x": b"x\n"}


def test_links_are_not_followed(jobs: Jobs) -> None:
    output, _ = run(
        jobs,
        "sh",
        "-c",
        "cd /opt/ml/processing/out; echo x > x; ln -s x y; ln -s /etc/passwd z",
        outputs={"o": "/opt/ml/processing/out"},
    )

    assert output.outputs == {"o": {"x": b"x\n"}}
