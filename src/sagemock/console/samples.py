"""Rows of the data that a job was trained on, to invoke an endpoint with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sagemock.accounts.services import ObjectStorage

PREFERRED = ("test", "validation", "train")
"""The channels to take rows from, those that the model was not trained on first."""


def sample_row(
    job: Mapping[str, Any], storage: ObjectStorage, position: int
) -> Sequence[float] | None:
    """Return the features of one row, from a held-out channel if the job had one.

    Parameters
    ----------
    position
        The index of the row, modulo the number of rows.

    Returns
    -------
    Sequence of float, or None
        None if the job had no such channel, or its data can no longer be read.
    """
    # Imported here so that numpy is not loaded with the page.
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
    index = position % rows
    row = features[[index]].toarray()[0] if is_sparse(features) else features[index]
    values: list[float] = row.tolist()
    return values
