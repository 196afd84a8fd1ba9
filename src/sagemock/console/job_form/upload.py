"""A file of the form's user as an object in S3."""

from __future__ import annotations

from werkzeug.datastructures import FileStorage

from sagemock.accounts.services import BucketError, ObjectNotFound
from sagemock.accounts.world import World
from sagemock.formats.content import Workspace, size_of
from sagemock.formats.media_type import CSV, RECORDIO
from sagemock.resources.s3_uri import parse_s3

MAX_KEY = 1024
"""Bytes of a key."""

_TYPES = {"csv": CSV, "pbr": RECORDIO, "recordio": RECORDIO, "rec": RECORDIO, "data": RECORDIO}
"""Content types by the ends of file names."""


class UploadError(Exception):
    """A file cannot be put into S3; the text is for the form."""


def upload(world: World, file: FileStorage | None, target: str) -> tuple[str, int]:
    """Write a file below an S3 URI, by way of this machine's disk.

    A bucket that does not exist is created.

    Returns
    -------
    The URI of the object, and its size in bytes.

    Raises
    ------
    UploadError
        If there is no file, or its name or the target is not usable.
    """
    name = file_name(file)
    try:
        bucket, prefix = parse_s3(target)
    except ValueError:
        raise UploadError("The target must be an S3 URI, s3://bucket/prefix/.") from None
    key = f"{prefix.rstrip('/')}/{name}".lstrip("/")
    if len(key.encode()) > MAX_KEY:
        raise UploadError(f"The key would be longer than {MAX_KEY} bytes.")
    storage = world.services.storage
    assert file is not None
    with Workspace() as workspace:
        path = workspace.new_file()
        file.save(path)
        try:
            if _is_missing(world, bucket):
                storage.create_bucket(bucket, world.region)
            storage.write(bucket, key, path)
        except BucketError as error:
            raise UploadError(str(error)) from None
        return f"s3://{bucket}/{key}", size_of(path)


def _is_missing(world: World, bucket: str) -> bool:
    try:
        world.services.storage.region(bucket)
    except ObjectNotFound:
        return True
    return False


def file_name(file: FileStorage | None) -> str:
    """Return the name of a file without its folders. Raises `UploadError`."""
    name = "" if file is None else (file.filename or "").replace("\\", "/").rpartition("/")[2]
    name = "".join(character for character in name if character.isprintable()).strip()
    if name in ("", ".", ".."):
        raise UploadError("Choose a file.")
    return name


def content_type(uri: str) -> str:
    """Return the content type that the end of a name stands for, or nothing."""
    return _TYPES.get(uri.rpartition(".")[2].lower(), "")
