"""The digits of the demo as objects in S3, to train on without data of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sagemock.accounts.services import ObjectNotFound
from sagemock.formats.media_type import CSV, RECORDIO
from sagemock.resources.s3_uri import default_bucket

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sagemock.accounts.world import World

FEATURES = 64
"""Pixels of an image."""

PARTS = ("train", "validation")


@dataclass(frozen=True, slots=True)
class SampleChannel:
    """Where the objects of a channel are: below `prefix`, in one format."""

    name: str
    content_type: str
    bucket: str
    prefix: str

    @property
    def uri(self) -> str:
        """The S3 prefix of the channel's objects."""
        return f"s3://{self.bucket}/{self.prefix}"


def channels(world: World, content_type: str) -> Sequence[SampleChannel]:
    """Return the channels of the sample in a format, RecordIO-protobuf or CSV."""
    bucket = default_bucket(world.account_id, world.region)
    folder = "recordio" if content_type == RECORDIO else "csv"
    return [
        SampleChannel(part, content_type, bucket, f"sample/digits/{folder}/{part}/")
        for part in PARTS
    ]


def is_loaded(world: World) -> bool:
    """Return whether the sample is in the world's region of S3, all of it."""
    storage = world.services.storage
    with suppress(ObjectNotFound):
        return all(
            storage.keys(channel.bucket, channel.prefix)
            for content_type in (RECORDIO, CSV)
            for channel in channels(world, content_type)
        )
    return False


def load(world: World) -> list[str]:
    """Write the sample to the default bucket of the world's account and region.

    Labels are 1 for a zero and 0 for another digit; pixels are scaled to 0..1. Objects that are
    there already are replaced.

    Returns
    -------
    The S3 URIs of the objects.

    Raises
    ------
    BucketError
        If the bucket belongs to another account.
    """
    storage = world.services.storage
    bucket = default_bucket(world.account_id, world.region)
    if bucket not in storage.buckets(world.region):
        storage.create_bucket(bucket, world.region)
    uris = []
    for channel, name, body in _objects(world):
        storage.write(bucket, f"{channel.prefix}{name}", body)
        uris.append(f"{channel.uri}{name}")
    return uris


def _objects(world: World) -> Iterator[tuple[SampleChannel, str, bytes]]:
    """The channel, the last part of the key, and the body of each object."""
    import numpy as np

    from sagemock.demo.digits import load_small
    from sagemock.formats.recordio import encode

    digits = load_small()
    rows = ((digits.train, digits.train_digits), (digits.test, digits.test_digits))
    recordio, csv = channels(world, RECORDIO), channels(world, CSV)
    for position, (features, numbers) in enumerate(rows):
        labels = (numbers == 0).astype(np.float32)
        yield recordio[position], "digits.pbr", encode(features, labels)
        yield csv[position], "digits.csv", _csv(features, labels)


def _csv(features: NDArray[np.float32], labels: NDArray[np.float32]) -> bytes:
    """Rows of CSV, their labels first."""
    lines = (
        f"{label:g},{','.join(f'{value:g}' for value in row)}\n"
        for label, row in zip(labels, features, strict=True)
    )
    return "".join(lines).encode()
