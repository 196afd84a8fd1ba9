"""The text of the lines that only the log of factorization machines has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from sagemock.algorithms.factorization_machines.events import Scores
from sagemock.containers.factorization_machines.hyperparameters import DEFAULT_CONFIGURATION
from sagemock.containers.first_party.lines import DEFAULT_CONF, ContainerLines

SAVED = 'Saved checkpoint to "/tmp/tmpbooibdmy/state-0001.params"'

_PULLED = (
    "src/src/kvstore/./kvstore_local.h:306: Warning: non-default weights detected during kvstore "
    "pull. This call has been ignored. Please make sure to use kv.row_sparse_pull() or "
    "module.prepare() with row_ids."
)
_LAZY = (
    "src/src/operator/././../common/utils.h:450: Optimizer with lazy_update = True detected. Be "
    "aware that lazy update with row_sparse gradient is different from standard update, and may "
    "lead to different empirical results."
)
"""Warnings of MXNet, for sparse networks."""


class MachineLines(ContainerLines):
    """Formats what happens during training as the container of factorization machines does."""

    algorithm = "factorization-machines"
    defaults = DEFAULT_CONFIGURATION
    defaults_path = DEFAULT_CONF
    worker = 8

    def reader_started(self) -> str:
        """The warning of the container's reader before its first pass."""
        moment = datetime.fromtimestamp(self.clock(), UTC).isoformat(" ", "milliseconds")[:23]
        return (
            f"[{moment}] [tensorio] [warning] TensorIO is already initialized; ignoring the "
            "initialization routine."
        )

    def network(self, *, sparse: bool, store: str) -> Iterator[str]:
        """The kind of the network, and of the store of its parameters."""
        yield from self.gpus()
        kind = "Sparse" if sparse else "Dense"
        yield self.line(f"[{kind} network] Building a {kind.lower()} network.")
        yield self.line(f"Create Store: {store}")

    def sparse_warnings(self) -> Iterator[str]:
        """What MXNet prints before the first update of a sparse network."""
        moment = datetime.fromtimestamp(self.clock(), UTC)
        for text in (_PULLED, _PULLED, _LAZY):
            yield f"[{moment:%H:%M:%S}] {text}"

    def qualities(self, rows: str, scores: Scores) -> Iterator[str]:
        """Scores on some rows, in the form that the service reads metrics from."""
        for each in scores:
            yield self.quality(rows, each.name, each.tag, each.value)

    def pulling(self) -> str:
        """The parameters are collected."""
        return self.line("Pulling entire model from kvstore to finalize")

    def saved(self) -> str:
        """The parameters have been stored."""
        return self.line(SAVED)
