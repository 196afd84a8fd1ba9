"""Training: all candidate models advance together, as matrix products."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

import numpy as np

from sagemock.algorithms.base import ClientError, Dataset, FloatArray, Stopped
from sagemock.algorithms.blas import single_thread
from sagemock.algorithms.linear_learner import scaler as scaling
from sagemock.algorithms.linear_learner import threshold
from sagemock.algorithms.linear_learner.candidates import Candidate, candidates
from sagemock.algorithms.linear_learner.early_stopping import EarlyStopping
from sagemock.algorithms.linear_learner.evaluate import evaluate
from sagemock.algorithms.linear_learner.events import (
    Chosen,
    EpochEnded,
    Event,
    Finished,
    Scaled,
    StoppedEarly,
    Tested,
)
from sagemock.algorithms.linear_learner.hyperparameters import Hyperparameters
from sagemock.algorithms.linear_learner.losses import Logistic, sigmoid
from sagemock.algorithms.linear_learner.model import LinearModel
from sagemock.algorithms.linear_learner.optimizers import AUTO_FACTOR, Adam, FactorScheduler

Observe = Callable[[Event], None]
Stop = Callable[[], bool]

AUTO_BIAS_RATE = 10.0
VALIDATION_BLOCK = 4096
"""Rows of a held-out channel that are evaluated at a time."""


def _ignore(_: Event) -> None:
    """Nobody watches."""


def _never() -> bool:
    return False


def fit(
    hyperparameters: Hyperparameters,
    channels: Mapping[str, Dataset],
    *,
    seed: int = 0,
    observe: Observe = _ignore,
    stop: Stop = _never,
) -> LinearModel:
    """Train on the `train` channel and give the best of the candidate models.

    The best is chosen on the `validation` channel if there is one; the `test` channel is only
    scored. `stop` is asked between mini-batches.

    Raises ClientError for data that does not fit the hyperparameters, and `Stopped`.
    """
    _check_supported(hyperparameters)
    train = channels["train"]
    for name, data in channels.items():
        _check(hyperparameters, name, data, train.features.shape[1])
    with single_thread():
        return _Training(hyperparameters, channels, seed, observe, stop).run()


def _check_supported(hyperparameters: Hyperparameters) -> None:
    settings = {
        "predictor_type": hyperparameters["predictor_type"],
        "loss": hyperparameters.loss,
        "optimizer": hyperparameters["optimizer"] or "adam",
        "l1": hyperparameters["l1"] or 0.0,
        "positive_example_weight_mult": hyperparameters["positive_example_weight_mult"],
    }
    for name, value in settings.items():
        if value not in _SUPPORTED[name]:
            raise ClientError(f"sagemock does not train with {name} '{value}' yet")


_SUPPORTED: Mapping[str, tuple[object, ...]] = {
    "predictor_type": ("binary_classifier",),
    "loss": ("logistic",),
    "optimizer": ("adam",),
    "l1": (0.0,),
    "positive_example_weight_mult": (1.0, "auto"),
}


def _check(hyperparameters: Hyperparameters, name: str, data: Dataset, columns: int) -> None:
    """Whether a channel can be used. Raises ClientError."""
    wanted = hyperparameters["feature_dim"] or columns
    found = data.features.shape[1]
    if found != wanted:
        raise ClientError(
            f"The feature dimension of channel '{name}' is {found}, but feature_dim is {wanted}."
        )
    if not np.isin(data.labels, (0, 1)).all():
        raise ClientError(
            f"Labels of channel '{name}' must be 0 or 1 for predictor_type 'binary_classifier'."
        )
    if name == "train" and len(data.features) < hyperparameters["mini_batch_size"]:
        raise ClientError(
            f"mini_batch_size {hyperparameters['mini_batch_size']} is larger than the number of "
            f"rows in channel 'train' ({len(data.features)})."
        )


@dataclass(slots=True)
class _Best:
    """The best models so far: parameters of all, and which one won."""

    parameters: FloatArray
    model: int


class _Training:
    """The state of one run. Parameters are (columns + 1, models); the last row is the bias."""

    def __init__(
        self,
        hyperparameters: Hyperparameters,
        channels: Mapping[str, Dataset],
        seed: int,
        observe: Observe,
        stop: Stop,
    ) -> None:
        self._hyper = hyperparameters
        self._channels = channels
        self._observe = observe
        self._stop = stop
        self._bias = int(hyperparameters["use_bias"])
        self._batch = hyperparameters["mini_batch_size"]
        self._models = candidates(hyperparameters)
        self._loss = Logistic()
        self._parameters = self._initial(np.random.default_rng(seed))
        self._optimizer = Adam(self._parameters.shape, hyperparameters)
        self._scheduler = FactorScheduler(self._models, hyperparameters)
        self._decay = np.array([model.wd for model in self._models], np.float32)
        self._updates = 0

    def run(self) -> LinearModel:
        train = self._channels["train"]
        scaler = self._scaler()
        scaled = scaler.transform(train.features, ones=bool(self._bias))
        labels = train.labels.reshape(-1, 1)
        stopping = EarlyStopping(self._hyper)
        best = _Best(self._parameters.copy(), 0)
        epochs = 0
        for epoch in range(self._hyper["epochs"]):
            losses = self._epoch(scaled, labels)
            validation, criterion, winner = self._judge(losses, scaler)
            improved = stopping.improved(criterion * self._sign)
            if improved:
                best = _Best(self._parameters.copy(), winner)
            epochs = epoch + 1
            self._report(epoch, losses, validation, criterion, improved)
            if stopping.should_stop:
                self._observe(StoppedEarly(epoch))
                break
        del scaled
        model = self._model(best, scaler)
        self._score(model, self._models[best.model], stopping.best * self._sign)
        self._observe(Finished(epochs))
        return model

    def _initial(self, random: np.random.Generator) -> FloatArray:
        """Each model draws its own weights; the bias starts where the caller says."""
        columns = self._channels["train"].features.shape[1]
        shape = (columns + self._bias, len(self._models))
        if self._hyper["init_method"] == "normal":
            drawn = random.normal(0, self._hyper["init_sigma"], shape)
        else:
            scale = self._hyper["init_scale"]
            drawn = random.uniform(-scale, scale, shape)
        drawn[columns:] = self._hyper["init_bias"]
        return drawn.astype(np.float32)

    def _scaler(self) -> scaling.Scaler:
        normalize, unbias = self._hyper["normalize_data"], self._hyper["unbias_data"]
        scaler = scaling.measure(
            self._channels["train"].features,
            batch_size=self._batch,
            points=self._hyper["num_point_for_scaler"],
            normalize=normalize is not False,
            # Without a bias nothing could make up for the shift.
            unbias=unbias is not False and bool(self._bias),
        )
        self._observe(Scaled(scaler.mean, scaler.deviation, scaler.rows, scaler.batches))
        return scaler

    def _epoch(self, features: FloatArray, labels: FloatArray) -> FloatArray:
        """One pass over the full mini-batches; gives the mean loss of each model."""
        size = self._batch
        batches = len(features) // size
        total = np.zeros(len(self._models))
        margins = np.empty((size, len(self._models)), np.float32)
        gradient = np.empty_like(self._parameters)
        decay = np.empty_like(self._parameters)
        for start in range(0, batches * size, size):
            if self._stop():
                raise Stopped
            rows = features[start : start + size]
            np.matmul(rows, self._parameters, out=margins)
            total += self._loss.gradient(margins, labels[start : start + size])
            margins *= np.float32(1 / size)
            np.matmul(rows.T, margins, out=gradient)
            self._add_decay(gradient, decay)
            self._update(gradient)
        return np.asarray(total / (batches * size))

    def _add_decay(self, gradient: FloatArray, decay: FloatArray) -> None:
        """Weight decay is part of the gradient; the bias has its own, none unless told."""
        np.multiply(self._parameters, self._decay, out=decay)
        if self._bias:
            decay[-1] *= np.float32(self._hyper["bias_wd_mult"] or 0)
        gradient += decay

    def _update(self, gradient: FloatArray) -> None:
        self._updates += 1
        step = self._optimizer.step(gradient, self._scheduler.rates(self._updates))
        if self._bias:
            step[-1] *= np.float32(self._hyper["bias_lr_mult"] or AUTO_BIAS_RATE)
        self._parameters -= step

    def _judge(
        self, losses: FloatArray, scaler: scaling.Scaler
    ) -> tuple[list[float] | None, float, int]:
        """Validation losses, the value of the criterion, and the model that reached it.

        Without a validation channel the train losses of the epoch decide.
        """
        validation = self._channels.get("validation")
        if validation is None:
            winner = int(np.argmin(losses))
            return None, float(losses[winner]), winner
        margins = self._margins(validation.features, scaler)
        labels = validation.labels.reshape(-1, 1)
        means = self._loss.value(margins, labels).mean(axis=0, dtype=np.float64)
        if self._criterion_is_loss:
            winner = int(np.argmin(means))
            return means.tolist(), float(means[winner]), winner
        scores = sigmoid(margins)
        found = [
            threshold.choose(scores[:, model], validation.labels, self._hyper).criterion
            for model in range(len(self._models))
        ]
        # Equal ones are told apart by their loss.
        winner = min(range(len(found)), key=lambda model: (-found[model], means[model]))
        return means.tolist(), found[winner], winner

    @property
    def _criterion_is_loss(self) -> bool:
        name = self._hyper["binary_classifier_model_selection_criteria"]
        return "validation" not in self._channels or name in (
            "loss_function",
            "cross_entropy_loss",
        )

    @property
    def _sign(self) -> int:
        """Turns a criterion into one of which less is better."""
        return 1 if self._criterion_is_loss else -1

    @property
    def _criteria_name(self) -> str:
        if self._criterion_is_loss:
            return self._loss.objective
        return f"sampled_{self._hyper['binary_classifier_model_selection_criteria']}"

    def _margins(self, features: FloatArray, scaler: scaling.Scaler) -> FloatArray:
        """The margins of every model (rows, models), in blocks to keep the memory small."""
        margins = np.empty((len(features), len(self._models)), np.float32)
        for start in range(0, len(features), VALIDATION_BLOCK):
            block = slice(start, start + VALIDATION_BLOCK)
            scaled = scaler.transform(features[block], ones=bool(self._bias))
            np.matmul(scaled, self._parameters, out=margins[block])
        return margins

    def _report(
        self,
        epoch: int,
        losses: FloatArray,
        validation: list[float] | None,
        criterion: float,
        improved: bool,
    ) -> None:
        rows, columns = self._channels["train"].features.shape
        batches = rows // self._batch
        self._observe(
            EpochEnded(
                epoch=epoch,
                epochs=self._hyper["epochs"],
                objective=self._loss.objective,
                train=losses.tolist(),
                validation=validation,
                criteria=self._criteria_name,
                criterion=criterion,
                improved=improved,
                rows=batches * self._batch,
                batches=batches,
                columns=columns,
            )
        )

    def _model(self, best: _Best, scaler: scaling.Scaler) -> LinearModel:
        """The winner, on raw features, with its threshold."""
        columns = len(scaler.mean)
        chosen = best.parameters[:, best.model : best.model + 1]
        bias = chosen[columns:].ravel() if self._bias else np.zeros(1, np.float32)
        weights, bias = scaler.fold(chosen[:columns], bias)
        neutral = self._build(weights, bias, threshold.NEUTRAL)
        if self._hyper["binary_classifier_model_selection_criteria"] in (
            "loss_function",
            "cross_entropy_loss",
        ):
            return neutral
        calibration = self._channels.get("validation", self._channels["train"])
        most = self._hyper["num_calibration_samples"] or len(calibration.labels)
        scores = neutral.predict(calibration.features[:most]).scores[:, 0]
        found = threshold.choose(scores, calibration.labels[:most], self._hyper)
        return self._build(weights, bias, found.value)

    def _build(self, weights: FloatArray, bias: FloatArray, cut: float) -> LinearModel:
        return LinearModel(
            predictor_type=self._hyper["predictor_type"],
            loss=self._hyper.loss,
            weights=weights,
            bias=bias,
            threshold=cut,
            metrics_params={
                "eps_insensitive_loss_type": None,
                "class_weights": None,
                "huber_delta": None,
                "quantile": None,
                "loss_insensitivity": None,
                "positive_example_weight_mult": 1.0,
                "accuracy_top_k": self._hyper["accuracy_top_k"],
                "threshold": cut,
                "f_beta": self._hyper["f_beta"],
                "margin": None,
            },
        )

    def _score(self, model: LinearModel, settings: Candidate, criterion: float) -> None:
        name = "validation" if "validation" in self._channels else "train"
        scores = evaluate(model, self._channels[name], self._hyper)
        self._observe(
            Chosen(name, scores, self._settings(settings), self._criteria_name, criterion)
        )
        test = self._channels.get("test")
        self._observe(Tested(None if test is None else evaluate(model, test, self._hyper)))

    def _settings(self, chosen: Candidate) -> dict[str, object]:
        """The best model's settings, under the names and in the order of the log."""
        grid = asdict(chosen)
        return {
            "optimizer": self._hyper["optimizer"] or "adam",
            "learning_rate": grid["learning_rate"],
            "wd": grid["wd"],
            "l1": self._hyper["l1"] or 0.0,
            "lr_scheduler_step": grid["lr_scheduler_step"],
            "lr_scheduler_factor": self._hyper["lr_scheduler_factor"] or AUTO_FACTOR,
            "lr_scheduler_minimum_lr": grid["lr_scheduler_minimum_lr"],
        }
