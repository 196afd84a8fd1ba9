"""What a function gets that runs in the place of a container."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagemock.algorithms.base import Stopped

if TYPE_CHECKING:
    from sagemock.containers.callbacks import AwsAccess, Stop
    from sagemock.containers.functions.log import FunctionLog
    from sagemock.containers.local_process.tree import Tree


@dataclass(frozen=True, slots=True)
class FunctionJob:
    """What functions for training and for processing get alike.

    Attributes
    ----------
    name
        The name of the job.
    hosts
        The names of its instances. A function runs once, for all of them.
    environment
        The variables of the request's Environment, and those that SageMaker adds; on a server
        those as well by which AWS's clients in processes reach it.
    document
        The job as Describe shows it while it runs.
    """

    name: str
    hosts: Sequence[str]
    environment: Mapping[str, str]
    document: Mapping[str, Any]
    _tree: Tree
    _log: FunctionLog
    _stop: Stop
    _aws: AwsAccess | None

    def client(self, service: str, **options: Any) -> Any:
        """Return a boto3 client of the mock or server that the job runs in.

        It has the credentials of the job's role and the job's region. What it starts does not wait
        for the job itself, which may wait for it.

        Parameters
        ----------
        service
            As boto3 names it, such as ``s3``.
        options
            Further arguments of `boto3.client`.
        """
        import boto3

        if self._aws is None:
            return boto3.client(service, **options)
        session = boto3.Session(
            aws_access_key_id=self._aws.access_key_id,
            aws_secret_access_key=self._aws.secret_access_key,
            aws_session_token=self._aws.session_token,
            region_name=self._aws.region,
        )
        if self._aws.endpoint_url is not None:
            options.setdefault("endpoint_url", self._aws.endpoint_url)
        return session.client(service, **options)

    def path(self, path: str) -> Path:
        """Return where a path of the container is on this machine.

        Parameters
        ----------
        path
            A path below ``/opt/ml``, such as ``/opt/ml/output/failure``.

        Raises
        ------
        ValueError
            If it is not below ``/opt/ml``.
        """
        return self._tree.at(path)

    def log(self, text: object) -> None:
        """Write to the log of the job, where its MetricDefinitions look for values."""
        self._log.write(str(text))

    @property
    def stopping(self) -> bool:
        """Whether the job has been asked to stop, or has run for longer than it may."""
        try:
            return self._stop()
        except Stopped:
            # The mock has ended; the function may still end as it likes.
            return True


@dataclass(frozen=True, slots=True)
class TrainingFunctionJob(FunctionJob):
    """What a function gets that trains.

    Attributes
    ----------
    hyperparameters
        As in the request: every value is text.
    channels
        The folder of each channel by its name. One in Pipe mode has its stream as a single file.
    model_dir
        The folder of the model, which becomes ``model.tar.gz``.
    output_dir
        The folder of other output, which becomes ``output.tar.gz``.
    checkpoint_dir
        The folder of checkpoints, which a job with a CheckpointConfig finds and leaves in S3.
    """

    hyperparameters: Mapping[str, str]
    channels: Mapping[str, Path]
    model_dir: Path
    output_dir: Path
    checkpoint_dir: Path


@dataclass(frozen=True, slots=True)
class ProcessingFunctionJob(FunctionJob):
    """What a function gets that processes.

    Attributes
    ----------
    inputs
        The folder of each input by its name: its LocalPath on this machine.
    outputs
        The folder of each output by its name, which goes to S3 when the function returns.
    entrypoint, arguments
        ContainerEntrypoint and ContainerArguments of the request.
    """

    inputs: Mapping[str, Path]
    outputs: Mapping[str, Path]
    entrypoint: Sequence[str]
    arguments: Sequence[str]
