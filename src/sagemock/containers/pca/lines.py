"""The text of the lines that only the log of PCA has."""

from __future__ import annotations

from collections.abc import Iterator

from sagemock.containers.base import Clock, TrainingInput
from sagemock.containers.first_party.cluster import SCHEDULER, SERVER, ClusterLines
from sagemock.containers.pca.hyperparameters import DEFAULTS
from sagemock.formats.media_type import RECORDIO, media_type, parameters

EXECUTOR = "<PCAExecutor on cpu(0)>"

RECORD_TYPES = ("application/x-labeled-vector-protobuf", RECORDIO, "protobuf")
"""The content types that a container that reads records says it can read."""


class PCALines(ClusterLines):
    """Formats what happens during training as the container of PCA does.

    Parameters
    ----------
    number
        The index of the host, from 0.
    input
        Its hosts, and the job that it belongs to.
    """

    processes = {SCHEDULER: 34, SERVER: 43}

    def __init__(self, clock: Clock, number: int, input: TrainingInput) -> None:
        super().__init__(
            clock,
            number,
            algorithm="PCA",
            defaults=DEFAULTS,
            hosts=input.hosts,
            document=input.document,
        )

    def set_up(self, content_type: str | None, columns: int, batch_size: int) -> Iterator[str]:
        """How the channels are read, and where the work is done."""
        name = media_type(content_type or RECORDIO)
        version = parameters(content_type or RECORDIO).get("version", "1.0")
        for each in RECORD_TYPES if name == RECORDIO else (name,):
            yield self.line(f"Loaded iterator creator {each} for content type {(each, version)}")
        yield self.line("Checkpoint loading and saving are disabled.")
        yield self.line("Create Store: dist_sync")
        yield from self.gpus()
        yield self.line(f"The default executor is {EXECUTOR}.")
        yield self.line(f"{columns} feature(s) found in 'data'.")
        yield self.line(f"{EXECUTOR} is assigned to batch slice from 0 to {batch_size - 1}.")

    def score(self, error: float) -> Iterator[str]:
        """The score of the test channel as sister algorithms log theirs; none was recorded."""
        yield self.line(f"#test_score ({self.host}) : {('reconstruction_error', error)}")
        yield self.quality("test", "reconstruction_error", "loss", error)
