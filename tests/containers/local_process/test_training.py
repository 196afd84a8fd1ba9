"""Training jobs that run a script or a command."""

from __future__ import annotations

import json
import os
import pickle
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.containers.local_process.conftest import CODE, Jobs, channel

from sagemock.containers.base import LogLine, TrainingInput
from sagemock.containers.local_process.settings import ProcessSettings
from sagemock.containers.local_process.training import LocalTraining, objects

TRAIN = """
import argparse, json, os, pathlib
parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int)
parser.add_argument("--model-dir", default=os.environ["SM_MODEL_DIR"])
parser.add_argument("--train", default=os.environ["SM_CHANNEL_TRAIN"])
arguments = parser.parse_args()
data = sorted(path.read_text() for path in pathlib.Path(arguments.train).rglob("*.csv"))
print("epochs", arguments.epochs)
with open(os.path.join(arguments.model_dir, "model.json"), "w") as file:
    json.dump([arguments.epochs, data], file)
with open(os.path.join(os.environ["SM_OUTPUT_DATA_DIR"], "plot.txt"), "w") as file:
    file.write("plot")
"""


def test_a_script_in_script_mode(jobs_in: Jobs) -> None:
    channels = {"train": channel("train", {"a/1.csv": b"one", "2.csv": b"two"})}

    result = jobs_in.script(TRAIN, {"epochs": 3}, channels=channels)

    assert json.loads(result.model["model.json"]) == [3, ["one", "two"]]
    assert result.output.output == {"plot.txt": b"plot"}
    assert not result.output.stopped
    assert LogLine("algo-1", result.lines[-1].milliseconds, "epochs 3") in result.lines


HARD_CODED = """
import json, os, shutil
from pathlib import Path
with open("/opt/ml/input/config/hyperparameters.json") as file:
    hyperparameters = json.load(file)
data = Path("/opt/ml/input/data/train/x.csv")
assert data.exists() and os.path.isfile(data)
os.makedirs("/opt/ml/model/nested", exist_ok=True)
shutil.copy(data, "/opt/ml/model/nested/copy.csv")
Path("/opt/ml/model/epochs.txt").write_text(hyperparameters["epochs"])
print(sorted(os.listdir("/opt/ml")), [path.name for path in Path("/opt/ml/input").iterdir()])
"""


def test_a_script_that_hard_codes_opt_ml(jobs_in: Jobs) -> None:
    channels = {"train": channel("train", {"x.csv": b"x"})}

    result = jobs_in.script(HARD_CODED, {"epochs": 3}, channels=channels)

    assert result.model == {"epochs.txt": b"3", "nested/copy.csv": b"x"}


def test_an_entry_point_of_the_container(jobs_in: Jobs) -> None:
    result = jobs_in.shell(
        "echo $TRAINING_JOB_NAME; pwd",
        document={
            "TrainingJobName": "job",
            "AlgorithmSpecification": {
                "ContainerEntrypoint": ["/bin/sh", "-c"],
                "ContainerArguments": ['echo "$TRAINING_JOB_NAME $0 $X"', "zero"],
            },
        },
        environment={"X": "y"},
    )

    assert result.text == "job zero y"
    assert result.model == {}


def test_a_registered_command_runs_in_the_current_folder(jobs: Jobs, tmp_path: Path) -> None:
    script = "import os; print(os.getcwd()); open('/opt/ml/model/m', 'w').close()"

    result = jobs.run(TrainingInput(workspace=jobs.workspace), command=["python", "-c", script])

    assert result.text == os.getcwd()
    assert list(result.model) == ["m"]


def test_a_container_without_anything_to_run(jobs: Jobs) -> None:
    result = jobs.run(TrainingInput(workspace=jobs.workspace))

    assert result.reason == "AlgorithmError: , exit code: 127"
    assert result.text == 'exec: "train": executable file not found in $PATH'


def test_a_script_that_fails(jobs_in: Jobs) -> None:
    result = jobs_in.script("import sys; sys.exit(3)", {"epochs": 3})

    assert result.reason == (
        'AlgorithmError: ExecuteUserScriptError:\nExitCode 3\nErrorMessage ""\n'
        f'Command "{sys.executable} train.py --epochs 3", exit code: 1'
    )


def test_a_command_that_fails(jobs_in: Jobs) -> None:
    failing = "echo it was me > /opt/ml/output/failure; exit 5"
    if jobs_in.settings.isolation == "folder":
        failing = 'echo it was me > "$PWD/../ml/output/failure"; exit 5'

    assert jobs_in.shell(failing).reason == "AlgorithmError: it was me\n, exit code: 5"
    assert jobs_in.shell("exit 6").reason == "AlgorithmError: , exit code: 6"
    assert jobs_in.shell("kill -KILL $$").reason == "AlgorithmError: , exit code: 137"


def test_a_long_reason_is_cut(jobs: Jobs) -> None:
    result = jobs.shell("yes x | head -c 9000 > /opt/ml/output/failure; exit 1")

    assert len(result.reason) == 1024


def test_a_failure_file_without_a_failure(jobs: Jobs) -> None:
    assert jobs.shell("echo no > /opt/ml/output/failure").output.failure is None


def test_a_failed_job_leaves_its_output(jobs: Jobs) -> None:
    result = jobs.shell(
        "echo x > /opt/ml/output/data/x; echo c > /opt/ml/checkpoints/c; exit 1",
        document={
            "AlgorithmSpecification": {
                "ContainerEntrypoint": ["/bin/bash", "-c"],
                "ContainerArguments": [
                    "echo x > /opt/ml/output/data/x; echo c > /opt/ml/checkpoints/c; exit 1"
                ],
            },
            "CheckpointConfig": {"S3Uri": "s3://b/c"},
        },
    )

    assert result.output.output == {"x": b"x\n"}
    assert result.output.checkpoints == {"c": b"c\n"}
    assert result.output.failure is not None


def test_several_hosts(jobs_in: Jobs) -> None:
    code = """
import json, os
host = os.environ["SM_CURRENT_HOST"]
assert json.loads(os.environ["SM_HOSTS"]) == ["algo-1", "algo-2"]
print("I am", host)
with open(os.path.join(os.environ["SM_MODEL_DIR"], host), "w") as file:
    file.write(host)
"""

    result = jobs_in.script(code, hosts=("algo-1", "algo-2"))

    assert result.model == {"algo-1": b"algo-1", "algo-2": b"algo-2"}
    said = {(line.host, line.text) for line in result.lines}
    assert {("algo-1", "I am algo-1"), ("algo-2", "I am algo-2")} <= said


def test_a_host_that_fails_ends_the_others(jobs_in: Jobs) -> None:
    code = """
import os, sys, time
if os.environ["SM_CURRENT_HOST"] == "algo-2":
    sys.exit(7)
time.sleep(600)
"""

    result = jobs_in.script(code, hosts=("algo-1", "algo-2"))

    assert "ExitCode 7" in result.reason


@pytest.fixture
def pause() -> str:
    """Seconds of a long sleep that no other test sleeps."""
    return f"600.{uuid.uuid4().int}"


class Flag:
    """Asks to stop as soon as a line has been written."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.seen = False

    def report(self, lines: Sequence[LogLine]) -> None:
        self.seen = self.seen or any(line.text == self._text for line in lines)

    def __call__(self) -> bool:
        return self.seen


def test_a_job_that_is_stopped_saves_its_model(jobs_in: Jobs) -> None:
    code = """
import os, signal, sys, time
def save(*_):
    with open(os.path.join(os.environ["SM_MODEL_DIR"], "saved"), "w") as file:
        file.write("saved")
    sys.exit(0)
signal.signal(signal.SIGTERM, save)
print("ready")
time.sleep(600)
"""
    flag = Flag("ready")

    result = jobs_in.script(code, stop=flag, report=flag.report)

    assert result.output.stopped
    assert result.model == {"saved": b"saved"}


def test_a_shell_that_is_stopped_lets_its_script_save(jobs: Jobs) -> None:
    script = (
        "import signal, sys, time\n"
        "def save(*_):\n    open('/opt/ml/model/saved', 'w').close()\n    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, save)\nprint('ready')\ntime.sleep(600)\n"
    )
    flag = Flag("ready")

    result = jobs.shell(f'python -c "{script}"; true', stop=flag, report=flag.report)

    assert list(result.model) == ["saved"]


def test_a_job_that_ignores_sigterm_is_killed(way: str, jobs_in: Jobs, pause: str) -> None:
    jobs_in.settings = ProcessSettings(isolation=way, stop_grace=0.2)  # type: ignore[arg-type]
    code = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen(["sleep", "PAUSE"], start_new_session=True)
print("ready")
time.sleep(600)
"""
    flag = Flag("ready")

    result = jobs_in.script(code.replace("PAUSE", pause), stop=flag, report=flag.report)

    assert result.output.stopped
    assert result.output.model is None
    assert pause not in running("sleep")


def running(name: str) -> str:
    """The arguments of all processes with a name."""
    lines = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = folder.joinpath("cmdline").read_bytes()
        except OSError:
            continue
        if name.encode() in line:
            lines.append(line.decode(errors="replace"))
    return "\n".join(lines)


def test_a_daemon_ends_with_its_job(jobs_in: Jobs, pause: str) -> None:
    result = jobs_in.shell(
        f"(setsid sleep {pause} > /dev/null 2>&1 &); (setsid sleep {pause} &); echo done"
    )

    assert result.text == "done"
    assert pause not in running("sleep")


def test_an_exception_in_a_report_ends_the_job(jobs_in: Jobs, pause: str) -> None:
    def report(lines: Sequence[LogLine]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        jobs_in.shell(f"setsid sleep {pause} & echo x; sleep {pause}", report=report)

    assert pause not in running("sleep")


def test_the_container_can_be_pickled() -> None:
    container = LocalTraining(ProcessSettings(stop_grace=3), ("python", "x.py"))
    assert pickle.loads(pickle.dumps(container)) == container


def test_objects_that_a_job_needs() -> None:
    hyperparameters = {"sagemaker_submit_directory": json.dumps(CODE)}
    assert list(objects({"HyperParameters": hyperparameters})) == [CODE]
    assert list(objects({"HyperParameters": {"sagemaker_submit_directory": CODE}})) == [CODE]
    assert list(objects({"HyperParameters": {"sagemaker_submit_directory": "/opt/ml/code"}})) == []
    assert list(objects({})) == []
