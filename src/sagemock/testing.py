"""What a test holds in its hands: `SageMock`, the type of the fixtures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import boto3

    from sagemock.controls import Control

LOG_LINES = 10
"""So many of the last lines of a job's log are shown with a failed assertion."""


class SageMock:
    """Clients of a mocked AWS, the controls, and assertions that say what they found.

    region: the region of its clients. url: where a live server listens; None in process.
    """

    def __init__(self, region: str, url: str | None = None) -> None:
        self.region = region
        self.url = url
        self._session: boto3.Session | None = None

    @property
    def session(self) -> boto3.Session:
        """A boto3 session of this test's own, cheap because the service models are shared."""
        if self._session is None:
            from sagemock.sessions import new_session

            self._session = new_session(self.region)
        return self._session

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client of `service`; the options are those of `boto3.client`."""
        options.setdefault("endpoint_url", self.url)
        return self.session.client(service, **options)

    @property
    def control(self) -> Control:
        """How jobs, endpoints and calls shall turn out; see `sagemock.control`."""
        from sagemock.gateway.control import control

        return control

    def training_job(self, name: str) -> dict[str, Any]:
        """DescribeTrainingJob's answer once the job has ended, or cannot go on by itself."""
        from sagemock.gateway.waiting import rest
        from sagemock.run.injected.sitecustomize import NeverComes

        client = self.client("sagemaker")
        while True:
            job: dict[str, Any] = client.describe_training_job(TrainingJobName=name)
            if job["TrainingJobStatus"] not in ("InProgress", "Stopping"):
                return job
            try:
                rest(WAIT_SECONDS)
            except NeverComes:
                return job

    def log(self, name: str) -> list[str]:
        """The lines of a training job's log, of all its hosts."""
        logs = self.client("logs")
        group = "/aws/sagemaker/TrainingJobs"
        try:
            streams = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=f"{name}/")
        except logs.exceptions.ResourceNotFoundException:
            return []
        return [
            event["message"]
            for stream in streams["logStreams"]
            for event in logs.get_log_events(
                logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True
            )["events"]
        ]

    def assert_completed(self, name: str) -> dict[str, Any]:
        """The training job has completed; gives DescribeTrainingJob's answer."""
        __tracebackhide__ = True
        return self._assert_status(name, "Completed")

    def assert_stopped(self, name: str, secondary_status: str = "Stopped") -> dict[str, Any]:
        """The training job was stopped, or has run out of time."""
        __tracebackhide__ = True
        job = self._assert_status(name, "Stopped")
        if job["SecondaryStatus"] != secondary_status:
            raise AssertionError(
                f"training job {name} ended as {job['SecondaryStatus']}, not {secondary_status}"
            )
        return job

    def assert_failed(self, name: str, reason: str = "") -> dict[str, Any]:
        """The training job has failed; reason: a regular expression in its FailureReason."""
        __tracebackhide__ = True
        job = self._assert_status(name, "Failed")
        found = job.get("FailureReason", "")
        if not re.search(reason, found):
            raise AssertionError(
                f"training job {name} has failed for another reason than {reason!r}:\n  {found}"
            )
        return job

    def _assert_status(self, name: str, wanted: str) -> dict[str, Any]:
        __tracebackhide__ = True
        job = self.training_job(name)
        status = job["TrainingJobStatus"]
        if status != wanted:
            raise AssertionError(
                "\n".join([f"training job {name} is {status}, not {wanted}", *self._story(job)])
            )
        return job

    def _story(self, job: Mapping[str, Any]) -> Iterator[str]:
        if "FailureReason" in job:
            yield f"  FailureReason: {job['FailureReason']}"
        yield f"  passed through: {', '.join(_passed(job))}"
        lines = self.log(job["TrainingJobName"])[-LOG_LINES:]
        if lines:
            yield "  the end of its log:"
            yield from (f"    {line}" for line in lines)

    def assert_metric(
        self,
        name: str,
        metric: str,
        *,
        at_least: float | None = None,
        at_most: float | None = None,
    ) -> float:
        """The training job has a final metric, within bounds; gives its value."""
        __tracebackhide__ = True
        job = self.training_job(name)
        values = {each["MetricName"]: each["Value"] for each in job.get("FinalMetricDataList", ())}
        if metric not in values:
            there = ", ".join(sorted(values)) or "none"
            raise AssertionError(f"training job {name} has no metric {metric}; it has: {there}")
        value: float = values[metric]
        if at_least is not None and value < at_least:
            raise AssertionError(f"{metric} of training job {name} is {value} < {at_least}")
        if at_most is not None and value > at_most:
            raise AssertionError(f"{metric} of training job {name} is {value} > {at_most}")
        return value

    def assert_in_service(self, endpoint: str) -> dict[str, Any]:
        """The endpoint serves; gives DescribeEndpoint's answer."""
        __tracebackhide__ = True
        answer: dict[str, Any] = self.client("sagemaker").describe_endpoint(EndpointName=endpoint)
        if answer["EndpointStatus"] != "InService":
            reason = answer.get("FailureReason")
            told = f": {reason}" if reason else ""
            raise AssertionError(f"endpoint {endpoint} is {answer['EndpointStatus']}{told}")
        return answer


WAIT_SECONDS = 30.0
"""What a real client would sleep between two looks; nobody does here."""

MOST_SHOWN = 50


def _passed(job: Mapping[str, Any]) -> list[str]:
    return [each["Status"] for each in job["SecondaryStatusTransitions"]]


def report() -> str:
    """What jobs and endpoints there are, and how they have fared; empty when there are none."""
    from sagemock.gateway.backend import worlds

    lines = [line for world in list(worlds()) for line in _fared(world)]
    if len(lines) > MOST_SHOWN:
        lines = [*lines[:MOST_SHOWN], f"... and {len(lines) - MOST_SHOWN} more"]
    return "\n".join(lines)


def _fared(world: Any) -> Iterator[str]:
    for job in world.training_jobs.documents():
        reason = job.get("FailureReason")
        yield (
            f"training job {job['TrainingJobName']} ({world.region}): {job['TrainingJobStatus']}"
            f", passed through {', '.join(_passed(job))}{f'; {reason}' if reason else ''}"
        )
    for endpoint in world.endpoints.documents():
        reason = endpoint.get("FailureReason")
        yield (
            f"endpoint {endpoint['EndpointName']} ({world.region}): "
            f"{endpoint['EndpointStatus']}{f'; {reason}' if reason else ''}"
        )
