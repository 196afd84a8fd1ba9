"""Rows of the data that a job was trained on, to try an endpoint with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sagemock.accounts.services import ObjectStorage

PREFERRED = ("test", "validation", "train")
"""Rows that a model has not seen are the better question."""


def sample_row(
    job: Mapping[str, Any], storage: ObjectStorage, position: int
) -> Sequence[float] | None:
    """The features of one row, from a held-out channel if there is one; None if none is there.

    position: which row; counted round the end.
    """
    # Imported here: numpy is loaded when a row is asked for, not with the page.
    from sagemock.algorithms.base import ClientError, is_sparse
    from sagemock.containers.first_party.datasets import read_datasets
    from sagemock.formats.content import Spool, Workspace
    from sagemock.jobs.channels import read_channels

    configs = {each["ChannelName"]: each for each in job.get("InputDataConfig", ())}
    config = next((configs[name] for name in PREFERRED if name in configs), None)
    if config is None:
        return None
    try:
        with Workspace() as workspace:
            spool = Spool(workspace)
            channels = read_channels([config], storage, region="", role="", spool=spool)
            features = (
                read_datasets(channels[config["ChannelName"]], labelled=False).datasets[0].features
            )
    except ClientError:
        return None
    rows = features.shape[0]
    if not rows:
        return None
    place = position % rows
    found = features[[place]].toarray()[0] if is_sparse(features) else features[place]
    row: list[float] = found.tolist()
    return row
