"""Which objects of S3 a channel names, and which host gets which."""

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
"""The end of an attribute's name in an augmented manifest whose value is an S3 URI."""


def no_objects(uri: str, region: str, role: str) -> str:
    """What AWS says of an input data source without objects, recorded at CreateTrainingJob."""
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
    """There is nothing at a URI."""

    def __init__(self, uri: str) -> None:
        super().__init__(uri)
        self.uri = uri


@dataclass(frozen=True, slots=True)
class Item:
    """An object by bucket and key, or content that stands in a manifest itself.

    name: what the object's file is called below the channel's folder.
    """

    name: str
    location: tuple[str, str] | None
    content: bytes = b""


Entry = Sequence[Item]
"""What stays together when entries are shuffled and dealt out: an object, or the attributes of
one line of an augmented manifest."""


def entries(
    channel: str, source: Mapping[str, Any], storage: ObjectStorage, *, pipe: bool
) -> list[Entry]:
    """The entries of an S3DataSource, in order of key or line.

    Raises `NoObjects`, and ClientError for a manifest that is none.
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


def shuffled(found: list[Entry], config: Mapping[str, Any]) -> list[Entry]:
    """The entries in the order that ShuffleConfig's seed gives; rows are never shuffled."""
    if "ShuffleConfig" in config:
        random.Random(config["ShuffleConfig"]["Seed"]).shuffle(found)
    return found


def deal(channel: str, found: Sequence[Entry], hosts: Sequence[str]) -> list[Sequence[Entry]]:
    """ShardedByS3Key: the entries of each host, dealt out like cards. hosts: their names.

    Raises ClientError when a host goes empty-handed.
    """
    if len(found) < len(hosts):
        raise ClientError(
            f"Channel '{channel}' has {len(found)} S3 objects for {len(hosts)} instances. With "
            f"ShardedByS3Key, {hosts[len(found)]} gets no data."
        )
    return [found[number :: len(hosts)] for number in range(len(hosts))]


def is_folder(key: str) -> bool:
    """Whether an object only stands for a folder, as those that the console of S3 makes."""
    return key.endswith("/")


def _below_prefix(uri: str, storage: ObjectStorage) -> list[Entry]:
    try:
        bucket, prefix = parse_s3(uri)
        keys = storage.keys(bucket, prefix)
    except (ObjectNotFound, ValueError):
        raise NoObjects(uri) from None
    folder = prefix.rpartition("/")[0]
    found: list[Entry] = [
        [Item(key.removeprefix(folder).lstrip("/"), (bucket, key))]
        for key in keys
        if not is_folder(key)
    ]
    if not found:
        raise NoObjects(uri)
    return found


def _read(uri: str, storage: ObjectStorage) -> bytes:
    try:
        return storage.read(*parse_s3(uri))
    except (ObjectNotFound, ValueError):
        raise NoObjects(uri) from None


def _of_manifest(channel: str, uri: str, storage: ObjectStorage) -> list[Entry]:
    """A JSON list: an object with a prefix, then what follows the prefix in each key."""
    body = _read(uri, storage)
    try:
        first, *names = json.loads(body)
        prefix = first["prefix"]
        locations = [(name, parse_s3(prefix + name)) for name in names]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ClientError(
            f"Channel '{channel}': the manifest {uri} is not a JSON list of an object with a "
            '"prefix" and of the names that follow it.'
        ) from error
    if not locations:
        raise NoObjects(uri)
    return [[Item(name, location)] for name, location in locations]


def _of_augmented_manifest(
    channel: str, source: Mapping[str, Any], storage: ObjectStorage
) -> list[Entry]:
    """JSON Lines; the attributes that the channel names are streamed, in its order."""
    uri = source["S3Uri"]
    names = source.get("AttributeNames", ())
    if not names:
        raise ClientError(f"Channel '{channel}': AugmentedManifestFile needs AttributeNames.")
    found: list[Entry] = []
    for number, line in enumerate(_read(uri, storage).splitlines(), 1):
        if not line.strip():
            continue
        try:
            attributes = json.loads(line)
            found.append([_attribute(name, attributes[name]) for name in names])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ClientError(
                f"Channel '{channel}': line {number} of the augmented manifest {uri} is not a "
                f"JSON object with the attributes {', '.join(names)}."
            ) from error
    if not found:
        raise NoObjects(uri)
    return found


def _attribute(name: str, value: Any) -> Item:
    if name.endswith(REFERENCE):
        return Item(name, parse_s3(value))
    return Item(name, None, json.dumps(value).encode())
