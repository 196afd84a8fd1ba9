"""The epochs of a run, up to the last one or until training should stop."""

from __future__ import annotations

from array import array

from sagemock.algorithms.base import Stopped
from sagemock.algorithms.linear_learner.epoch import Stop
from sagemock.algorithms.linear_learner.events import EpochEnded, HostEpoch, StoppedEarly
from sagemock.algorithms.linear_learner.finish import interrupted
from sagemock.algorithms.linear_learner.parallel import ModelsEpoch, ParallelModels
from sagemock.algorithms.linear_learner.run import LinearLearnerRun


def train(run: LinearLearnerRun, models: ParallelModels, stop: Stop) -> None:
    """Train the models epoch by epoch, and keep the best one in `run`.

    Raises
    ------
    Stopped
        When asked to stop, with the best model of the epochs that have ended.
    """
    for epoch in range(run.hyper.epochs):
        try:
            ended = models.epoch(stop)
        except Stopped:
            raise interrupted(run, epoch) from None
        improved = run.stopping.improved(ended.selection.criterion * run.selector.sign)
        if improved:
            run.best = ended.best
        run.last_epoch = _event(run, epoch, ended, improved)
        run.observe(run.last_epoch)
        if run.stopping.should_stop:
            run.observe(StoppedEarly(epoch))
            return


def _event(run: LinearLearnerRun, epoch: int, ended: ModelsEpoch, improved: bool) -> EpochEnded:
    return EpochEnded(
        epoch=epoch,
        epochs=run.hyper.epochs,
        objective=run.loss.objective,
        hosts=_host_epochs(run, ended),
        criteria=run.selector.criteria,
        criterion=ended.selection.criterion,
        improved=improved,
        idle=run.stopping.idle,
    )


def _host_epochs(run: LinearLearnerRun, ended: ModelsEpoch) -> list[HostEpoch]:
    """The epoch on each host. Hosts that see the same rows share the arrays of their losses."""
    losses = [array("d", row.tobytes()) for row in ended.losses]
    validation_losses = ended.selection.validation
    held_out_losses = [
        array("d", row.tobytes())
        for row in (() if validation_losses is None else validation_losses)
    ]
    train, validation = run.channels["train"], run.channels.get("validation")
    hosts = []
    for number, index in enumerate(train.of_host):
        assert index is not None  # Checked before: every host has rows to train on.
        held_out, held_out_rows = None, 0
        if validation is not None:
            held_out_rows = validation.rows(number)
            held_out_index = validation.of_host[number]
            if held_out_index is not None:
                held_out = held_out_losses[held_out_index]
        hosts.append(HostEpoch(losses[index], held_out, train.rows(number), held_out_rows))
    return hosts
