"""The text of the lines that only Linear Learner's log has."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import numpy as np

from sagemock.algorithms.base import FloatArray
from sagemock.algorithms.linear_learner.events import Chosen, EpochEnded, Scaled
from sagemock.containers.first_party.lines import ContainerLines
from sagemock.containers.linear_learner.hyperparameters import DEFAULT_INPUT

CHECKPOINT = 'Saved checkpoint to "/tmp/model/mx-mod-0000.params"'


class LinearLearnerLines(ContainerLines):
    """Formats what happens during training as Linear Learner's container does."""

    algorithm = "Linear Learner"
    defaults = DEFAULT_INPUT

    def scaler(self, event: Scaled) -> Iterator[str]:
        """The means and deviations of features and label."""
        label_mean, label_deviation = (
            None if value is None else _ndarray(np.array([value], np.float32))
            for value in (event.label_mean, event.label_deviation)
        )
        yield self.line(
            "Scaler algorithm parameters\n <algorithm.scaler.ScalerAlgorithmStable object>"
        )
        yield self.line(
            f"Scaling model computed with parameters:\n {{'stdev_label': {label_deviation}, "
            f"'stdev_weight': {_ndarray(event.deviation)}, 'mean_label': {label_mean}, "
            f"'mean_weight': {_ndarray(event.mean)}}}"
        )

    def losses(
        self, channel: str, event: EpochEnded, losses: Sequence[float], logged: int, start: float
    ) -> Iterator[str]:
        """The loss of each model, and that of model 0 again, which becomes the job's metric.

        Parameters
        ----------
        losses
            The mean loss of each model on the channel.
        logged
            How many models, from the first, have a line of their own.
        start
            When the epoch began, in seconds since the epoch.
        """
        name = f"{channel}_{event.objective}"
        now = self.clock()
        for model, loss in enumerate(losses[:logged]):
            dimensions = {"epoch": event.epoch, "model": model}
            yield self.metrics(start, now, dimensions, {name: [loss]})
        if logged < len(losses):
            yield self.line(
                f"The losses of {len(losses) - logged} of {len(losses)} models are not logged."
            )
        yield self.line(
            f"#quality_metric: host={self.host}, epoch={event.epoch}, {channel} "
            f"{event.objective} <loss>={losses[0]}"
        )

    def criterion(self, event: EpochEnded) -> Iterator[str]:
        """What early stopping and model selection make of an epoch."""
        yield self.line(
            f"#early_stopping_criteria_metric: host={self.host}, epoch={event.epoch}, "
            f"criteria={event.criteria}, value={event.criterion}"
        )
        if event.improved:
            yield self.line(f"Epoch {event.epoch}: Loss improved. Updating best model")
        elif event.idle == 0:
            yield self.line(f"Epoch {event.epoch}: Loss has not improved for 0 epochs.")

    def checkpoint(self, reason: str) -> Iterator[str]:
        """A model has been saved."""
        yield self.line(reason)
        yield self.line(CHECKPOINT)

    def stopped_early(self) -> Iterator[str]:
        """Early stopping ends the training."""
        yield self.line("Early stop condition met. Stopping training.")
        yield self.line(f"#progress_metric: host={self.host}, completed 100 % epochs")

    def chosen(self, event: Chosen) -> Iterator[str]:
        """The scores and the settings of the best model."""
        yield from self.scores(event.channel, event.scores)
        settings = json.dumps(event.settings)
        yield from self.checkpoint(f"Best model found for hyperparameters: {settings}")


def _ndarray(values: FloatArray) -> str:
    """An array as MXNet prints it."""
    text = np.array2string(values, threshold=1000)
    return f"\n{text}\n<NDArray {len(values)} @cpu(0)>"
