"""The state of one training run of factorization machines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sagemock.algorithms.base import Sharded, is_sparse
from sagemock.algorithms.factorization_machines.batches import MiniBatch, mini_batches
from sagemock.algorithms.factorization_machines.events import Event
from sagemock.algorithms.factorization_machines.hyperparameters import (
    FactorizationMachinesHyperparameters,
)
from sagemock.algorithms.factorization_machines.losses import LOSSES, PredictorLoss
from sagemock.algorithms.factorization_machines.model import FactorizationMachinesModel
from sagemock.algorithms.factorization_machines.optimizer import LazyAdam
from sagemock.algorithms.factorization_machines.parameters import Parameters

Observe = Callable[[Event], None]
StopAsked = Callable[[], bool]


@dataclass(slots=True)
class MachineRun:
    """What one run works with, and how far it has come.

    Attributes
    ----------
    hyper, observe, stop
        As passed to `fit`.
    train
        The train channel.
    shards
        The mini-batches of each of its data sets.
    sparse
        Whether one of its data sets is sparse.
    updates
        Steps so far, over all epochs.
    """

    hyper: FactorizationMachinesHyperparameters
    observe: Observe
    stop: StopAsked
    train: Sharded
    shards: Sequence[Sequence[MiniBatch]]
    sparse: bool
    loss: PredictorLoss
    parameters: Parameters
    adam: LazyAdam
    updates: int = 0

    @classmethod
    def begin(
        cls,
        hyper: FactorizationMachinesHyperparameters,
        channels: Mapping[str, Sharded],
        seed: int,
        observe: Observe,
        stop: StopAsked,
    ) -> MachineRun:
        """A run with initial parameters."""
        train = channels["train"]
        parameters = Parameters.initial(hyper, seed)
        return cls(
            hyper,
            observe,
            stop,
            train,
            [mini_batches(data, hyper.mini_batch_size) for data in train.datasets],
            any(is_sparse(data.features) for data in train.datasets),
            LOSSES[hyper.predictor_type],
            parameters,
            LazyAdam(parameters, hyper),
        )

    def hosts_of(self, shard: int) -> int:
        """How many hosts have a data set of the train channel."""
        return self.train.of_host.count(shard)

    def model(self) -> FactorizationMachinesModel:
        """The model of the parameters as they are now."""
        return FactorizationMachinesModel(
            self.hyper.predictor_type,
            float(self.parameters.bias[0]),
            self.parameters.columns,
            self.sparse,
        )
