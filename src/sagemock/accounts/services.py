"""What jobs, endpoints and searches need of other AWS services, as protocols.

`moto_adapter` implements them on moto's backends in process; a test may pass its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Protocol

from sagemock.formats.content import Content
from sagemock.resources.tag import Tags
from sagemock.resources.types import ResourceType

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import TagTypeDef


class ObjectNotFound(Exception):
    """The bucket or the object does not exist."""


class OtherRegion(Exception):
    """The bucket is in another region."""


@dataclass(frozen=True, slots=True)
class MetricDatum:
    """One point of a CloudWatch metric; `timestamp` in seconds since the epoch."""

    name: str
    value: float
    timestamp: float


class ObjectStorage(Protocol):
    """Amazon S3, as far as jobs and endpoints use it."""

    def keys(self, bucket: str, prefix: str) -> list[str]:
        """The keys below `prefix`, in key order.

        Raises `ObjectNotFound` when the bucket does not exist.
        """
        ...

    def region(self, bucket: str) -> str:
        """Where the bucket is. Raises `ObjectNotFound`."""
        ...

    def size(self, bucket: str, key: str) -> int:
        """The bytes of an object, which is not read. Raises `ObjectNotFound`."""
        ...

    def read(self, bucket: str, key: str) -> bytes:
        """The whole object. Raises `ObjectNotFound`."""
        ...

    def open(self, bucket: str, key: str) -> IO[bytes]:
        """The object, as it is now, as a stream. Raises `ObjectNotFound`."""
        ...

    def write(self, bucket: str, key: str, body: Content) -> None:
        """Create or replace the object. Raises `ObjectNotFound` when there is no bucket."""
        ...


@dataclass(frozen=True, slots=True)
class RegionalStorage:
    """The buckets of one region; a call for a bucket of another one raises `OtherRegion`."""

    storage: ObjectStorage
    name: str

    def keys(self, bucket: str, prefix: str) -> list[str]:
        return self._of(bucket).keys(bucket, prefix)

    def region(self, bucket: str) -> str:
        return self.storage.region(bucket)

    def size(self, bucket: str, key: str) -> int:
        return self._of(bucket).size(bucket, key)

    def read(self, bucket: str, key: str) -> bytes:
        return self._of(bucket).read(bucket, key)

    def open(self, bucket: str, key: str) -> IO[bytes]:
        return self._of(bucket).open(bucket, key)

    def write(self, bucket: str, key: str, body: Content) -> None:
        self._of(bucket).write(bucket, key, body)

    def _of(self, bucket: str) -> ObjectStorage:
        if self.storage.region(bucket) != self.name:
            raise OtherRegion(bucket)
        return self.storage


class LogService(Protocol):
    """Amazon CloudWatch Logs."""

    def put(self, group: str, stream: str, events: Sequence[tuple[int, str]]) -> None:
        """Append (milliseconds since the epoch, message) pairs, making group and stream."""
        ...

    def read(self, group: str, prefix: str) -> Sequence[tuple[int, str]]:
        """The events of the streams whose names begin with `prefix`, stream after stream.

        Those that there are now; none is copied before it is asked for. Nothing when there is no
        such group or stream.
        """
        ...


class MetricService(Protocol):
    """Amazon CloudWatch metrics."""

    def put(self, namespace: str, dimensions: dict[str, str], data: Iterable[MetricDatum]) -> None:
        """Record the data under `namespace` with the given dimensions."""
        ...


class ModelRegistry(Protocol):
    """The model packages of SageMaker's own registry, which moto keeps."""

    def containers(self, package: str) -> Sequence[Mapping[str, Any]] | None:
        """The container definitions of a package, by name or ARN; None when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class CannedResult:
    """The answer of an endpoint that a test prepared; what it left open is None."""

    body: bytes
    content_type: str | None = None
    variant: str | None = None
    custom_attributes: str | None = None


class CannedResults(Protocol):
    """The answers of endpoints that a test queued through moto's API."""

    def take(self, request: Mapping[str, Any]) -> CannedResult | None:
        """The answer to a request of InvokeEndpoint; None when there is none in the queue."""
        ...


class Catalogue(Protocol):
    """What the account has of SageMaker that is not kept here: moto's own resources."""

    def documents(self, kind: ResourceType) -> Sequence[Mapping[str, Any]]:
        """Every resource of a kind that moto keeps, in wire shape."""
        ...


class ResourceTags(Protocol):
    """The tags of SageMaker's resources that are not kept here: moto's own."""

    def read(self, arn: str) -> Sequence[TagTypeDef] | None:
        """The tags of a resource; None when there is none of that ARN."""
        ...

    def change(
        self, arn: str, change: Callable[[Tags], list[TagTypeDef]]
    ) -> list[TagTypeDef] | None:
        """Replace the tags by what `change` makes of them, and return these, as one step.

        None when there is no resource of that ARN.
        """
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """The other AWS services of one account and region."""

    storage: ObjectStorage
    logs: LogService
    metrics: MetricService
    registry: ModelRegistry
    canned: CannedResults
    catalogue: Catalogue
    tags: ResourceTags
