"""What the fields of a form offer to choose from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from sagemock.accounts.services import ObjectNotFound
from sagemock.accounts.world import World
from sagemock.containers import registry
from sagemock.formats.media_type import BINARY, CSV, JSON, JSON_LINES, RECORDIO
from sagemock.wire import service_model

CONTENT_TYPES = (RECORDIO, CSV, f"{CSV};label_size=0", "text/libsvm", JSON, JSON_LINES, BINARY)
CHANNELS = ("train", "validation", "test")
MAX_PREFIXES, MAX_KEYS = 60, 10_000
"""Locations that are offered, and objects of a bucket that are looked at for them."""


def algorithms(world: World) -> list[tuple[str, str]]:
    """Return the name and the image of each algorithm that trains and has an image of AWS's."""
    pairs = []
    for container in registry.training_containers():
        if container.image is not None:
            pairs.append((container.name, container.uri(world.partition, world.region)))
        else:
            registry_host = f"{world.account_id}.dkr.ecr.{world.region}.amazonaws.com"
            pairs += [
                (container.name, f"{registry_host}/{each}:latest")
                for each in sorted(container.repositories)
            ]
    return pairs


@cache
def instance_types() -> Sequence[str]:
    """Return the instance types of CreateTrainingJob, the general ones first."""
    shape = service_model.input_shape(service_model.CONTROL_PLANE, "CreateTrainingJob")
    names = [] if shape is None else shape.members["ResourceConfig"].members["InstanceType"].enum
    return sorted(names, key=lambda name: (not name.startswith("ml.m5."), name))


def prefixes(world: World) -> list[str]:
    """Return the S3 locations that hold objects, of all buckets in the world's region."""
    return [prefix for _, prefix in zip(range(MAX_PREFIXES), _prefixes(world), strict=False)]


def _prefixes(world: World) -> Iterator[str]:
    storage = world.services.storage
    for bucket in storage.buckets(world.region):
        try:
            keys = storage.keys(bucket, "")[:MAX_KEYS]
        except ObjectNotFound:
            continue
        # Folders that hold objects themselves: what is above them has several data sets.
        folders = dict.fromkeys(key.rpartition("/")[0] for key in keys)
        for folder in folders:
            yield f"s3://{bucket}/{folder}/" if folder else f"s3://{bucket}/"
