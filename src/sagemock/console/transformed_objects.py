"""What a transform job has read and written, object by object, for its page."""

from __future__ import annotations

from dataclasses import dataclass

from sagemock.accounts.services import ObjectNotFound, ObjectStorage
from sagemock.accounts.world import World
from sagemock.console.budget import Excerpt, cut, excerpt, middle
from sagemock.documents import Document
from sagemock.resources.s3_uri import parse_s3
from sagemock.transform.output_keys import output_name

MAX_OBJECTS, MAX_NAME, MAX_BEGINNING = 20, 120, 160
"""Objects on the page, and the characters of their names and of their beginnings."""


@dataclass(frozen=True, slots=True)
class TransformedObject:
    """An object and its output.

    Parameters
    ----------
    name
        The name of the object, below the folder of the input.
    size
        Its bytes.
    output
        The URI of its output.
    output_size
        The bytes of the output; None if there is none.
    beginning
        The first line of the output.
    """

    name: str
    size: int
    output: str
    output_size: int | None
    beginning: str = ""


def of_job(world: World, job: Document) -> Excerpt[TransformedObject]:
    """The objects of a job, as they are in S3 now."""
    # Loads numpy, which other pages do not need.
    from sagemock.algorithms.base import ClientError
    from sagemock.jobs.sources import NoObjects
    from sagemock.jobs.transform_inputs import input_objects

    storage = world.services.storage
    try:
        objects = excerpt(input_objects(job, storage), MAX_OBJECTS)
    except (NoObjects, ClientError, KeyError):
        return Excerpt((), 0)
    folder = job["TransformOutput"]["S3OutputPath"].rstrip("/")
    rows = []
    for each in objects.shown:
        size = _size(storage, each.bucket, each.key)
        if size is not None:
            output = f"{folder}/{output_name(each.name)}"
            rows.append(_row(storage, middle(each.name, MAX_NAME), size, output))
    return Excerpt(rows, objects.more)


def _row(storage: ObjectStorage, name: str, size: int, output: str) -> TransformedObject:
    try:
        bucket, key = parse_s3(output)
        output_size = storage.size(bucket, key)
        with storage.open(bucket, key) as stream:
            first = stream.read(4 * MAX_BEGINNING).partition(b"\n")[0]
    except (ObjectNotFound, ValueError):
        return TransformedObject(name, size, output, None)
    beginning = cut(first.decode("utf-8", "replace"), MAX_BEGINNING)
    return TransformedObject(name, size, output, output_size, beginning)


def _size(storage: ObjectStorage, bucket: str, key: str) -> int | None:
    try:
        return storage.size(bucket, key)
    except ObjectNotFound:
        return None
