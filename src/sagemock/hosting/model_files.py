"""The files of a container's model data, from S3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from sagemock.accounts.services import ObjectNotFound, ObjectStorage
from sagemock.containers.base import ModelData
from sagemock.formats import archive
from sagemock.formats.content import Content, Spool, Workspace, chunks
from sagemock.resources.model import data_location, is_uncompressed
from sagemock.resources.s3_uri import parse_s3

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import ContainerDefinitionUnionTypeDef


def model_data(
    container: ContainerDefinitionUnionTypeDef, storage: ObjectStorage, workspace: Workspace
) -> ModelData:
    """Return a container's model data. Raises `ArchiveError`, `ObjectNotFound` and ValueError."""
    location = data_location(container)
    if location is None:
        return ModelData()
    bucket, key = parse_s3(location)
    if is_uncompressed(container):
        return ModelData(dict(_below(storage, bucket, key, Spool(workspace))))
    return ModelData(unpacked(storage, bucket, key, workspace))


def file_names(container: ContainerDefinitionUnionTypeDef, storage: ObjectStorage) -> Iterable[str]:
    """Return the names of the files of a container's model data; none if they cannot be read."""
    try:
        with Workspace() as workspace:
            return list(model_data(container, storage, workspace).files)
    except (ObjectNotFound, ValueError):
        return ()


def read_objects(
    uris: Iterable[str], storage: ObjectStorage, workspace: Workspace
) -> dict[str, Content]:
    """Return objects by their URI; those that are missing are left out."""
    objects: dict[str, Content] = {}
    spool = Spool(workspace)
    for uri in uris:
        with suppress(ObjectNotFound, ValueError):
            bucket, key = parse_s3(uri)
            with storage.open(bucket, key) as stream:
                objects[uri] = spool.keep(chunks(stream))
    return objects


def unpacked(
    storage: ObjectStorage, bucket: str, key: str, workspace: Workspace
) -> Mapping[str, Content]:
    """Return the files of an archive. Raises `ArchiveError` and `ObjectNotFound`."""
    files: dict[str, Content] = {}
    spool = Spool(workspace)
    with storage.open(bucket, key) as stream:
        for name, file in archive.files(stream, workspace):
            if name not in files:
                files[name] = spool.keep(chunks(file))
    return files


def _below(
    storage: ObjectStorage, bucket: str, prefix: str, spool: Spool
) -> Iterator[tuple[str, Content]]:
    """The objects below a prefix, by what follows its folder. Raises `ObjectNotFound`."""
    keys = storage.keys(bucket, prefix)
    if not keys:
        raise ObjectNotFound(f"s3://{bucket}/{prefix}")
    folder = prefix.rpartition("/")[0]
    for key in keys:
        if not key.endswith("/"):
            with storage.open(bucket, key) as stream:
                yield key.removeprefix(folder).lstrip("/"), spool.keep(chunks(stream))
