"""What a training job writes to S3: its model and other output, or a placeholder."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sagemock.accounts.services import ObjectNotFound, ObjectStorage, OtherRegion
from sagemock.algorithms.base import ClientError
from sagemock.containers import not_run
from sagemock.formats.archive import tar_gz
from sagemock.formats.content import Content, Files, Spool
from sagemock.resources import training_job
from sagemock.resources.s3_uri import parse_s3

if TYPE_CHECKING:
    from sagemock.resources.training_job_document import TrainingJob


def upload(
    job: TrainingJob, storage: ObjectStorage, model: Files | None, output: Files, spool: Spool
) -> None:
    """Pack and upload the files of the model and the other output, as far as there are any.

    The files of a model that is not to be compressed are uploaded as they are.

    Raises
    ------
    ClientError
        If the bucket does not exist, or is in another region.
    """
    if model is not None:
        location = training_job.artifact_location(job)
        if training_job.is_model_compressed(job):
            _upload(location, storage, model, spool)
        else:
            upload_folder(location, storage, model)
    if output:
        _upload(training_job.output_location(job), storage, output, spool)


def upload_folder(location: str, storage: ObjectStorage, files: Files) -> None:
    """Upload the files of a folder, each below a location.

    Raises
    ------
    ClientError
        If the bucket does not exist, or is in another region.
    """
    for name, content in files.items():
        _write(f"{location.rstrip('/')}/{name}", storage, content)


def upload_stand_in(job: TrainingJob, storage: ObjectStorage) -> None:
    """Upload a placeholder for the model of a job that is not run, if the bucket exists."""
    readme = f"Made by sagemock, which has not run {training_job.image(job)}.\n".encode()
    # On plain moto the bucket does not have to exist.
    with suppress(ObjectNotFound, ValueError):
        bucket, key = parse_s3(training_job.artifact_location(job))
        if training_job.is_model_compressed(job):
            storage.write(bucket, key, b"".join(tar_gz({"README": readme})))
        else:
            storage.write(bucket, f"{key}/README", readme)


def warn(image: str, lacking: str, reason: str) -> str:
    """Warn, once for an image, that its jobs are not run.

    Parameters
    ----------
    lacking
        What its jobs complete without.
    reason
        Why they are not run.

    Returns
    -------
    The line of the job's own log that says so.
    """
    not_run.warn(image, f"its jobs complete without {lacking}", reason)
    return f"sagemock: this container does not run, and the job has no {lacking}; {reason}"


def _upload(location: str, storage: ObjectStorage, files: Files, spool: Spool) -> None:
    _write(location, storage, spool.keep(tar_gz(files)))


def _write(location: str, storage: ObjectStorage, content: Content) -> None:
    try:
        storage.write(*parse_s3(location), content)
    except (ObjectNotFound, ValueError):
        raise _not_uploaded(location, NO_SUCH_BUCKET) from None
    except OtherRegion:
        raise _not_uploaded(location, OTHER_REGION) from None


OTHER_REGION = "BucketRegionError: bucket must be in the same region as the job"
"""Observed on AWS, as is the sentence around it."""

NO_SUCH_BUCKET = "NoSuchBucket: The specified bucket does not exist"


def _not_uploaded(location: str, reason: str) -> ClientError:
    return ClientError(f"Artifact upload failed:Unable to upload file to {location} ({reason})")
