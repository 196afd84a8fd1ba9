"""A job from its request to its artifact: channels, training, log, metrics, upload."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sagemock.algorithms.base import AlgorithmError, ClientError, JobFailure, Stopped
from sagemock.formats.model_artifact import tar_gz
from sagemock.resources import lifecycle
from sagemock.resources.image import is_linear_learner
from sagemock.resources.s3_uri import parse_s3
from sagemock.services import MetricDatum, ObjectNotFound, Services
from sagemock.training import metrics
from sagemock.training.channel import read_channels
from sagemock.training.log import LogLine

log = logging.getLogger("sagemock")

LOG_GROUP = "/aws/sagemaker/TrainingJobs"
METRIC_NAMESPACE = "/aws/sagemaker/TrainingJobs"

Advance = Callable[[str], None]
"""Takes the job into a further secondary status."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended: with metrics, with a reason for its failure, or stopped."""

    metrics: Sequence[Mapping[str, Any]] = ()
    failure_reason: str | None = None
    stopped: bool = False


def run_training_job(
    job: Mapping[str, Any],
    services: Services,
    *,
    region: str,
    seed: int,
    advance: Advance,
    stop: Callable[[], bool],
) -> Outcome:
    """Run a job by its document, and say how it ended; nothing is raised for a bad job.

    A job whose image is not known ends well, without metrics.
    """
    journal = _Journal(job, services)
    try:
        artifact = _artifact(job, services, journal, region, seed, advance, stop)
        advance(lifecycle.UPLOADING)
        _upload(job, services, artifact)
    except Stopped:
        return Outcome(journal.final(), stopped=True)
    except JobFailure as failure:
        return Outcome(journal.final(), failure_reason=failure.failure_reason)
    except Exception as error:
        log.exception("training job %s failed", job["TrainingJobName"])
        reason = AlgorithmError(f"{type(error).__name__}: {error}").failure_reason
        return Outcome(journal.final(), failure_reason=reason)
    return Outcome(journal.final())


def _artifact(
    job: Mapping[str, Any],
    services: Services,
    journal: _Journal,
    region: str,
    seed: int,
    advance: Advance,
    stop: Callable[[], bool],
) -> bytes:
    image = _image(job)
    if not is_linear_learner(image):
        return _without_algorithm(image, advance)
    advance(lifecycle.DOWNLOADING)
    channels = read_channels(
        job.get("InputDataConfig", ()),
        services.storage,
        region=region,
        role=job["RoleArn"],
        hosts=_hosts(job["ResourceConfig"]),
        mode=job["AlgorithmSpecification"]["TrainingInputMode"],
    )
    advance(lifecycle.TRAINING)
    # Loads numpy, which a mock that never trains does not need.
    from sagemock.training.train import train

    result = train(
        job.get("HyperParameters", {}), channels, seed=seed, report=journal.write, stop=stop
    )
    return result.artifact


def _hosts(resources: Mapping[str, Any]) -> int:
    """How many instances a ResourceConfig asks for, in one group or in several."""
    groups = resources.get("InstanceGroups")
    if groups:
        return sum(group["InstanceCount"] for group in groups)
    count: int = resources.get("InstanceCount", 1)
    return count


def _image(job: Mapping[str, Any]) -> str:
    algorithm = job.get("AlgorithmSpecification", {})
    image: str = algorithm.get("TrainingImage", algorithm.get("AlgorithmName", ""))
    return image


_warned: set[str] = set()


def _without_algorithm(image: str, advance: Advance) -> bytes:
    if image not in _warned:
        _warned.add(image)
        log.warning("sagemock does not run the image %r: its jobs end without metrics", image)
    advance(lifecycle.DOWNLOADING)
    advance(lifecycle.TRAINING)
    return tar_gz({"README": f"Made by sagemock, which does not run {image}.\n".encode()})


def _upload(job: Mapping[str, Any], services: Services, artifact: bytes) -> None:
    location = job["ModelArtifacts"]["S3ModelArtifacts"]
    try:
        services.storage.write(*parse_s3(location), artifact)
    except (ObjectNotFound, ValueError):
        if not is_linear_learner(_image(job)):
            # Nobody who runs on plain moto has had to make the bucket.
            return
        output = job["OutputDataConfig"]["S3OutputPath"]
        raise ClientError(
            f'Data upload failed: the bucket of S3OutputPath "{output}" does not exist.'
        ) from None


@dataclass(slots=True)
class _Journal:
    """Takes the lines of a job's log to CloudWatch, and the metrics that are in them."""

    job: Mapping[str, Any]
    services: Services
    points: list[metrics.Point] = field(default_factory=list)
    scanner: metrics.Scanner = field(init=False)
    streams: str = field(init=False)

    def __post_init__(self) -> None:
        algorithm = self.job.get("AlgorithmSpecification", {})
        self.scanner = metrics.Scanner(algorithm.get("MetricDefinitions", ()))
        self.streams = str(int(self.job["CreationTime"]))

    def write(self, lines: Sequence[LogLine]) -> None:
        """Append lines, each to the stream of its host. Raises `Stopped` when nobody listens."""
        by_host: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for line in lines:
            by_host[line.host].append((line.milliseconds, line.text))
        name = self.job["TrainingJobName"]
        for host, events in by_host.items():
            self.services.logs.put(LOG_GROUP, f"{name}/{host}-{self.streams}", events)
        found = [point for line in lines for point in self.scanner.scan(line)]
        if found:
            self.points += found
            data = [MetricDatum(point.name, point.value, point.timestamp) for point in found]
            self.services.metrics.put(METRIC_NAMESPACE, {"TrainingJobName": name}, data)

    def final(self) -> list[dict[str, Any]]:
        """FinalMetricDataList, as far as the job has come."""
        return metrics.final(self.points, time.time())
