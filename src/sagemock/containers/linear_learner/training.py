"""`train`: hyperparameters and channels in, artifact out, and nothing else touched.

A pure function of picklable values, so that any executor can run it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from sagemock.algorithms.base import Cause, ClientError, Dataset, JobFailure, Stopped
from sagemock.algorithms.linear_learner import Hyperparameters, fit
from sagemock.containers.base import LogLine, Report, Stop, TrainingOutput
from sagemock.containers.first_party.datasets import TRAIN, read_datasets
from sagemock.containers.inputs import Channel
from sagemock.containers.linear_learner import artifact, parse_hyperparameters
from sagemock.containers.linear_learner.log import LinearLearnerLog

CHANNELS = (TRAIN, "validation", "test")


def _unheard(_: Sequence[LogLine]) -> None:
    """Nobody reads the log."""


def _never() -> bool:
    return False


def train(
    hyperparameters: Mapping[str, str],
    channels: Mapping[str, Channel],
    *,
    seed: int = 0,
    report: Report = _unheard,
    stop: Stop = _never,
    clock: Callable[[], float] = time.time,
) -> TrainingOutput:
    """Train Linear Learner.

    hyperparameters: as in the request. report: gets the lines of the container's log. clock:
    gives seconds since the epoch, for the log alone.

    One that is asked to stop leaves the best model of the epochs that have ended, as AWS says
    of its own algorithms, on the page about StoppingCondition in its API reference.

    Raises `JobFailure` when the job cannot end well.
    """
    log = LinearLearnerLog(report, clock, _hosts(channels))
    with log.failures():
        log.started(hyperparameters)
        parsed = parse_hyperparameters(hyperparameters)
        log.configured(hyperparameters)
        if TRAIN not in channels or not all(channels[TRAIN].hosts):
            raise ClientError(
                f"Missing required data channel: '{TRAIN}'", Cause("KeyError", f"'{TRAIN}'")
            )
        data = _read(parsed, channels)
        # The rows are all that is needed from here on, and the bytes take as much memory again.
        del channels
        log.read(parsed, data)
        try:
            model = fit(parsed, data, seed=seed, observe=log.observe, stop=stop)
        except Stopped as stopped:
            best = stopped.model
            return TrainingOutput(None if best is None else artifact.pack(best), stopped=True)
        return TrainingOutput(artifact.pack(model))


def write_failure(
    hyperparameters: Mapping[str, str],
    channels: Mapping[str, Channel],
    failure: JobFailure,
    *,
    report: Report,
    clock: Callable[[], float] = time.time,
) -> None:
    """Write the log of a container that fails as soon as it has started."""
    log = LinearLearnerLog(report, clock, _hosts(channels))
    log.started(hyperparameters)
    log.failed(failure)


def _hosts(channels: Mapping[str, Channel]) -> int:
    return max((len(channel.hosts) for channel in channels.values()), default=1)


def _read(
    hyperparameters: Hyperparameters, channels: Mapping[str, Channel]
) -> dict[str, Sequence[Dataset]]:
    """The rows of each channel, by host; all must have the columns of the train channel."""
    columns: int | None = hyperparameters["feature_dim"]
    data = {}
    for name in CHANNELS:
        if name in channels:
            data[name] = read_datasets(
                channels[name], columns=columns, block=hyperparameters["mini_batch_size"]
            )
            columns = columns or data[name][0].columns
    return data
