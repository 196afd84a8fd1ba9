"""Functions that train: what they get, what becomes of what they leave, and how they fail."""

from __future__ import annotations

import io
import logging
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sagemock.containers import TrainingFunctionJob, register

Train = Callable[..., dict[str, Any]]


def members(sagemock: Any, uri: str) -> dict[str, bytes]:
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    body = sagemock.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body)) as archive:
        return {
            member.name: archive.extractfile(member).read()  # type: ignore[union-attr]
            for member in archive
            if member.isfile()
        }


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_function_gets_the_job_and_leaves_a_model(sagemock: Any, train: Train) -> None:
    seen: dict[str, Any] = {}

    def fit(job: TrainingFunctionJob) -> None:
        seen.update(
            name=job.name,
            thread=threading.current_thread(),
            data=files(job.channels["train"]),
            environment=job.environment,
            stopping=job.stopping,
        )
        (job.model_dir / "weights").write_text(job.hyperparameters["lr"])
        (job.output_dir / "plots").mkdir()
        (job.output_dir / "plots" / "loss.svg").write_text("<svg/>")
        job.log("epoch 1\naccuracy=0.75")
        job.log("accuracy=0.5")

    register("mine", train=fit)
    described = train(HyperParameters={"lr": "0.1"}, Environment={"STAGE": "test"})
    assert described["TrainingJobStatus"] == "Completed"
    assert seen == {
        "name": "j",
        "thread": threading.current_thread(),
        "data": {"deep/two.csv": "deep/two.csv", "one.csv": "one.csv"},
        "environment": {
            "TRAINING_JOB_NAME": "j",
            "TRAINING_JOB_ARN": described["TrainingJobArn"],
            "AWS_REGION": "us-east-1",
            "STAGE": "test",
        },
        "stopping": False,
    }
    model = described["ModelArtifacts"]["S3ModelArtifacts"]
    assert members(sagemock, model) == {"weights": b"0.1"}
    output = model.replace("model.tar.gz", "output.tar.gz")
    assert members(sagemock, output) == {"plots/loss.svg": b"<svg/>"}
    assert sagemock.log("j") == ["epoch 1", "accuracy=0.75", "accuracy=0.5"]
    (metric,) = described["FinalMetricDataList"]
    assert (metric["MetricName"], metric["Value"]) == ("accuracy", 0.5)


@pytest.mark.parametrize("distribution", ["FullyReplicated", "ShardedByS3Key"])
def test_a_function_runs_once_for_all_hosts(train: Train, distribution: str) -> None:
    calls: list[Any] = []
    register("mine", train=lambda job: calls.append((job.hosts, files(job.channels["train"]))))
    assert train(count=2, distribution=distribution)["TrainingJobStatus"] == "Completed"
    ((hosts, data),) = calls
    assert hosts == ("algo-1", "algo-2")
    assert sorted(data) == ["deep/two.csv", "one.csv"]


def test_a_pipe_is_a_file(train: Train) -> None:
    calls: list[Any] = []
    register("mine", train=lambda job: calls.append(files(job.channels["train"])))
    assert train(mode="Pipe")["TrainingJobStatus"] == "Completed"
    (streams,) = calls
    assert list(streams) == ["train_0"]
    assert streams["train_0"].replace("\n", "") == "deep/two.csvone.csv"


def test_what_is_logged_is_in_the_log_of_the_job(
    sagemock: Any,
    train: Train,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """And goes where it went before; what is printed, and what others log, is not in it."""
    before = list(logging.getLogger().handlers)

    def fit(_: TrainingFunctionJob) -> None:
        logging.getLogger("my.code").warning("accuracy=%s", 0.5)
        logging.getLogger("sagemock.jobs").warning("about the mock")
        thread = threading.Thread(target=logging.getLogger("other").warning, args=["of a thread"])
        thread.start()
        thread.join()
        print("printed")

    register("mine", train=fit)
    assert train()["FinalMetricDataList"][0]["Value"] == 0.5
    assert sagemock.log("j") == ["accuracy=0.5"]
    assert capsys.readouterr().out == "printed\n"
    assert "accuracy=0.5" in caplog.text
    assert logging.getLogger().handlers == before


def test_an_exception_fails_the_job(sagemock: Any, train: Train) -> None:
    def fit(job: TrainingFunctionJob) -> None:
        (job.output_dir / "notes").write_text("kept")
        raise ValueError("the data is bad")

    register("mine", train=fit)
    described = train()
    assert described["TrainingJobStatus"] == "Failed"
    reason = "AlgorithmError: ValueError: the data is bad, exit code: 1"
    assert described["FailureReason"] == reason
    lines = sagemock.log("j")
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-1] == "ValueError: the data is bad"
    assert not any("calls.py" in line for line in lines)
    assert members(sagemock, "s3://bucket/out/j/output/output.tar.gz") == {"notes": b"kept"}


@pytest.mark.parametrize(
    ("code", "failure", "reason"),
    [
        (3, None, "AlgorithmError: , exit code: 3"),
        (3, "no luck", "AlgorithmError: no luck, exit code: 3"),
        ("no memory", None, "AlgorithmError: no memory, exit code: 1"),
        (1, "x" * 2000, f"AlgorithmError: {'x' * 1008}"),
        (0, None, None),
        (None, "ignored", None),
    ],
)
def test_an_exit_code_ends_the_job(
    train: Train, code: Any, failure: str | None, reason: str | None
) -> None:
    def fit(job: TrainingFunctionJob) -> None:
        if failure is not None:
            job.path("/opt/ml/output/failure").write_text(failure)
        raise SystemExit(code)

    register("mine", train=fit)
    described = train()
    assert described["TrainingJobStatus"] == ("Completed" if reason is None else "Failed")
    assert described.get("FailureReason") == reason


SAME = ("RoleArn", "OutputDataConfig", "ResourceConfig", "StoppingCondition")


def test_a_function_may_create_jobs_whose_logs_are_their_own(sagemock: Any, train: Train) -> None:
    def outer(job: TrainingFunctionJob) -> None:
        sagemock.client("sagemaker").create_training_job(
            TrainingJobName="k",
            AlgorithmSpecification={"TrainingImage": "inner", "TrainingInputMode": "File"},
            **{name: job.document[name] for name in SAME},
        )
        logging.getLogger("outer").warning("outside")

    register("inner", train=lambda _: logging.getLogger("inner").warning("inside"))
    register("mine", train=outer)
    assert train()["TrainingJobStatus"] == "Completed"
    assert sagemock.log("k") == ["inside"]
    assert sagemock.log("j") == ["outside"]


def test_a_failure_on_demand_is_in_its_log(sagemock: Any, train: Train) -> None:
    """The function is not called."""
    calls: list[TrainingFunctionJob] = []
    register("mine", train=calls.append)
    sagemock.control.fail_training_job(reason="AlgorithmError: no luck")
    described = train()
    assert described["FailureReason"] == "AlgorithmError: no luck"
    assert calls == []
    assert any("no luck" in line for line in sagemock.log("j"))
