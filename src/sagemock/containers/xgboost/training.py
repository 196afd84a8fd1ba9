"""Training as the container of XGBoost does it, with the library that is installed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from sagemock.algorithms.base import JobFailure
from sagemock.containers.base import (
    Clock,
    Report,
    Stop,
    TrainingInput,
    TrainingOutput,
    never,
    no_report,
)
from sagemock.containers.xgboost import artifact, early_stopping, instances
from sagemock.containers.xgboost.channels import read_channels
from sagemock.containers.xgboost.checkpoints import Checkpoints
from sagemock.containers.xgboost.failures import UserError, of_library
from sagemock.containers.xgboost.log import XGBoostLog
from sagemock.containers.xgboost.parameters import chosen_metrics, parameters
from sagemock.containers.xgboost.releases import Release, of_image
from sagemock.containers.xgboost.rounds import Rounds
from sagemock.containers.xgboost.settings import Values, parse_hyperparameters
from sagemock.containers.xgboost.threads import one_thread_in_children, threads


class XGBoostTraining:
    """Trains XGBoost. A job with several hosts is trained as one, on the rows of all of them.

    A job that is asked to stop leaves a model only with `save_model_on_termination`.
    """

    def train(
        self,
        input: TrainingInput,
        *,
        report: Report = no_report,
        stop: Stop = never,
        clock: Clock = time.time,
    ) -> TrainingOutput:
        """Train the model. Raises `UserError` for invalid hyperparameters or data."""
        release = _release(input)
        log = XGBoostLog(report, clock, release, len(input.hosts))
        try:
            with one_thread_in_children():
                return _Job(input, release, log, stop).run()
        except UserError as failure:
            log.failed(failure.at(release))
            raise

    def fail(
        self,
        input: TrainingInput,
        failure: JobFailure,
        *,
        report: Report,
        clock: Clock = time.time,
    ) -> None:
        """Write the start of the log, and the failure."""
        release = _release(input)
        log = XGBoostLog(report, clock, release, len(input.hosts))
        log.started(input.hyperparameters, instances.gpus(input.document))
        log.failed(UserError(str(failure)).at(release))


def _release(input: TrainingInput) -> Release:
    algorithm = input.document.get("AlgorithmSpecification", {})
    return of_image(algorithm.get("TrainingImage", ""))


class _Job:
    """A job from its hyperparameters to its model."""

    def __init__(self, input: TrainingInput, release: Release, log: XGBoostLog, stop: Stop) -> None:
        self._input = input
        self._release = release
        self._log = log
        self._stop = stop

    def run(self) -> TrainingOutput:
        """Train. Raises `UserError`."""
        self._log.started(self._input.hyperparameters, instances.gpus(self._input.document))
        values = parse_hyperparameters(self._input.hyperparameters, self._release)
        matrices = read_channels(
            self._input,
            weighted=values.get("csv_weights") == 1,
            nthread=values.get("nthread"),
            log=self._log,
        )
        tuned = values.get("_tuning_objective_metric")
        train, validation = matrices["train"], matrices.get("validation")
        self._log.begins(
            self._input.hosts,
            None if tuned is None else tuned.partition(":")[2],
            (train.num_row(), train.num_col()),
            0 if validation is None else validation.num_row(),
        )
        return self._trained(values, matrices)

    def _trained(self, values: Values, matrices: Mapping[str, Any]) -> TrainingOutput:
        import xgboost

        train = matrices["train"]
        library, own = chosen_metrics(values, self._release)
        options = parameters(
            values,
            self._release,
            eval_metric=library,
            rows=train.num_row(),
            library=tuple(int(part) for part in xgboost.__version__.split(".")[:2]),
        )
        options["nthread"] = threads(train.num_row() * train.num_col(), values.get("nthread"))
        checkpoints = Checkpoints(
            self._input.checkpoints, self._input.document.get("CheckpointConfig")
        )
        if checkpoints.start:
            self._log.line(f"Checkpoint loaded from {checkpoints.path}")
            self._log.line(f"Resuming from iteration {checkpoints.start}")
        rounds = Rounds(
            matrices,
            self._log,
            self._stop,
            metrics=own,
            early_stopping=early_stopping.of_job(
                values, self._release, validated="validation" in matrices
            ),
            checkpoints=checkpoints,
        )
        try:
            booster = rounds.train(options, values["num_round"])
        except (xgboost.core.XGBoostError, ValueError, TypeError) as error:
            objective = values.get("objective", "")
            raise of_library(error, self._release, objective) from error
        if rounds.stopped:
            saved = values.get("save_model_on_termination") == "true" and rounds.count
            model = {artifact.MEMBER: artifact.file(booster)} if saved else None
            return TrainingOutput(model, stopped=True, checkpoints=checkpoints.files())
        return TrainingOutput(
            {artifact.MEMBER: artifact.pack(booster, self._release)},
            checkpoints=checkpoints.files(),
        )
