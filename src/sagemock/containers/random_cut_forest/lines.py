"""The text of the lines that only the log of the random cut forest has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sagemock.algorithms.random_cut_forest.events import ForestBuilt, MemoryEstimated
from sagemock.containers.first_party.cluster import ClusterLines
from sagemock.containers.first_party.memory import memory_bytes
from sagemock.containers.random_cut_forest.hyperparameters import DEFAULT_INPUT
from sagemock.formats.media_type import media_type

FTP_START = (
    ">>> starting FTP server on 0.0.0.0:8999, pid=1 <<<",
    "poller: <class 'pyftpdlib.ioloop.Epoll'>",
    "masquerade (NAT) address: None",
    "passive ports: None",
    "use sendfile(2): False",
)
FTP_END = (">>> shutting down FTP server (0 active fds) <<<",)


class RandomCutForestLines(ClusterLines):
    """Formats what happens during training as the container of the random cut forest does."""

    algorithm = "RandomCutForest"
    defaults = DEFAULT_INPUT

    def validated(self, content_type: str) -> Iterator[str]:
        """How the train channel is read, and that hyperparameters and columns are right."""
        yield self.iterator(media_type(content_type), content_type)
        # Spelled so.
        yield self.line("Verifying hyperparamemters...")
        yield self.line("Hyperparameters are correct.")

    def memory(self, event: MemoryEstimated) -> Iterator[str]:
        """The columns are right, and so is the memory."""
        yield self.line("Validating that feature_dim agrees with dimensions in training data...")
        yield self.line("feature_dim is correct.")
        yield self.line("Validating memory limits...")
        yield self.line(f"Available memory in bytes: {memory_bytes()}")
        yield self.line(f"Estimated sample size in bytes: {event.sample_bytes}")
        yield self.line(
            f"Estimated memory needed to build the forest in bytes: {event.forest_bytes}"
        )
        yield self.line("Memory limits validated.")

    def cluster(self) -> Iterator[str]:
        """The hosts find each other, and their samplers start."""
        yield self.line("Starting cluster sharing facilities...")
        yield self.line("Create Store: dist_async")
        yield from self._ftp(FTP_START)
        yield self.line("Cluster sharing facilities started.")
        yield self.line("Verifying all workers are accessible...")
        yield self.line("All workers accessible.")
        yield self.line("Initializing Sampler...")
        yield self.line("Sampler correctly initialized.")

    def ftp_ended(self) -> Iterator[str]:
        """The server that hosts fetch samples from has ended."""
        yield from self._ftp(FTP_END)

    def _ftp(self, texts: Sequence[str]) -> Iterator[str]:
        """Each line of that server is in the log twice."""
        moment = datetime.fromtimestamp(self.clock(), UTC)
        for text in texts:
            yield f"[I {moment:%y-%m-%d %H:%M:%S}] {text}"
            yield self.line(text)

    def stopped_early(self) -> Iterator[str]:
        """The sample is complete; the last epoch is logged like an early stop."""
        yield self.line("Early stop condition met. Stopping training.")
        yield self.line(f"#progress_metric: host={self.host}, completed 100 % epochs")

    def gathered(self, rows: int) -> Iterator[str]:
        """The first host builds the forest of the rows of all hosts."""
        yield self.line("Master node: building Random Cut Forest...")
        yield self.line("Gathering samples...")
        yield self.line(f"{rows} samples gathered")
        yield self.line("Building Random Cut Forest...")

    def built(self, event: ForestBuilt, size: int) -> str:
        """The forest in numbers, after an empty line; `size` is that of the model in bytes."""
        forest = event.forest
        nodes, depths = forest.node_counts(), forest.depths()
        values = {
            "num_trees": forest.trees,
            "num_samples_in_forest": int(forest.sizes().sum()),
            "num_samples_per_tree": event.rows_per_tree,
            "sample_dim": forest.columns,
            "shingle_size": 1,
            "trees_num_nodes": _listed(nodes.tolist()),
            "trees_depth": _listed(depths.tolist()),
            "max_num_nodes": nodes.max(),
            "min_num_nodes": nodes.min(),
            "avg_num_nodes": int(nodes.mean()),
            "max_tree_depth": depths.max(),
            "min_tree_depth": depths.min(),
            "avg_tree_depth": int(depths.mean()),
            "mem_size": size,
        }
        shown = ", ".join(f"{name}: {value}" for name, value in values.items())
        return f"{self.line('Random Cut Forest built: ')}\n\nForestInfo{{{shown}}}"

    def serializing(self) -> str:
        """The model is written."""
        return self.line("Master node: Serializing the RandomCutForest model")


def _listed(numbers: Sequence[int]) -> str:
    """Each number is followed by a comma."""
    return f"[{''.join(f'{number}, ' for number in numbers)}]"
