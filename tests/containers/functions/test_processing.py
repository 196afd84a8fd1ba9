"""Functions that process: what they get, where what they write goes, and how they fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sagemock.containers import ProcessingFunctionJob, not_run, register

Process = Callable[[], dict[str, Any]]
GROUP = "/aws/sagemaker/ProcessingJobs"


def test_a_function_reads_inputs_and_writes_outputs(sagemock: Any, process: Process) -> None:
    seen: list[Any] = []

    def clean(job: ProcessingFunctionJob) -> None:
        seen.extend([job.name, job.arguments, job.entrypoint, dict(job.environment)])
        rows = (job.inputs["raw"] / "rows.csv").read_text()
        assert job.path("/opt/ml/processing/in/rows.csv").read_text() == rows
        (job.outputs["clean"] / "rows.csv").write_text(rows.replace("1", "one"))
        job.path("/opt/ml/output/message").write_text("two rows")
        job.log("done")

    register("mine", process=clean)
    described = process()
    assert described["ProcessingJobStatus"] == "Completed"
    assert described["ExitMessage"] == "two rows"
    assert seen == ["p", ("--rows", "2"), (), {"STAGE": "test"}]
    written = sagemock.client("s3").get_object(Bucket="bucket", Key="clean/rows.csv")
    assert written["Body"].read() == b"one\n2\n"
    logs = sagemock.client("logs")
    (stream,) = logs.describe_log_streams(logGroupName=GROUP)["logStreams"]
    events = logs.get_log_events(logGroupName=GROUP, logStreamName=stream["logStreamName"])
    assert [event["message"] for event in events["events"]] == ["done"]


def test_an_exception_fails_the_job(process: Process) -> None:
    def clean(job: ProcessingFunctionJob) -> None:
        raise KeyError(job.name)

    register("mine", process=clean)
    described = process()
    assert described["ProcessingJobStatus"] == "Failed"
    assert described["FailureReason"] == "AlgorithmError: See job logs for more information"


def test_a_message_that_is_no_text_fails_the_job(process: Process) -> None:
    register(
        "mine", process=lambda job: job.path("/opt/ml/output/message").write_bytes(b"\xff\xfe")
    )
    described = process()
    assert described["ProcessingJobStatus"] == "Failed"
    assert described["FailureReason"].startswith("ClientError: ")


def test_a_job_that_is_not_run_says_so(
    sagemock: Any,
    process: Process,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Each process warns of an image once.
    monkeypatch.setattr(not_run, "_warned", set())
    assert process()["ProcessingJobStatus"] == "Completed"
    assert "its jobs complete without output; nothing is registered for it" in caplog.text
    (event,) = sagemock.client("logs").filter_log_events(logGroupName=GROUP)["events"]
    assert "does not run, and the job has no output; nothing is registered" in event["message"]
