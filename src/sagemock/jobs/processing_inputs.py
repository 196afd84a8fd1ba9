"""Reads the inputs of a processing job from S3."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sagemock.accounts.services import ObjectStorage
from sagemock.containers.inputs import Channel
from sagemock.formats.content import Spool
from sagemock.jobs.channels import read_channels


def read_inputs(
    inputs: Iterable[Mapping[str, Any]],
    storage: ObjectStorage,
    *,
    region: str,
    role: str,
    hosts: int,
    spool: Spool,
) -> dict[str, Channel]:
    """Read the ProcessingInputs that the service copies, each object once.

    Inputs that the container manages itself (AppManaged), and those of a DatasetDefinition, are
    left out.

    Parameters
    ----------
    inputs
        The ProcessingInputs.
    storage
        Where the objects are.
    region, role
        Region and role of the job, which errors name.
    hosts
        The number of instances.
    spool
        Where the data is kept.

    Returns
    -------
    The inputs by name; the paths of their parts are below their LocalPath.

    Raises
    ------
    DataNotFound
        If there is nothing to read.
    ClientError
        If a bucket is in another region, or the data is malformed.
    """
    copied = [each for each in inputs if "S3Input" in each and not each.get("AppManaged")]
    return read_channels(
        map(_as_channel, copied),
        storage,
        region=region,
        role=role,
        hosts=[None] * hosts,
        spool=spool,
        folders={each["InputName"]: each["S3Input"]["LocalPath"].rstrip("/") for each in copied},
    )


def _as_channel(each: Mapping[str, Any]) -> Mapping[str, Any]:
    """The channel of a training job that reads the same objects."""
    source = each["S3Input"]
    return {
        "ChannelName": each["InputName"],
        "InputMode": source.get("S3InputMode", "File"),
        "CompressionType": source.get("S3CompressionType", "None"),
        "DataSource": {
            "S3DataSource": {
                "S3Uri": source["S3Uri"],
                "S3DataType": source.get("S3DataType", "S3Prefix"),
                "S3DataDistributionType": source.get("S3DataDistributionType", "FullyReplicated"),
            }
        },
    }
