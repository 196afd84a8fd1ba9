"""Which objects a transform job reads, and their content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from sagemock.accounts.services import ObjectNotFound, ObjectStorage
from sagemock.algorithms.base import ClientError
from sagemock.formats.content import chunks, stream_of
from sagemock.formats.unzipping import UnzipError, unzipped
from sagemock.jobs import sources
from sagemock.jobs.sources import NoObjects
from sagemock.resources.s3_uri import parse_s3
from sagemock.transform.errors import TransformError
from sagemock.transform.output_keys import relative_name


@dataclass(frozen=True, slots=True)
class InputObject:
    """An object that a job reads.

    Parameters
    ----------
    bucket, key
        Where it is.
    name
        Its name below the folder of the input, or below the prefix of the manifest.
    """

    bucket: str
    key: str
    name: str

    def __str__(self) -> str:
        return f"{self.bucket}/{self.key}"


def input_objects(job: Mapping[str, Any], storage: ObjectStorage) -> list[InputObject]:
    """The objects of a job, in order of their keys, or as the manifest names them.

    Raises
    ------
    NoObjects
        If there are none.
    ClientError
        If the manifest is malformed.
    """
    source = job["TransformInput"]["DataSource"]["S3DataSource"]
    uri = source["S3Uri"]
    if source["S3DataType"] == "ManifestFile":
        try:
            items = sources.of_manifest(uri, storage)
        except ValueError as error:
            raise ClientError(str(error)) from error
        return [InputObject(*item.location, item.name) for item in items if item.location]
    try:
        bucket, prefix = parse_s3(uri)
        keys = storage.keys(bucket, prefix)
    except (ObjectNotFound, ValueError):
        raise NoObjects(uri) from None
    objects = [
        InputObject(bucket, key, relative_name(key, prefix))
        for key in keys
        if not sources.is_folder(key)
    ]
    if not objects:
        raise NoObjects(uri)
    return objects


def prefix_of(each: InputObject) -> str:
    """The URI of the folder below which an object has its name."""
    return f"s3://{each.bucket}/{each.key.removesuffix(each.name)}"


@contextmanager
def opened(each: InputObject, storage: ObjectStorage, compression: str) -> Iterator[IO[bytes]]:
    """Open an object, which is unzipped as CompressionType says.

    Raises
    ------
    TransformError
        If it does not exist, or, while it is read, if it is not in gzip format.
    """
    try:
        stream = storage.open(each.bucket, each.key)
    except ObjectNotFound:
        raise TransformError("The object does not exist") from None
    with stream:
        if compression != "Gzip":
            yield stream
            return
        try:
            yield stream_of(unzipped(chunks(stream)))
        except UnzipError as error:
            raise TransformError(f"The object {error}") from error
