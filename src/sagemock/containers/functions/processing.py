"""A function that processes in the place of a container."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sagemock.algorithms.base import AlgorithmError, ClientError, JobFailure
from sagemock.containers.callbacks import Clock, Report, Stop, never, no_report
from sagemock.containers.functions.calls import Exit, call, clients_variables
from sagemock.containers.functions.job import ProcessingFunctionJob
from sagemock.containers.functions.log import FunctionLog
from sagemock.containers.functions.training import of_all_hosts
from sagemock.containers.local_process.collection import collect, message
from sagemock.containers.local_process.tree import Tree, write_processing
from sagemock.containers.processing import (
    ProcessingInput,
    ProcessingOutput,
    Publish,
    no_publish,
)


class FunctionProcessing:
    """Processes by a function, in the thread of the job; once, for all hosts."""

    def __init__(self, function: Callable[[ProcessingFunctionJob], object]) -> None:
        self._function = function

    def process(
        self,
        input: ProcessingInput,
        *,
        report: Report = no_report,
        stop: Stop = never,
        clock: Clock = time.time,
        publish: Publish = no_publish,  # noqa: ARG002 - what it writes is read when it has returned
    ) -> ProcessingOutput:
        """Call the function. Whatever it raises is a failure of the job."""
        tree, log = Tree(input.workspace.new_file()), FunctionLog(input.hosts[0], report, clock)
        job = _job(tree, input, log, stop)
        failure = _failure(call(self._function, job, log))
        text = None
        try:
            text = message([tree])
        except UnicodeDecodeError as error:
            failure = ClientError(f"The exit message is not UTF-8: {error}")
        return ProcessingOutput(
            outputs={name: collect(path, input.workspace) for name, path in job.outputs.items()},
            message=text,
            stopped=stop(),
            failure=failure,
        )


def _job(tree: Tree, input: ProcessingInput, log: FunctionLog, stop: Stop) -> ProcessingFunctionJob:
    of_all = {name: of_all_hosts(channel) for name, channel in input.inputs.items()}
    write_processing(tree, replace(input, inputs=of_all))
    document = input.document
    return ProcessingFunctionJob(
        name=document.get("ProcessingJobName", ""),
        hosts=tuple(input.hosts),
        environment={**clients_variables(input.aws), **input.environment},
        document=document,
        _tree=tree,
        _log=log,
        _stop=stop,
        _aws=input.aws,
        inputs={name: tree.at(path) for name, path in _input_paths(document).items()},
        outputs={name: tree.at(path) for name, path in input.outputs.items()},
        entrypoint=tuple(input.entrypoint),
        arguments=tuple(input.arguments),
    )


def _input_paths(document: Mapping[str, Any]) -> dict[str, str]:
    paths = {}
    for each in document.get("ProcessingInputs", ()):
        path = each.get("S3Input", each.get("DatasetDefinition", {})).get("LocalPath")
        if path is not None:
            paths[each["InputName"]] = path
    return paths


def _failure(ending: Exit | JobFailure | None) -> JobFailure | None:
    """The failure of a container with an exit code, in AWS's words; the error is in the log."""
    if isinstance(ending, Exit):
        return AlgorithmError("See job logs for more information")
    return ending
