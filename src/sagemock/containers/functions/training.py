"""A function that trains in the place of a container."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from sagemock.algorithms.base import AlgorithmError, JobFailure
from sagemock.containers.callbacks import Clock, Report, Stop, never, no_report
from sagemock.containers.functions.calls import Exit, call, clients_variables
from sagemock.containers.functions.job import TrainingFunctionJob
from sagemock.containers.functions.log import FunctionLog
from sagemock.containers.inputs import Channel, Shard
from sagemock.containers.local_process.collection import collect, failure_text
from sagemock.containers.local_process.tree import (
    Tree,
    checkpoint_path,
    pipes,
    write_content,
    write_training,
)
from sagemock.containers.training import TrainingInput, TrainingOutput


class FunctionTraining:
    """Trains by a function, in the thread of the job.

    It runs once, whatever the number of hosts, as the first of them, and finds the files of all.
    """

    def __init__(self, function: Callable[[TrainingFunctionJob], object]) -> None:
        self._function = function

    def train(
        self,
        input: TrainingInput,
        *,
        report: Report = no_report,
        stop: Stop = never,
        clock: Clock = time.time,
    ) -> TrainingOutput:
        """Call the function. Whatever it raises is a failure of the job."""
        tree, log = Tree(input.workspace.new_file()), FunctionLog(input.hosts[0], report, clock)
        job = _job(tree, input, log, stop)
        ending = call(self._function, job, log)
        workspace = input.workspace
        return TrainingOutput(
            model=collect(tree.model, workspace),
            output=collect(tree.output, workspace),
            stopped=stop(),
            checkpoints=collect(job.checkpoint_dir, workspace)
            if "CheckpointConfig" in input.document
            else {},
            failure=_failure(ending, tree),
        )

    def fail(
        self,
        input: TrainingInput,
        failure: JobFailure,
        *,
        report: Report,
        clock: Clock = time.time,
    ) -> None:
        """Write the failure to the log; the function is not called."""
        FunctionLog(input.hosts[0], report, clock).write(failure.details)


def _job(tree: Tree, input: TrainingInput, log: FunctionLog, stop: Stop) -> TrainingFunctionJob:
    of_all = {name: of_all_hosts(channel) for name, channel in input.channels.items()}
    merged = replace(input, channels=of_all)
    write_training(tree, merged)
    for path, content in pipes(tree, merged).items():
        write_content(path / f"{path.name}_0", content)
    document = input.document
    name, arn = document.get("TrainingJobName", ""), document.get("TrainingJobArn", "")
    region = arn.split(":")[3] if arn else ""
    return TrainingFunctionJob(
        name=name,
        hosts=tuple(input.hosts),
        environment={
            "TRAINING_JOB_NAME": name,
            "TRAINING_JOB_ARN": arn,
            "AWS_REGION": region,
            **clients_variables(input.aws),
            **input.environment,
        },
        document=document,
        _tree=tree,
        _log=log,
        _stop=stop,
        _aws=input.aws,
        hyperparameters=dict(input.hyperparameters),
        channels={name: tree.channel(name) for name in of_all},
        model_dir=tree.model,
        output_dir=tree.output,
        checkpoint_dir=tree.at(checkpoint_path(document)),
    )


def of_all_hosts(channel: Channel) -> Channel:
    """Return a channel with which the first host has the files of all."""
    parts = {part.path: part for shard in channel.shards for part in shard.parts}
    return replace(channel, shards=[Shard((0,), list(parts.values()))])


def _failure(ending: Exit | JobFailure | None, tree: Tree) -> JobFailure | None:
    """The failure by the failure file or the exception, and the exit code, as AWS writes it."""
    if not isinstance(ending, Exit):
        return ending
    text = failure_text(tree)
    return AlgorithmError(f"{ending.text if text is None else text}, exit code: {ending.code}")
