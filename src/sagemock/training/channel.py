"""The input channels of a job: which objects they name, and what is in these.

A channel that has been read is plain data, so that training can run in another process.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.algorithms.base import ClientError
from sagemock.resources.s3_uri import parse_s3
from sagemock.services import ObjectNotFound, ObjectStorage


@dataclass(frozen=True, slots=True)
class Part:
    """One object: its name below the channel's folder, and its content."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Channel:
    """What a job finds in `/opt/ml/input/data/<name>`; parts in the order of their keys."""

    name: str
    content_type: str | None
    parts: Sequence[Part]


def read_channels(
    configs: Iterable[Mapping[str, Any]], storage: ObjectStorage, *, region: str, role: str
) -> dict[str, Channel]:
    """The channels of an InputDataConfig, read from S3.

    Raises ClientError when a channel names nothing that is there.
    """
    return {config["ChannelName"]: _read(config, storage, region, role) for config in configs}


def _read(config: Mapping[str, Any], storage: ObjectStorage, region: str, role: str) -> Channel:
    name = config["ChannelName"]
    source = config.get("DataSource", {}).get("S3DataSource")
    if source is None:
        raise ClientError(f"Channel '{name}' has no S3 data source; others are not supported.")
    uri = source["S3Uri"]
    try:
        bucket, prefix = parse_s3(uri)
        keys = [key for key in storage.keys(bucket, prefix) if not key.endswith("/")]
        parts = [Part(_below(prefix, key), storage.read(bucket, key)) for key in keys]
    except (ObjectNotFound, ValueError):
        parts = []
    if not parts:
        bucket = uri.split("://", 1)[-1].split("/", 1)[0]
        raise ClientError(
            f'No S3 objects found under S3 URL "{uri}" given in input data source. Please ensure '
            f"that the bucket exists in the selected region ({region}), that objects exist under "
            f'that S3 prefix, and that the role "{role}" has "s3:ListBucket" permissions on '
            f'bucket "{bucket}".'
        )
    if config.get("CompressionType") == "Gzip":
        parts = [_unzipped(name, part) for part in parts]
    return Channel(name, config.get("ContentType"), parts)


def _below(prefix: str, key: str) -> str:
    """An object's name in the channel's folder, as a job in File mode sees it."""
    folder = prefix.rsplit("/", 1)[0] + "/" if "/" in prefix else ""
    return key.removeprefix(folder)


def _unzipped(channel: str, part: Part) -> Part:
    try:
        return Part(part.name, gzip.decompress(part.body))
    except (OSError, EOFError, zlib.error) as error:
        raise ClientError(
            f"Unable to read data channel '{channel}'. The object {part.name} is not in gzip "
            "format, as CompressionType says."
        ) from error
