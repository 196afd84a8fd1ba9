"""`SageMock`: what the fixtures give to a test. Clients, controls, and assertions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from sagemock.accounts.reports import cut, missing, names, passed_through, why_not_on
from sagemock.commands.log_streams import LogStreams
from sagemock.containers import selection
from sagemock.resources import training_job
from sagemock.resources.resource_type import ResourceType, snake
from sagemock.resources.types import ENDPOINT, TRAINING_JOB
from sagemock.suggestions import closest_first

if TYPE_CHECKING:
    import boto3

    from sagemock.accounts.world import World
    from sagemock.faults.controls import Control
    from sagemock.resources.training_job_document import TrainingJob

LOG_LINES = 10
"""How many of the last lines of a job's log a failed assertion shows."""

STOPPED = ("Stopped", "MaxRuntimeExceeded", "MaxWaitTimeExceeded", "Interrupted")
"""The last secondary statuses of jobs that were stopped."""


class SageMock:
    """What the fixtures `sagemock` and `sagemock_server` give to a test.

    Clients of the mocked AWS, `sagemock.control`, and assertions about jobs and endpoints. A failed
    assertion shows the status, the FailureReason and the end of the job's log, and for a wrong name
    the names that exist.

    Parameters
    ----------
    region
        The region of the clients.
    url
        The URL of the server, None for a mock in this process.
    """

    def __init__(self, region: str, url: str | None = None) -> None:
        self.region = region
        self.url = url
        self._session: boto3.Session | None = None

    @property
    def session(self) -> boto3.Session:
        """The boto3 session of this test. Sessions share the service models, and so are cheap."""
        if self._session is None:
            from sagemock.wire.sessions import new_session

            self._session = new_session(self.region)
        return self._session

    def client(self, service: str, **options: Any) -> Any:
        """Return a boto3 client.

        Parameters
        ----------
        service
            The name of the service, such as ``sagemaker``.
        **options
            Further arguments of `boto3.client`.
        """
        options.setdefault("endpoint_url", self.url)
        return self.session.client(service, **options)

    @property
    def control(self) -> Control:
        """Faults on demand and ready-made jobs; the same as `sagemock.control`."""
        from sagemock.moto_adapter.control import control

        return control

    def training_job(self, name: str) -> dict[str, Any]:
        """Wait until a training job has ended, or cannot continue by itself.

        Returns
        -------
        The answer of DescribeTrainingJob.

        Raises
        ------
        AssertionError
            If there is no such job.
        """
        __tracebackhide__ = True
        return self._settled(TRAINING_JOB, name)

    def _settled(self, kind: ResourceType, name: str) -> dict[str, Any]:
        """Describe a resource until its status no longer changes by itself."""
        __tracebackhide__ = True
        from sagemock.moto_adapter.waiting import rest
        from sagemock.run.injected.sitecustomize import NeverComes

        passing = kind.statuses.passing if kind.statuses else ()
        describe = getattr(self.client("sagemaker"), snake(kind.operation("Describe")))
        while True:
            answer = self._described(kind, name, describe)
            if answer.get(kind.status_member) not in passing:
                return answer
            try:
                rest(WAIT_SECONDS)
            except NeverComes:
                return answer

    def _described(
        self, kind: ResourceType, name: str, describe: Callable[..., Any]
    ) -> dict[str, Any]:
        __tracebackhide__ = True
        from botocore.exceptions import ClientError

        try:
            answer: dict[str, Any] = describe(**{kind.name_member: name})
            return answer
        except ClientError as error:
            exists = any(name in names(world, kind) for world in self._worlds())
            if exists or error.response["Error"]["Code"] != "ValidationException":
                raise
        raise AssertionError(missing(all_worlds(), kind, name, self.region))

    def _worlds(self) -> Iterator[World]:
        """The worlds of this region."""
        return (world for world in all_worlds() if world.region == self.region)

    def log(self, name: str) -> list[str]:
        """Return the lines of a training job's log so far, of all hosts, in order of time.

        Raises
        ------
        AssertionError
            If there is no such job.
        """
        __tracebackhide__ = True
        lines = list(self._log(name).messages())
        if not lines:
            # A wrong name has no log either.
            self._described(TRAINING_JOB, name, self.client("sagemaker").describe_training_job)
        return lines

    def _log(self, name: str) -> LogStreams:
        return LogStreams(self.client("logs"), TRAINING_JOB.log_group, f"{name}/")

    def _end_of_log(self, name: str) -> list[str]:
        """The last lines of a job's log, without reading all of it."""
        logs = self.client("logs")
        lines: list[str] = []
        for stream in reversed(self._log(name).names()):
            page = logs.get_log_events(
                logGroupName=TRAINING_JOB.log_group,
                logStreamName=stream,
                limit=LOG_LINES - len(lines),
            )
            lines = [event["message"] for event in page["events"]] + lines
            if len(lines) >= LOG_LINES:
                break
        return lines

    def assert_completed(self, name: str) -> dict[str, Any]:
        """Assert that a training job completes.

        Returns
        -------
        The answer of DescribeTrainingJob.

        Raises
        ------
        AssertionError
            If the job has another status, or does not exist.
        """
        __tracebackhide__ = True
        return self._assert_status(name, "Completed")

    def assert_stopped(self, name: str, secondary_status: str = "Stopped") -> dict[str, Any]:
        """Assert that a training job was stopped, or exceeded a time limit.

        Parameters
        ----------
        secondary_status
            ``Stopped``, ``MaxRuntimeExceeded``, ``MaxWaitTimeExceeded`` or ``Interrupted``.

        Returns
        -------
        The answer of DescribeTrainingJob.

        Raises
        ------
        AssertionError
            If the job has another status, or does not exist.
        ValueError
            If a stopped job cannot have that secondary status.
        """
        __tracebackhide__ = True
        if secondary_status not in STOPPED:
            raise ValueError(
                f"secondary_status must be one of {', '.join(STOPPED)}, not {secondary_status!r}"
            )
        job = self._assert_status(name, "Stopped")
        if job["SecondaryStatus"] != secondary_status:
            raise AssertionError(
                f"training job {name} ended as {job['SecondaryStatus']}, not {secondary_status}"
            )
        return job

    def assert_failed(self, name: str, reason: str = "") -> dict[str, Any]:
        """Assert that a training job fails.

        Parameters
        ----------
        reason
            A regular expression that has to match somewhere in the FailureReason.

        Returns
        -------
        The answer of DescribeTrainingJob.

        Raises
        ------
        AssertionError
            If the job has another status or FailureReason, or does not exist.
        """
        __tracebackhide__ = True
        job = self._assert_status(name, "Failed")
        failure_reason = job.get("FailureReason", "")
        if not re.search(reason, failure_reason):
            raise AssertionError(
                f"training job {name} failed for another reason than {reason!r}:\n"
                f"  {failure_reason}"
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
        name = job["TrainingJobName"]
        if "FailureReason" in job:
            yield f"  FailureReason: {job['FailureReason']}"
        for world in self._worlds():
            if reason := why_not_on(world.progressions.get(TRAINING_JOB.arn_kind, name)):
                yield f"  {reason}"
        yield f"  passed through: {passed_through(job)}"
        lines = self._end_of_log(name)
        if lines:
            yield "  the end of its log:"
            yield from (f"    {cut(line)}" for line in lines)

    def assert_metric(
        self,
        name: str,
        metric: str,
        *,
        at_least: float | None = None,
        at_most: float | None = None,
    ) -> float:
        """Assert that a training job has a final metric, within bounds.

        Parameters
        ----------
        name
            The name of the job.
        metric
            The name of the metric, such as ``train:objective_loss:final``.
        at_least, at_most
            The bounds, both inclusive.

        Returns
        -------
        The value of the metric.

        Raises
        ------
        AssertionError
            If there is no such metric, or its value is out of bounds. NaN always is.
        """
        __tracebackhide__ = True
        job = self.training_job(name)
        values = {each["MetricName"]: each["Value"] for each in job.get("FinalMetricDataList", ())}
        if metric not in values:
            raise AssertionError("\n".join(self._no_metric(job, metric, values)))
        value: float = values[metric]
        # `not >=` rather than `<`, because NaN is within no bounds.
        if at_least is not None and not value >= at_least:
            raise AssertionError(f"{metric} of training job {name} is {value}, not >= {at_least}")
        if at_most is not None and not value <= at_most:
            raise AssertionError(f"{metric} of training job {name} is {value}, not <= {at_most}")
        return value

    def _no_metric(
        self, job: Mapping[str, Any], metric: str, existing: Iterable[str]
    ) -> Iterator[str]:
        name, status = job["TrainingJobName"], job["TrainingJobStatus"]
        yield (
            f"training job {name} has no metric {metric!r}; "
            f"it has: {closest_first(metric, sorted(existing))}"
        )
        if status != "Completed":
            yield f"  it is {status}"
            yield from self._story(job)
        elif any(world.config.training == "off" for world in self._worlds()):
            yield "  training is off: jobs complete without metrics"
        elif any(
            selection.training(job, world.config).container is None for world in self._worlds()
        ):
            image = training_job.image(cast("TrainingJob", job))
            yield f"  sagemock does not run its image, {image!r}: no metrics"
        elif any(not world.rules.needs_objects for world in self._worlds()):
            yield "  validation is off: jobs whose data is not in S3 complete without training"

    def assert_in_service(self, endpoint: str) -> dict[str, Any]:
        """Assert that an endpoint is in service.

        Returns
        -------
        The answer of DescribeEndpoint.

        Raises
        ------
        AssertionError
            If the endpoint has another status, or does not exist.
        """
        __tracebackhide__ = True
        answer = self._settled(ENDPOINT, endpoint)
        status, reason = answer["EndpointStatus"], answer.get("FailureReason")
        if status != "InService":
            raise AssertionError(
                f"endpoint {endpoint} is {status}, not InService{f': {reason}' if reason else ''}"
            )
        return answer


WAIT_SECONDS = 30.0
"""What a real client would sleep between two calls; nothing sleeps here."""


def all_worlds() -> list[World]:
    """Return the worlds of all accounts and regions that have been used."""
    from sagemock.moto_adapter.backend import worlds

    return list(worlds())
