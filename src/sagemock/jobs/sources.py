"""Which S3 objects a channel names, and which host gets which of them."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.accounts.services import ObjectNotFound, ObjectStorage
from sagemock.algorithms.base import ClientError
from sagemock.resources.s3_uri import parse_s3

REFERENCE = "-ref"
"""The end of the name of an attribute of an augmented manifest whose value is an S3 URI."""


def has_objects(uri: str, storage: ObjectStorage) -> bool:
    """Whether there is an object below a URI, other than those that mark folders."""
    try:
        keys = storage.keys(*parse_s3(uri))
    except (ObjectNotFound, ValueError):
        return False
    return not all(map(is_folder, keys))


def no_objects(uri: str, region: str, role: str) -> str:
    """Return AWS's text for a data source without objects, observed at CreateTrainingJob."""
    try:
        bucket, _ = parse_s3(uri)
    except ValueError:
        bucket = uri
    return (
        f'No S3 objects found under S3 URL "{uri}" given in input data source. Please ensure '
        f"that the bucket exists in the selected region ({region}), that objects exist under "
        f'that S3 prefix, and that the role "{role}" has "s3:ListBucket" permissions on '
        f'bucket "{bucket}".'
    )


class NoObjects(Exception):
    """There is no object at a URI."""

    def __init__(self, uri: str) -> None:
        super().__init__(uri)
        self.uri = uri


@dataclass(frozen=True, slots=True)
class Item:
    """An object by bucket and key, or content that is in a manifest itself.

    Parameters
    ----------
    name
        The name of its file in the channel's folder.
    location
        Bucket and key, or None.
    content
        The content, if there is no location.
    """

    name: str
    location: tuple[str, str] | None
    content: bytes = b""


Entry = Sequence[Item]
"""What stays together when a channel is shuffled or sharded: an object, or the attributes of one
line of an augmented manifest."""


def entries(
    channel: str, source: Mapping[str, Any], storage: ObjectStorage, *, pipe: bool
) -> list[Entry]:
    """Return the entries of an S3DataSource, in order of key or line.

    Parameters
    ----------
    channel
        The name of the channel, which errors name.
    source
        The S3DataSource.
    storage
        Where the objects are.
    pipe
        Whether the channel is in Pipe mode.

    Raises
    ------
    NoObjects
        If there are none.
    ClientError
        If a manifest is malformed.
    """
    kind = source.get("S3DataType", "S3Prefix")
    if kind == "S3Prefix":
        return _below_prefix(source["S3Uri"], storage)
    if kind == "ManifestFile":
        return _of_manifest(channel, source["S3Uri"], storage)
    if kind == "AugmentedManifestFile":
        if not pipe:
            raise ClientError(
                f"Channel '{channel}': AugmentedManifestFile is supported in Pipe mode only."
            )
        return _of_augmented_manifest(channel, source, storage)
    raise ClientError(f"Channel '{channel}': S3DataType {kind} is not supported.")


def shuffled(entries: list[Entry], config: Mapping[str, Any]) -> list[Entry]:
    """Shuffle entries with the seed of a channel's ShuffleConfig. Rows are never shuffled."""
    if "ShuffleConfig" in config:
        random.Random(config["ShuffleConfig"]["Seed"]).shuffle(entries)
    return entries


def deal(channel: str, entries: Sequence[Entry], hosts: Sequence[str]) -> list[Sequence[Entry]]:
    """Distribute entries to hosts in turn, for ShardedByS3Key.

    Parameters
    ----------
    channel
        The name of the channel, which errors name.
    entries
        The entries.
    hosts
        The names of the hosts.

    Returns
    -------
    The entries of each host.

    Raises
    ------
    ClientError
        If there are fewer entries than hosts.
    """
    if len(entries) < len(hosts):
        raise ClientError(
            f"Channel '{channel}' has {len(entries)} S3 objects for {len(hosts)} instances. With "
            f"ShardedByS3Key, {hosts[len(entries)]} gets no data."
        )
    return [entries[number :: len(hosts)] for number in range(len(hosts))]


def is_folder(key: str) -> bool:
    """Whether an object only represents a folder, like those that the S3 console creates."""
    return key.endswith("/")


def _below_prefix(uri: str, storage: ObjectStorage) -> list[Entry]:
    try:
        bucket, prefix = parse_s3(uri)
        keys = storage.keys(bucket, prefix)
    except (ObjectNotFound, ValueError):
        raise NoObjects(uri) from None
    objects: list[Entry] = [
        [Item(_name(key, prefix), (bucket, key))] for key in keys if not is_folder(key)
    ]
    if not objects:
        raise NoObjects(uri)
    return objects


def _name(key: str, prefix: str) -> str:
    """The name of an object's file: what follows the prefix, if that names a folder or all of it.

    Of a prefix that ends within a name, its last folder counts.
    """
    if key.startswith(f"{prefix}/"):
        return key[len(prefix) :].lstrip("/")
    return key[len(prefix.rpartition("/")[0]) :].lstrip("/")


def _read(uri: str, storage: ObjectStorage) -> bytes:
    try:
        return storage.read(*parse_s3(uri))
    except (ObjectNotFound, ValueError):
        raise NoObjects(uri) from None


def _of_manifest(channel: str, uri: str, storage: ObjectStorage) -> list[Entry]:
    try:
        return [[item] for item in of_manifest(uri, storage)]
    except ValueError as error:
        raise ClientError(f"Channel '{channel}': {error}") from error


def of_manifest(uri: str, storage: ObjectStorage) -> list[Item]:
    """Read a manifest: a JSON list of an object with a prefix, then the rest of each key.

    Raises
    ------
    NoObjects
        If there is no manifest, or nothing in it.
    ValueError
        If it is malformed.
    """
    body = _read(uri, storage)
    try:
        first, *names = json.loads(body)
        prefix = first["prefix"]
        locations = [(name, parse_s3(prefix + name)) for name in names]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(
            f"the manifest {uri} is not a JSON list of an object with a "
            '"prefix" and of the names that follow it.'
        ) from error
    if not locations:
        raise NoObjects(uri)
    return [Item(name, location) for name, location in locations]


def _of_augmented_manifest(
    channel: str, source: Mapping[str, Any], storage: ObjectStorage
) -> list[Entry]:
    """JSON Lines; the attributes that the channel names are streamed, in their order there."""
    uri = source["S3Uri"]
    names = source.get("AttributeNames", ())
    if not names:
        raise ClientError(f"Channel '{channel}': AugmentedManifestFile needs AttributeNames.")
    records: list[Entry] = []
    for number, line in enumerate(_read(uri, storage).splitlines(), 1):
        if not line.strip():
            continue
        try:
            attributes = json.loads(line)
            records.append([_attribute(name, attributes[name]) for name in names])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ClientError(
                f"Channel '{channel}': line {number} of the augmented manifest {uri} is not a "
                f"JSON object with the attributes {', '.join(names)}."
            ) from error
    if not records:
        raise NoObjects(uri)
    return records


def _attribute(name: str, value: Any) -> Item:
    if name.endswith(REFERENCE):
        return Item(name, parse_s3(value))
    return Item(name, None, json.dumps(value).encode())
