"""The text of the lines that only the log of KNN has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from sagemock.algorithms.knn.events import IndexStep, SampleReceived, SampleRequested
from sagemock.containers.first_party.cluster import ClusterLines
from sagemock.containers.first_party.memory import memory_bytes
from sagemock.containers.knn.hyperparameters import DEFAULT_INPUT

FTP_PORT = 8999
CLIENT_PORT = 58016
"""Of the first host, when it fetches a sample."""

BEGIN: Mapping[IndexStep, str] = {
    "train": "Training index...",
    "add": "Adding data to index...",
    "search": "Searching index...",
}
END: Mapping[IndexStep, str] = {
    "train": "...Finished training index in {} second(s)",
    "add": "...Finished adding data to index in {} second(s)",
    "search": "...Done searching index in {} second(s)",
}


class KNNLines(ClusterLines):
    """Formats what happens during training as the container of KNN does."""

    algorithm = "AWS/KNN"
    defaults = DEFAULT_INPUT

    def configuration(self) -> Iterator[str]:
        """The container prints its configuration, and the warning, twice."""
        for _ in range(2):
            yield from super().configuration()

    def configured(self) -> Iterator[str]:
        """The hyperparameters are valid; processes and store of the host start."""
        yield from super().configured()
        yield self.no_checkpoints()
        yield (
            f"[{self._moment():%Y-%m-%d %H:%M:%S.000}] [tensorio] [warning] TensorIO is already "
            "initialized; ignoring the initialization routine."
        )
        yield self.line("nvidia-smi: took 0.035 seconds to run.")
        yield self.line("nvidia-smi identified 0 GPUs.")
        yield self.line("Create Store: dist_async")
        for _ in range(3):
            yield (
                f"[{self._moment():%H:%M:%S}] ../src/base.cc:47: Please install cuda driver for "
                "GPU use.  No cuda driver detected."
            )
        yield self.line(
            "nvidia-smi: failed to run (127): b'/bin/sh: nvidia-smi: command not found'/", "ERROR"
        )
        yield self.line(
            "Could not determine free memory in MB for GPU device with ID (0).", "WARNING"
        )

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), UTC)

    def sampling(self, rows: int) -> Iterator[str]:
        """How many rows the host keeps, and the connection of the hosts."""
        workers = len(self.input.hosts)
        peers = workers - 1
        yield self.line(
            f"Using per-worker sample size = {rows} (Available virtual memory = "
            f"{memory_bytes()} bytes, GPU free memory = 0 bytes, number of workers = "
            f"{workers}). If an out-of-memory error occurs, choose a larger instance type, "
            "use dimension reduction, decrease sample_size, and/or decrease mini_batch_size."
        )
        yield self.line("Starting cluster...")
        yield self.line("concurrency model: async")
        yield self.line("...Cluster started")
        yield self.line("masquerade (NAT) address: None")
        yield self.line(f"Verifying connection to {peers} peer cluster(s)...")
        yield self.line("passive ports: None")
        yield self.line(f"...Verified connection to {peers} peer cluster(s)")

    def ftp_started(self) -> str:
        """The server from which the first host fetches the sample has started."""
        return self.line(f">>> starting FTP server on 0.0.0.0:{FTP_PORT}, pid=1 <<<")

    def ftp_ended(self) -> str:
        """That server has ended."""
        return self.line(">>> shutting down FTP server, 0 socket(s), pid=1 <<<")

    def requested(self, event: SampleRequested) -> str:
        """The sample of a host is fetched."""
        return self.line(f"Getting reservoir sample from algo-{event.host + 1}...")

    def served(self, event: SampleReceived, seconds: float) -> Iterator[str]:
        """The sample has been fetched from this host: a label, two words and 300 bytes besides."""
        size = event.rows * (event.columns + 3) * 4 + 300
        client = f"10.0.0.1:{CLIENT_PORT + event.host}"
        yield self.line(f"{client}-[] FTP session opened (connect)")
        yield self.line(f"{client}-[anonymous] USER 'anonymous' logged in.")
        yield self.line(
            f"{client}-[anonymous] RETR /opt/rs completed=1 bytes={size} seconds={seconds:.3f}"
        )
        yield self.line(f"{client}-[anonymous] FTP session closed (disconnect).")

    def received(self, event: SampleReceived) -> str:
        """The size of a sample."""
        return self.line(
            f"...Got reservoir sample from algo-{event.host + 1}: "
            f"data={(event.rows, event.columns)}, labels={(event.rows,)}, NaNs={event.missing}"
        )

    def began(self, step: IndexStep) -> str:
        """A step begins."""
        return self.line(BEGIN[step])

    def ended(self, step: IndexStep, seconds: float) -> str:
        """A step has ended, after whole seconds."""
        return self.line(END[step].format(int(seconds)))
