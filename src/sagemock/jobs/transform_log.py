"""What the instances of a transform job write to CloudWatch Logs.

Each has a stream for what its container prints, and one called `data-log`, in which the service
says what became of the objects. The lines of the latter were seen on AWS, the names are those of
the page *Log SageMaker Events with Amazon CloudWatch* of the developer guide.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

from sagemock.accounts.world import World
from sagemock.algorithms.base import Stopped
from sagemock.documents import Document
from sagemock.hosting import instance_log
from sagemock.hosting.model_container import ContainerError
from sagemock.jobs.transform_inputs import InputObject
from sagemock.resources import clock
from sagemock.resources.types import TRANSFORM_JOB

DATA_LOG = "data-log"


class TransformLog:
    """Writes the log streams of a job.

    Parameters
    ----------
    world, job
        The job.
    hosts
        The host names of its model's containers; several have a stream each.
    """

    def __init__(self, world: World, job: Document, hosts: Sequence[str]) -> None:
        self._world = world
        self._job = job
        self._hosts = hosts

    def started(self, settings: str) -> None:
        """Log on each instance that the containers are healthy, and how requests are sent."""
        for number in range(self._job["TransformResources"]["InstanceCount"]):
            for host in self._hosts:
                self._write(self._stream(number, host), instance_log.healthy(clock.now()))
            self._data(number, [settings])

    def printed(self, host: str, text: str) -> None:
        """Log a line that a container printed; of several instances the first one prints."""
        # What it prints when the world has been closed is for nobody.
        with suppress(Stopped):
            self._write(self._stream(0, host), [text])

    def broken(self, host: str, cause: str) -> None:
        """Log that a container exited before it was healthy."""
        self._write(self._stream(0, host), instance_log.broken(clock.now(), cause))

    def refused(self, number: int, host: str, error: ContainerError) -> None:
        """Log that a container answered a request with an error."""
        with suppress(Stopped):
            self._write(self._stream(number, host), instance_log.refused(clock.now(), error))

    def failed(self, number: int, each: InputObject, lines: Sequence[str]) -> None:
        """Log why an object has no output."""
        self._data(number, [f"{each}: {line}" for line in lines])

    def _data(self, number: int, texts: Sequence[str]) -> None:
        moment = datetime.fromtimestamp(clock.now(), UTC)
        when = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}"
        lines = [f"{when}:[sagemaker logs]: {text}" for text in texts]
        self._write(self._stream(number, DATA_LOG), lines)

    def _stream(self, number: int, part: str) -> str:
        """The stream of an instance; `part` is a host name or `DATA_LOG`."""
        job = self._job
        key = f"{job[TRANSFORM_JOB.arn_member]}/{number}/{job['CreationTime']}"
        instance = f"i-{hashlib.sha256(key.encode()).hexdigest()[:17]}"
        stream = f"{job[TRANSFORM_JOB.key]}/{instance}-{int(job['CreationTime'])}"
        alone = part != DATA_LOG and len(self._hosts) == 1
        return stream if alone else f"{stream}/{part}"

    def _write(self, stream: str, lines: Sequence[str]) -> None:
        when = int(clock.now() * 1000)
        events = [(when, line) for line in lines]
        self._world.services.logs.put(TRANSFORM_JOB.log_group, stream, events)
