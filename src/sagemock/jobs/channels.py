"""Reads the input channels of a job from S3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sagemock.accounts.services import ObjectNotFound, ObjectStorage, OtherRegion
from sagemock.algorithms.base import ClientError
from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.formats.content import Spool, chunks
from sagemock.formats.unzipping import MAX_UNZIPPED, UnzipError, unzipped
from sagemock.jobs import sources
from sagemock.jobs.sources import Entry, Item, NoObjects


class DataNotFound(ClientError):
    """A channel has no data that can be read."""


FOLDER = "/opt/ml/input/data"


def read_channels(
    configs: Iterable[Mapping[str, Any]],
    storage: ObjectStorage,
    *,
    region: str,
    role: str,
    hosts: Sequence[str | None] = (None,),
    mode: str = "File",
    spool: Spool,
    folders: Mapping[str, str] | None = None,
) -> dict[str, Channel]:
    """Read the channels of an InputDataConfig from S3, each object once.

    Parameters
    ----------
    configs
        The InputDataConfig.
    storage
        Where the objects are.
    region, role
        Region and role of the job, which errors name.
    hosts
        The name of the instance group of each instance of the job, or None. A channel that names
        groups is read for their hosts only, and left out if they have none.
    mode
        The input mode of channels that do not name one.
    spool
        Where the data is kept.
    folders
        The folder of each channel in the container, by name; by default below `FOLDER`.

    Returns
    -------
    The channels by name.

    Raises
    ------
    DataNotFound
        If there is nothing to read.
    ClientError
        If a bucket is in another region, or the data is malformed.
    """
    channels = {}
    for config in configs:
        name = config["ChannelName"]
        folder = f"{FOLDER}/{name}" if folders is None else folders[name]
        pipe = config.get("InputMode", mode) == "Pipe"
        reader = _ChannelReader(name, folder, config, storage, pipe, spool)
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
    """Only the clause about access was observed; the rest follows other failed downloads."""
    return (
        "Data download failed:SageMaker does not support cross-region data access. The bucket "
        f'"{bucket}" is in {its_region}, and the job in {region}.'
    )


@dataclass(frozen=True, slots=True)
class _ChannelReader:
    """Reads one channel; `pipe`: whether its objects come as one stream."""

    name: str
    folder: str
    config: Mapping[str, Any]
    storage: ObjectStorage
    pipe: bool
    spool: Spool

    def read(self, groups: Sequence[str | None]) -> Channel:
        source = self.config.get("DataSource", {}).get("S3DataSource")
        if source is None:
            raise DataNotFound(
                f"Channel '{self.name}' has no S3 data source; others are not supported."
            )
        entries = sources.entries(self.name, source, self.storage, pipe=self.pipe)
        entries = sources.shuffled(entries, self.config)
        assigned = source.get("InstanceGroupNames") or set(groups)
        numbers = [number for number, group in enumerate(groups) if group in assigned]
        shards: list[Shard] = []
        if source.get("S3DataDistributionType") == "ShardedByS3Key":
            names = [f"algo-{number + 1}" for number in numbers]
            for number, dealt in zip(numbers, sources.deal(self.name, entries, names), strict=True):
                shards.append(Shard((number,), self._parts(dealt)))
        elif numbers:
            shards.append(Shard(tuple(numbers), self._parts(entries)))
        return Channel(self.name, self.config.get("ContentType"), shards)

    def _parts(self, entries: Sequence[Entry]) -> Sequence[Part]:
        items = [item for entry in entries for item in entry]
        if not self.pipe:
            return [
                Part(f"{self.folder}/{item.name}", self.spool.keep(self._pieces(item)))
                for item in items
            ]
        # One stream: where an object lacks a line end, the next one continues its last line.
        stream = chain.from_iterable(map(self._streamed, items))
        return [Part(f"{self.folder}_0", self.spool.keep(stream))]

    def _pieces(self, item: Item) -> Iterator[bytes]:
        """The content of an item, in one piece if it is kept in memory."""
        if item.location is None:
            yield item.content
            return
        try:
            if self.spool.fits(self.storage.size(*item.location)):
                yield self.storage.read(*item.location)
                return
            with self.storage.open(*item.location) as stream:
                yield from chunks(stream)
        except ObjectNotFound:
            raise NoObjects("s3://{}/{}".format(*item.location)) from None

    def _streamed(self, item: Item) -> Iterator[bytes]:
        """An object as Pipe mode delivers it; File mode neither unzips nor frames it."""
        pieces = self._pieces(item)
        if self.config.get("CompressionType") == "Gzip":
            pieces = self._unzipped(item, pieces)
        if self.config.get("RecordWrapperType") == "RecordIO":
            from sagemock.formats.recordio import frame

            # The length of a record stands before it.
            pieces = iter([frame(b"".join(pieces))])
        return pieces

    def _unzipped(self, item: Item, pieces: Iterator[bytes]) -> Iterator[bytes]:
        try:
            yield from unzipped(pieces, MAX_UNZIPPED)
        except UnzipError as error:
            raise ClientError(
                f"Unable to read data channel '{self.name}'. The object {item.name} {error}."
            ) from error
