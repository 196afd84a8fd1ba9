"""What jobs, endpoints and searches need of other AWS services, as protocols.

`moto_adapter` implements them on moto's backends, in process; a test may pass its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Protocol

from sagemock.formats.content import Content
from sagemock.resources.resource_type import ResourceType
from sagemock.resources.tag import Tags

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import TagTypeDef

    from sagemock.containers.base import AwsAccess


class ObjectNotFound(Exception):
    """The bucket or the object does not exist."""


class BucketError(Exception):
    """A bucket cannot be created; the text is S3's."""


class OtherRegion(Exception):
    """The bucket is in another region."""


@dataclass(frozen=True, slots=True)
class MetricDatum:
    """One point of a CloudWatch metric. The timestamp is in seconds since the epoch."""

    name: str
    value: float
    timestamp: float


class ObjectStorage(Protocol):
    """Amazon S3, as far as jobs and endpoints use it."""

    def keys(self, bucket: str, prefix: str) -> list[str]:
        """Return the keys that begin with a prefix, in order.

        Raises
        ------
        ObjectNotFound
            If the bucket does not exist.
        """
        ...

    def region(self, bucket: str) -> str:
        """Return the region of a bucket. Raises `ObjectNotFound`."""
        ...

    def size(self, bucket: str, key: str) -> int:
        """Return the size of an object in bytes. Raises `ObjectNotFound`."""
        ...

    def read(self, bucket: str, key: str) -> bytes:
        """Read a whole object. Raises `ObjectNotFound`."""
        ...

    def open(self, bucket: str, key: str) -> IO[bytes]:
        """Open an object, as it is now, as a stream. Raises `ObjectNotFound`."""
        ...

    def write(self, bucket: str, key: str, body: Content) -> None:
        """Create or replace an object. Raises `ObjectNotFound` if the bucket does not exist."""
        ...

    def delete(self, bucket: str, key: str) -> None:
        """Delete an object, if there is one. Raises `ObjectNotFound` without the bucket."""
        ...

    def buckets(self, region: str) -> list[str]:
        """Return the names of the account's buckets in a region, in order."""
        ...

    def create_bucket(self, bucket: str, region: str) -> None:
        """Create a bucket. Raises `BucketError` if the name is taken or not valid."""
        ...


@dataclass(frozen=True, slots=True)
class RegionalStorage:
    """The buckets of one region. Calls for a bucket of another region raise `OtherRegion`."""

    storage: ObjectStorage
    name: str

    def keys(self, bucket: str, prefix: str) -> list[str]:
        """Return the keys that begin with a prefix, in order."""
        return self._of(bucket).keys(bucket, prefix)

    def region(self, bucket: str) -> str:
        """Return the region of a bucket, whatever it is."""
        return self.storage.region(bucket)

    def size(self, bucket: str, key: str) -> int:
        """Return the size of an object in bytes."""
        return self._of(bucket).size(bucket, key)

    def read(self, bucket: str, key: str) -> bytes:
        """Read a whole object."""
        return self._of(bucket).read(bucket, key)

    def open(self, bucket: str, key: str) -> IO[bytes]:
        """Open an object as a stream."""
        return self._of(bucket).open(bucket, key)

    def write(self, bucket: str, key: str, body: Content) -> None:
        """Create or replace an object."""
        self._of(bucket).write(bucket, key, body)

    def delete(self, bucket: str, key: str) -> None:
        """Delete an object."""
        self._of(bucket).delete(bucket, key)

    def buckets(self, region: str) -> list[str]:
        """Return the names of the account's buckets in a region, in order."""
        return self.storage.buckets(region)

    def create_bucket(self, bucket: str, region: str) -> None:
        """Create a bucket. Raises `BucketError` if the name is taken or not valid."""
        self.storage.create_bucket(bucket, region)

    def _of(self, bucket: str) -> ObjectStorage:
        if self.storage.region(bucket) != self.name:
            raise OtherRegion(bucket)
        return self.storage


class LogService(Protocol):
    """Amazon CloudWatch Logs."""

    def put(self, group: str, stream: str, events: Sequence[tuple[int, str]]) -> None:
        """Append events to a stream, creating group and stream if necessary.

        Parameters
        ----------
        group, stream
            The names of the log group and the stream.
        events
            Pairs of milliseconds since the epoch and a message.
        """
        ...

    def read(self, group: str, prefix: str) -> Sequence[tuple[int, str]]:
        """Return the events of the streams whose names begin with a prefix, stream by stream.

        The events are those that exist now, and none is copied before it is accessed. Without such
        a group or stream there are none.
        """
        ...


class MetricService(Protocol):
    """Amazon CloudWatch metrics."""

    def put(self, namespace: str, dimensions: dict[str, str], data: Iterable[MetricDatum]) -> None:
        """Record data in a namespace, with dimensions."""
        ...


class ModelRegistry(Protocol):
    """The model packages of SageMaker's own registry, which moto keeps."""

    def containers(self, package: str) -> Sequence[Mapping[str, Any]] | None:
        """Return the container definitions of a package by name or ARN, or None."""
        ...


@dataclass(frozen=True, slots=True)
class CannedResult:
    """An answer that a test has prepared for an endpoint; None for what it leaves open."""

    body: bytes
    content_type: str | None = None
    variant: str | None = None
    custom_attributes: str | None = None


class CannedResults(Protocol):
    """The answers that a test has queued through moto's API."""

    def take(self, request: Mapping[str, Any]) -> CannedResult | None:
        """Take the answer to an InvokeEndpoint request from the queue, or None if it is empty."""
        ...

    def has_async(self, request: Mapping[str, Any]) -> bool:
        """Whether there is an answer to an InvokeEndpointAsync request, which moto then gives."""
        ...


class Inventory(Protocol):
    """The SageMaker resources that moto keeps itself."""

    def documents(self, kind: ResourceType) -> Sequence[Mapping[str, Any]]:
        """Return every resource of a kind that moto keeps, in wire shape."""
        ...


class ResourceTags(Protocol):
    """The tags of the SageMaker resources that moto keeps itself."""

    def read(self, arn: str) -> Sequence[TagTypeDef] | None:
        """Return the tags of a resource, or None if there is no resource with that ARN."""
        ...

    def change(
        self, arn: str, change: Callable[[Tags], list[TagTypeDef]]
    ) -> list[TagTypeDef] | None:
        """Replace the tags of a resource in one step.

        Parameters
        ----------
        arn
            The ARN of the resource.
        change
            Returns the new tags for the old ones.

        Returns
        -------
        The new tags, or None if there is no resource with that ARN.
        """
        ...


class JobAccess(Protocol):
    """Access to the mock for the processes and functions of a job."""

    def grant(self, role: str, session: str, *, in_process: bool) -> AwsAccess:
        """Return credentials of a role, by ARN, with a session name.

        Parameters
        ----------
        in_process
            Whether the caller is in this process, where clients may reach the mock by themselves.
        """
        ...

    def revoke(self, access: AwsAccess) -> None:
        """Make credentials invalid."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """The other AWS services of one account and region."""

    storage: ObjectStorage
    logs: LogService
    metrics: MetricService
    registry: ModelRegistry
    canned: CannedResults
    inventory: Inventory
    tags: ResourceTags
    access: JobAccess
