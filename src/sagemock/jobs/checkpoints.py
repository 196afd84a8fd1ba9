"""The checkpoints of a training job, which its CheckpointConfig keeps in S3.

AWS copies them both ways while the job runs. Here they are read before each attempt, and written
when the container has ended, whatever way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock.accounts.services import ObjectNotFound, ObjectStorage
from sagemock.formats.content import Content, Files, Spool, chunks
from sagemock.jobs import outputs
from sagemock.jobs.sources import is_folder
from sagemock.resources.s3_uri import parse_s3

if TYPE_CHECKING:
    from sagemock.resources.training_job_document import TrainingJob


def read(job: TrainingJob, storage: ObjectStorage, spool: Spool) -> dict[str, Content]:
    """The checkpoints of a job in S3 by their relative paths; none without CheckpointConfig."""
    config = job.get("CheckpointConfig")
    if config is None:
        return {}
    try:
        bucket, prefix = parse_s3(config["S3Uri"].rstrip("/") + "/")
        keys = [key for key in storage.keys(bucket, prefix) if not is_folder(key)]
    except (ObjectNotFound, ValueError):
        return {}
    files: dict[str, Content] = {}
    for key in keys:
        with storage.open(bucket, key) as stream:
            files[key.removeprefix(prefix)] = spool.keep(chunks(stream))
    return files


def write(job: TrainingJob, storage: ObjectStorage, files: Files) -> None:
    """Upload checkpoints of a job, if it has a CheckpointConfig.

    Raises
    ------
    ClientError
        If the bucket does not exist, or is in another region.
    """
    config = job.get("CheckpointConfig")
    if config is not None:
        outputs.upload_folder(config["S3Uri"], storage, files)
