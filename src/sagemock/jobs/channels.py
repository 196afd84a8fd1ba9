"""Reads the input channels of a job from S3."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.algorithms.base import ClientError
from sagemock.containers.inputs import Channel, Part, Shard, Workspace
from sagemock.jobs import sources
from sagemock.jobs.sources import Entry, Item, NoObjects
from sagemock.services import ObjectNotFound, ObjectStorage, OtherRegion


class DataNotFound(ClientError):
    """A channel names nothing that can be read."""


FOLDER = "/opt/ml/input/data"

MAX_UNZIPPED = 1 << 30
"""Bytes that one gzipped object may become: a small one must not fill the memory."""


def read_channels(
    configs: Iterable[Mapping[str, Any]],
    storage: ObjectStorage,
    *,
    region: str,
    role: str,
    hosts: Sequence[str | None] = (None,),
    mode: str = "File",
    workspace: Workspace | None = None,
) -> dict[str, Channel]:
    """The channels of an InputDataConfig, read from S3, each object once.

    hosts: the instance group of each instance of the job. A channel that names groups is for
    their hosts only, and left out when they have none. mode: the input mode of channels that
    name none. workspace: for objects that are too large to be kept in memory, which all are
    where there is none. Raises `DataNotFound`, and ClientError for a bucket of another region, or
    data that is not what it should be.
    """
    channels = {}
    for config in configs:
        name = config["ChannelName"]
        reader = _Reader(name, config, storage, config.get("InputMode", mode) == "Pipe", workspace)
        try:
            channel = reader.read(hosts)
        except NoObjects as error:
            raise DataNotFound(sources.no_objects(error.uri, region, role)) from error
        except OtherRegion as error:
            raise ClientError(_elsewhere(str(error), storage.region(str(error)), region)) from error
        if channel.shards:
            channels[name] = channel
    return channels


def _elsewhere(bucket: str, its_region: str, region: str) -> str:
    """Only the clause about access was recorded; the rest is like other failed downloads."""
    return (
        "Data download failed:SageMaker does not support cross-region data access. The bucket "
        f'"{bucket}" is in {its_region}, and the job in {region}.'
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one channel. pipe: whether its objects come as one stream."""

    name: str
    config: Mapping[str, Any]
    storage: ObjectStorage
    pipe: bool
    workspace: Workspace | None

    def read(self, groups: Sequence[str | None]) -> Channel:
        source = self.config.get("DataSource", {}).get("S3DataSource")
        if source is None:
            raise DataNotFound(
                f"Channel '{self.name}' has no S3 data source; others are not supported."
            )
        found = sources.entries(self.name, source, self.storage, pipe=self.pipe)
        found = sources.shuffled(found, self.config)
        wanted = source.get("InstanceGroupNames") or set(groups)
        numbers = [number for number, group in enumerate(groups) if group in wanted]
        shards: list[Shard] = []
        if source.get("S3DataDistributionType") == "ShardedByS3Key":
            names = [f"algo-{number + 1}" for number in numbers]
            for number, dealt in zip(numbers, sources.deal(self.name, found, names), strict=True):
                shards.append(Shard((number,), self._parts(dealt)))
        elif numbers:
            shards.append(Shard(tuple(numbers), self._parts(found)))
        return Channel(self.name, self.config.get("ContentType"), shards)

    def _parts(self, entries: Sequence[Entry]) -> Sequence[Part]:
        items = [item for entry in entries for item in entry]
        if not self.pipe:
            return [Part(f"{FOLDER}/{self.name}/{item.name}", self._body(item)) for item in items]
        bodies = [self._streamed(item) for item in items]
        # One stream: where an object lacks a line end, the next one continues its last line.
        return [
            Part(f"{FOLDER}/{self.name}_0", bodies[0] if len(bodies) == 1 else b"".join(bodies))
        ]

    def _body(self, item: Item) -> bytes:
        if item.location is None:
            return item.content
        try:
            return self.storage.read(*item.location)
        except ObjectNotFound:
            raise NoObjects("s3://{}/{}".format(*item.location)) from None

    def _streamed(self, item: Item) -> bytes:
        """An object as Pipe mode hands it on; File mode leaves it compressed and bare."""
        body = self._body(item)
        if self.config.get("CompressionType") == "Gzip":
            body = self._unzipped(item, body)
        if self.config.get("RecordWrapperType") == "RecordIO":
            from sagemock.formats.recordio import frame

            body = frame(body)
        return body

    def _unzipped(self, item: Item, body: bytes) -> bytes:
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
                plain = file.read(MAX_UNZIPPED)
                if not file.read(1):
                    return plain
        except (OSError, EOFError, zlib.error) as error:
            raise ClientError(
                f"Unable to read data channel '{self.name}'. The object {item.name} is not in "
                "gzip format, as CompressionType says."
            ) from error
        raise ClientError(
            f"Unable to read data channel '{self.name}'. The object {item.name} is larger than "
            f"{MAX_UNZIPPED} bytes when unzipped."
        )
