"""Scripts of several processes: how they are started, and how they find each other."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from tests.containers.local_process.conftest import Jobs

from sagemock.containers.local_process import distribution
from sagemock.containers.local_process.distribution import MeetingPoint
from sagemock.containers.local_process.entry_point import EntryPointRefused
from sagemock.containers.local_process.toolkit import Machine, ScriptMode

PYTORCH = "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.3.0-cpu-py311"
TORCHRUN = {distribution.TORCH_DISTRIBUTED: True}
MEETING = MeetingPoint("algo-1", 1234)


def mode(host: str = "algo-1", hosts: int = 1, gpus: int = 0, **hyperparameters: Any) -> ScriptMode:
    names = [f"algo-{number + 1}" for number in range(hosts)]
    return ScriptMode(
        hyperparameters={"sagemaker_program": "train.py", **hyperparameters},
        resources={"current_host": host, "hosts": names},
        inputs={},
        ml="/opt/ml",
        variables={},
        machine=Machine(8, gpus),
    )


@pytest.mark.parametrize(
    ("script", "command"),
    [
        (mode(), None),
        (mode(**TORCHRUN), "torchrun --nnodes 1 --nproc_per_node 1"),
        (
            mode(gpus=4, **TORCHRUN),
            "torchrun --nnodes 1 --nproc_per_node 4",
        ),
        (
            mode("algo-2", 2, **TORCHRUN),
            "torchrun --nnodes 2 --nproc_per_node 1 --master_addr algo-1 --master_port 1234 "
            "--node_rank 1",
        ),
        # The group of the host does not take part.
        (mode(**TORCHRUN, sagemaker_distribution_instance_groups=["other"]), None),
    ],
)
def test_the_launcher(script: ScriptMode, command: str | None) -> None:
    launcher = distribution.launcher(script, ["train.py"], MEETING)
    assert launcher == (None if command is None else command.split())


def test_scripts_that_the_launcher_refuses() -> None:
    script = mode(**TORCHRUN)
    script.hyperparameters["sagemaker_program"] = "train.sh"  # type: ignore[index]
    with pytest.raises(EntryPointRefused, match="Unsupported entry point type"):
        distribution.launcher(script, ["train.sh"], MEETING)
    with pytest.raises(EntryPointRefused, match="Python packages are not supported"):
        distribution.launcher(mode(**TORCHRUN), ["train.py", "setup.py"], MEETING)


def test_hosts_whose_names_do_not_resolve_meet_on_this_machine() -> None:
    hosts = ("algo-2", "algo-1")
    assert MeetingPoint.of(hosts, "namespace", 5) == MeetingPoint("algo-1", 5)
    assert MeetingPoint.of(hosts, "folder", 5) == MeetingPoint("127.0.0.1", 5)


SHOWN = """
import os
host = os.environ["SM_CURRENT_HOST"]
with open(os.path.join(os.environ["SM_MODEL_DIR"], host), "w") as file:
    file.write(f"{os.environ.get('MASTER_ADDR')} {os.environ.get('MASTER_PORT')}")
"""


def test_the_hosts_of_pytorch_know_where_to_meet(jobs: Jobs) -> None:
    document = {"AlgorithmSpecification": {"TrainingImage": PYTORCH}}
    model = jobs.script(SHOWN, document=document, hosts=("algo-1", "algo-2")).model
    address, port = model["algo-1"].decode().split()
    assert model["algo-2"] == model["algo-1"]
    assert (address in ("algo-1", "127.0.0.1"), int(port) > 1023) == (True, True)


def test_other_containers_do_not_say_where_to_meet(jobs: Jobs) -> None:
    assert jobs.script(SHOWN).model == {"algo-1": b"None None"}


@pytest.mark.skipif(find_spec("torch") is not None, reason="PyTorch's own torchrun comes first")
def test_a_launcher_starts_the_script(jobs: Jobs, tmp_path: Path) -> None:
    program = tmp_path / "torchrun"
    program.write_text('#!/bin/sh\nexec env NNODES="$2" python "$5" "$6" "$7"\n')
    program.chmod(0o755)
    code = "import os, sys; print('launched', os.environ['NNODES'], sys.argv)"

    result = jobs.script(
        code,
        {"epochs": 2, **TORCHRUN},
        environment={"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
    )

    assert result.output.failure is None, result.text
    assert "torchrun --nnodes 1 --nproc_per_node 1 train.py --epochs 2" in result.text
    assert "launched 1 ['train.py', '--epochs', '2']" in result.text


def test_a_script_that_no_launcher_starts_says_so(jobs: Jobs) -> None:
    result = jobs.script("print('alone')", {"sagemaker_mpi_enabled": True})
    assert result.output.failure is None
    assert "sagemock: sagemaker_mpi_enabled is not supported: the script runs as" in result.text


def test_a_refused_script_fails_as_in_the_toolkit(jobs: Jobs) -> None:
    result = jobs.script("exit 0", TORCHRUN, program="train.sh")
    expected = "AlgorithmError: Unsupported entry point type for torch_distributed, exit code: 1"
    assert result.reason == expected
