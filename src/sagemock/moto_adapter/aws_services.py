"""S3, CloudWatch metrics and the model registry on moto's backends, in process.

Reading an object straight from the backend costs one copy; a round trip through boto3 would
copy it four times, and moto's upload path is quadratic in the size of the body.
"""

from __future__ import annotations

import base64
import io
import re
import threading
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from mmap import mmap
from typing import IO, Any

from sagemock.accounts.services import BucketError, MetricDatum, ObjectNotFound, Services
from sagemock.algorithms.base import Stopped
from sagemock.formats.content import CHUNK, Content, buffer
from sagemock.moto_adapter.canned_results import MotoCannedResults
from sagemock.moto_adapter.cloudwatch_logs import MotoLogs
from sagemock.moto_adapter.inventory import MotoInventory
from sagemock.moto_adapter.job_access import MotoJobAccess
from sagemock.moto_adapter.moto_tags import MotoTags

_BUCKET_NAME = re.compile(r"[a-z0-9](?:[a-z0-9]|[.-](?=[a-z0-9])|-(?=-)){1,61}[a-z0-9]")
"""The naming rules of S3; moto checks the length alone."""


def _of(backends: Any, account_id: str, region: str) -> Any:
    """One of moto's backends. Raises `Stopped` while moto is being reset."""
    try:
        return backends[account_id][region]
    except KeyError:
        raise Stopped from None


class MotoStorage:
    """`services.ObjectStorage` on moto's S3."""

    def __init__(self, account_id: str, partition: str, closed: threading.Event) -> None:
        self._account_id = account_id
        self._partition = partition
        self._closed = closed

    def keys(self, bucket: str, prefix: str) -> list[str]:
        """The sorted keys that begin with `prefix`. Raises `ObjectNotFound` without the bucket."""
        moto_bucket = self._bucket(bucket)
        # One atomic copy of the names: other requests may add objects meanwhile.
        names = list(dict.keys(moto_bucket.keys))
        return sorted(
            name for name in names if name.startswith(prefix) and self._is_object(moto_bucket, name)
        )

    def region(self, bucket: str) -> str:
        """The region of a bucket. Raises `ObjectNotFound`."""
        name: str = self._bucket(bucket).region_name
        return name

    def size(self, bucket: str, key: str) -> int:
        """Bytes of an object. Raises `ObjectNotFound`."""
        size: int = self._object(bucket, key).size
        return size

    def read(self, bucket: str, key: str) -> bytes:
        """The whole of an object. Raises `ObjectNotFound`."""
        body: bytes = self._object(bucket, key).value
        return body

    def open(self, bucket: str, key: str) -> IO[bytes]:
        """A buffered stream of an object. Raises `ObjectNotFound`."""
        return io.BufferedReader(_ObjectStream(self._object(bucket, key)), CHUNK)

    def write(self, bucket: str, key: str, body: Content) -> None:
        """Create or replace an object, as a client's PutObject would.

        Raises
        ------
        Stopped
            When the world has been closed.
        ObjectNotFound
            When the bucket does not exist.
        """
        if self._closed.is_set():
            raise Stopped
        # moto copies it to a buffer of its own, which becomes a file as it grows.
        value = buffer(body)
        target, backend = self._bucket(bucket), self._backend()
        # What moto's parser adds to a client's PutObject with just a key and a body.
        lock = {}
        if target.has_default_lock:
            lock = {"lock_mode": target.default_lock_mode, "lock_until": target.default_retention()}
        written = backend.put_object(bucket, key, value, checksum_value=_crc32(value), **lock)
        written.checksum_algorithm = "CRC32"
        written.set_acl(target.acl)
        # The tags of an object that is replaced go with it.
        backend.put_object_tagging(written, {})

    def delete(self, bucket: str, key: str) -> None:
        """Delete an object, as a client's DeleteObject would.

        Raises
        ------
        Stopped
            When the world has been closed.
        ObjectNotFound
            When the bucket does not exist.
        """
        if self._closed.is_set():
            raise Stopped
        self._bucket(bucket)
        self._backend().delete_object(bucket, key)

    def buckets(self, region: str) -> list[str]:
        """Return the sorted names of the account's buckets in a region."""
        # A copy: other requests may create buckets meanwhile.
        buckets = list(self._backend().buckets.values())
        return sorted(bucket.name for bucket in buckets if bucket.region_name == region)

    def create_bucket(self, bucket: str, region: str) -> None:
        """Create a bucket, as a client's CreateBucket would.

        Raises
        ------
        Stopped
            When the world has been closed.
        BucketError
            When the name is taken or not valid.
        """
        if self._closed.is_set():
            raise Stopped
        from moto.s3.exceptions import S3ClientError

        if not _BUCKET_NAME.fullmatch(bucket):
            raise BucketError("The specified bucket is not valid.")
        try:
            self._backend().create_bucket(bucket, region)
        except S3ClientError as error:
            raise BucketError(str(error.message)) from error

    def _backend(self) -> Any:
        from moto.s3.models import s3_backends

        return _of(s3_backends, self._account_id, self._partition)

    def _bucket(self, name: str) -> Any:
        from moto.s3.exceptions import S3ClientError

        try:
            return self._backend().get_bucket(name)
        except S3ClientError as error:
            raise ObjectNotFound(f"s3://{name}") from error

    def _object(self, bucket: str, key: str) -> Any:
        moto_bucket = self._bucket(bucket)
        if not self._is_object(moto_bucket, key):
            raise ObjectNotFound(f"s3://{bucket}/{key}")
        return moto_bucket.keys[key]

    @staticmethod
    def _is_object(bucket: Any, key: str) -> bool:
        from moto.s3.models import FakeDeleteMarker

        version = bucket.keys.get(key)
        return version is not None and not isinstance(version, FakeDeleteMarker)


class _ObjectStream(io.RawIOBase):
    """Reads an object of moto's S3 piece by piece."""

    def __init__(self, key: Any) -> None:
        self._key = key
        self._position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        with self._key.lock:
            try:
                self._key._value_buffer.seek(self._position)
                piece = self._key._value_buffer.read(len(target))
            except ValueError:
                # moto has been reset, and the buffer is closed.
                raise Stopped from None
        target[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)


def _crc32(body: bytes | mmap) -> str:
    """The checksum that S3 clients send with an object by default."""
    return base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()


class MotoMetrics:
    """`services.MetricService` on moto's CloudWatch."""

    def __init__(self, account_id: str, region: str, closed: threading.Event) -> None:
        self._account_id = account_id
        self._region = region
        self._closed = closed

    def put(self, namespace: str, dimensions: dict[str, str], data: Iterable[MetricDatum]) -> None:
        """Record data points. Raises `Stopped` when the world has been closed."""
        if self._closed.is_set():
            raise Stopped
        from moto.cloudwatch.models import cloudwatch_backends

        named = [{"Name": name, "Value": value} for name, value in dimensions.items()]
        # moto's parser turns times into naive ones in UTC, with which its readers compare.
        _of(cloudwatch_backends, self._account_id, self._region).put_metric_data(
            namespace,
            [
                {
                    "MetricName": datum.name,
                    "Dimensions": named,
                    "Timestamp": datetime.fromtimestamp(datum.timestamp, UTC).replace(tzinfo=None),
                    "Value": datum.value,
                }
                for datum in data
            ],
        )


class MotoRegistry:
    """`services.ModelRegistry` on moto's SageMaker."""

    def __init__(self, account_id: str, region: str) -> None:
        self._account_id = account_id
        self._region = region

    def containers(self, package: str) -> Sequence[Mapping[str, Any]] | None:
        """The container definitions of a package, by name or ARN; None without the package."""
        from moto.sagemaker.exceptions import ValidationError
        from moto.sagemaker.models import sagemaker_backends

        backend = sagemaker_backends[self._account_id][self._region]
        try:
            model_package = backend.describe_model_package(package)
        except ValidationError:
            return None
        specification = model_package.inference_specification or {}
        containers: Sequence[Mapping[str, Any]] = specification.get("Containers", [])
        return containers


def services_of(account_id: str, region: str, partition: str, closed: threading.Event) -> Services:
    """The other AWS services of one account and region.

    Parameters
    ----------
    account_id, region, partition
        Which of moto's backends to use.
    closed
        Set when the world ends. Every write raises `Stopped` from then on, since a job that
        outlives its mock must not leave objects, log events or metrics in the next one.
    """
    return Services(
        storage=MotoStorage(account_id, partition, closed),
        logs=MotoLogs(account_id, region, closed),
        metrics=MotoMetrics(account_id, region, closed),
        registry=MotoRegistry(account_id, region),
        canned=MotoCannedResults(account_id, region),
        inventory=MotoInventory(account_id, region),
        tags=MotoTags(account_id, region),
        access=MotoJobAccess(account_id, region, partition, closed),
    )
