"""The text of the lines that only the log of PCA has."""

from __future__ import annotations

from collections.abc import Iterator

from sagemock.containers.first_party.cluster import SCHEDULER, SERVER, ClusterLines
from sagemock.containers.pca.hyperparameters import DEFAULTS
from sagemock.formats.media_type import RECORDIO, media_type

EXECUTOR = "<PCAExecutor on cpu(0)>"

RECORD_TYPES = ("application/x-labeled-vector-protobuf", RECORDIO, "protobuf")
"""The content types that a container that reads records says it can read."""


class PCALines(ClusterLines):
    """Formats what happens during training as the container of PCA does."""

    algorithm = "PCA"
    defaults = DEFAULTS
    processes = {SCHEDULER: 34, SERVER: 43}

    def set_up(self, content_type: str, columns: int, batch_size: int) -> Iterator[str]:
        """How the channels are read, and where the work is done."""
        name = media_type(content_type)
        for each in RECORD_TYPES if name == RECORDIO else (name,):
            yield self.iterator(each, content_type)
        yield self.no_checkpoints()
        yield self.line("Create Store: dist_sync")
        yield from self.gpus()
        yield self.line(f"The default executor is {EXECUTOR}.")
        yield self.line(f"{columns} feature(s) found in 'data'.")
        yield self.line(f"{EXECUTOR} is assigned to batch slice from 0 to {batch_size - 1}.")
