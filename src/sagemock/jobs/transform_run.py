"""A transform job from its request to its outputs: model, objects, requests, upload."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

from sagemock.accounts.services import ObjectStorage, RegionalStorage
from sagemock.accounts.world import World
from sagemock.algorithms.base import AlgorithmError, ClientError, JobFailure
from sagemock.containers import registry, selection
from sagemock.containers.base import InferenceError, InferenceRequest
from sagemock.documents import Document
from sagemock.formats.content import Spool, Workspace
from sagemock.hosting import model_definition
from sagemock.hosting.model_container import ContainerError, ModelFailure
from sagemock.hosting.model_server import ModelServer, serve, unserved
from sagemock.jobs import nesting, outputs, sources, transform_outputs
from sagemock.jobs.definition import Stop
from sagemock.jobs.sources import NoObjects
from sagemock.jobs.transform_inputs import InputObject, input_objects, opened, prefix_of
from sagemock.jobs.transform_log import TransformLog
from sagemock.jobs.transform_requests import NoAnswer, RequestSender
from sagemock.resources import clock, lifecycle
from sagemock.resources.model import ModelDefinition
from sagemock.resources.s3_uri import parse_s3
from sagemock.resources.types import TRANSFORM_JOB
from sagemock.transform.assembling import assembled
from sagemock.transform.batching import Batching, RequestBatch
from sagemock.transform.capture_manifests import manifest, manifest_key
from sagemock.transform.data_processing import DataProcessing
from sagemock.transform.errors import TransformError
from sagemock.transform.json_path import PathError
from sagemock.transform.output_keys import output_name
from sagemock.transform.settings import SINGLE, TransformSettings, environment

log = logging.getLogger("sagemock")

SEE_LOGS = "See job logs for more information"
"""The FailureReason of a job that could not transform an object, as seen."""

NOT_ACCEPTABLE = 406
"""The status with which containers refuse an Accept type here.

Those of Amazon's algorithms seem to answer in a type of their own instead: of a job that filters or
joins, the log says that the answer could not be parsed.
"""

NO_STATUS = 0
"""What errors have instead of a status when the container has ended or is too slow."""

NO_ANSWER = "Unable to get response from algorithm"
"""Seen in data logs."""


def run_transform_job(world: World, job: Document, stop: Stop) -> Generator[str, None, None]:
    """Take a job through its stages. Raises what ends it early: `JobFailure`, `Interruption`."""
    yield lifecycle.STARTING
    document = world.models.get(job["ModelName"])
    yield lifecycle.TRANSFORMING
    if document is None or world.runtime.trainer() is None:
        # Without a model only where names need not exist.
        return
    model = model_definition.of_model(document, world.services.registry)
    transform_log = TransformLog(world, job, model.hosts)
    server = _server(world, job, model, transform_log)
    if server is None:
        return
    try:
        settings = TransformSettings.of_job(job, server.execution_parameters())
        _check_payload(settings, model, world)
        transform_log.started(str(settings))
        role = document.get("ExecutionRoleArn", "")
        TransformRun(world, job, server, settings, transform_log, stop, role).run()
    finally:
        server.close()


def _server(
    world: World, job: Document, model: ModelDefinition, transform_log: TransformLog
) -> ModelServer | None:
    """What answers for the model; None if it does not run here. Raises `JobFailure`."""
    variables = environment(job, {})
    try:
        with nesting.nested():
            server = serve(
                model,
                _storage(world),
                transform_log.printed,
                world.config,
                variables,
                access=world.services.access,
            )
    except ModelFailure as failure:
        if failure.cause is not None:
            transform_log.broken(failure.host, failure.cause)
            raise AlgorithmError(SEE_LOGS) from failure
        if not world.rules.needs_objects:
            log.warning("%s transforms nothing: %s", job[TRANSFORM_JOB.key], failure)
            return None
        raise ClientError(_reason(failure)) from failure
    if server is None:
        for container, reason in unserved(model, world.services.storage, world.config):
            line = outputs.warn(container.definition.get("Image", ""), "output", reason)
            transform_log.printed(container.host, line)
    return server


def _reason(failure: ModelFailure) -> str:
    """The reason for model data that cannot be loaded, in the words for endpoints."""
    if failure.problem == "download":
        return (
            f'Failed to download model data from URL "{failure.location}". Please ensure that '
            "there is an object located at the URL and that the role passed to CreateModel has "
            "permissions to download the object."
        )
    return (
        f'Failed to extract model data archive from URL "{failure.location}". Please ensure that '
        "the object located at the URL is a valid tar.gz archive."
    )


def _check_payload(settings: TransformSettings, model: ModelDefinition, world: World) -> None:
    """Raise `ClientError` for an algorithm of Amazon's that would get a body in chunks."""
    containers = (selection.serving(each, world.config).container for each in model.containers)
    if settings.limit is None and any(each in registry.BUILT_IN for each in containers):
        raise ClientError("Built-in algorithms do not support a MaxPayloadInMB of 0")


def _storage(world: World) -> ObjectStorage:
    storage = world.services.storage
    return RegionalStorage(storage, world.region) if world.rules.needs_objects else storage


class TransformRun:
    """What a transform job reads and writes.

    Parameters
    ----------
    world, job
        The job.
    server
        The containers of its model.
    settings
        How requests are made and sent.
    transform_log
        The log of the job.
    stop
        Whether the job has been asked to stop.
    role
        The role of the model, which errors name.
    """

    def __init__(
        self,
        world: World,
        job: Document,
        server: ModelServer,
        settings: TransformSettings,
        transform_log: TransformLog,
        stop: Stop,
        role: str,
    ) -> None:
        self._world = world
        self._job = job
        self._server = server
        self._settings = settings
        self._log = transform_log
        self._stop = stop
        self._role = role
        self._storage = _storage(world)
        self._started = clock.now()
        source, self._target = job["TransformInput"], job["TransformOutput"]
        self._content_type: str | None = source.get("ContentType")
        client = job.get("ModelClientConfig", {})
        self._timeout: int = client.get("InvocationsTimeoutInSeconds", 600)
        self._compression: str = source.get("CompressionType", "None")
        try:
            self._processing = DataProcessing.of_job(job, self._stamp())
        except PathError as error:
            # Without validation, any text is accepted.
            raise ClientError(f"The JSONPath of a filter is not valid: {error}") from error
        self._batching = Batching(
            split_type=source.get("SplitType", "None"),
            single=settings.strategy == SINGLE,
            limit=settings.limit,
            keeps_records=self._processing.joins,
            selected=self._processing.selected(),
        )

    def _stamp(self) -> str | None:
        """The time that is added to predictions with an inference ID; None for none."""
        if not self._job.get("DataCaptureConfig", {}).get("GenerateInferenceId"):
            return None
        return f"{datetime.fromtimestamp(self._started, UTC):%Y-%m-%dT%H:%M:%SZ}"

    def run(self) -> None:
        """Transform all objects.

        Raises
        ------
        JobFailure
            If an object could not be transformed; all others have been.
        StopRequested
            If the job has been asked to stop.
        """
        objects = self._objects()
        instances: int = max(1, self._job["TransformResources"]["InstanceCount"])
        failure: JobFailure | None = None
        client = self._job.get("ModelClientConfig", {})
        background = self._world.config.training != "inline"
        with Workspace() as workspace:
            for number, each in enumerate(objects):
                instance = number % instances
                with RequestSender(
                    partial(self._answer, instance),
                    self._stop,
                    concurrent=self._settings.concurrent,
                    timeout=self._timeout,
                    threads=background or "InvocationsTimeoutInSeconds" in client,
                ) as sender:
                    error = self._transform(instance, each, sender, workspace)
                failure = failure or error
        if failure is not None:
            raise failure
        self._capture(objects)

    def _objects(self) -> Sequence[InputObject]:
        """The objects to transform. Raises `ClientError`."""
        try:
            return input_objects(self._job, self._storage)
        except NoObjects as error:
            if not self._world.rules.needs_objects:
                return ()
            text = sources.no_objects(error.uri, self._world.region, self._role)
            raise ClientError(text) from error

    def _transform(
        self,
        instance: int,
        each: InputObject,
        sender: RequestSender[RequestBatch, bytes],
        workspace: Workspace,
    ) -> JobFailure | None:
        """Write the output of an object. Returns the failure of the job if it has none."""
        try:
            with opened(each, self._storage, self._compression) as stream:
                pieces = self._pieces(sender, self._batching.batches(stream))
                content = Spool(workspace).keep(pieces)
        except TransformError as error:
            self._log.failed(instance, each, [str(error)])
            return ClientError(SEE_LOGS)
        except NoAnswer:
            self._log.failed(instance, each, [NO_ANSWER])
            return AlgorithmError(SEE_LOGS)
        except InferenceError as error:
            self._log.failed(instance, each, self._lines(error))
            return ClientError(SEE_LOGS) if _is_refusal(error) else AlgorithmError(SEE_LOGS)
        folder, name = self._target["S3OutputPath"].rstrip("/"), output_name(each.name)
        with suppress(ValueError):
            transform_outputs.note(self._world, self._job, parse_s3(f"{folder}/{name}"))
        try:
            outputs.upload_folder(folder, self._storage, {name: content})
        except ClientError:
            if self._world.rules.needs_objects:
                raise
        return None

    def _pieces(
        self, sender: RequestSender[RequestBatch, bytes], batches: Iterator[RequestBatch]
    ) -> Iterator[bytes]:
        finished = (
            self._processing.finished(batch.records, answer)
            if self._processing.changes_output
            else answer
            for batch, answer in sender.answers(batches)
        )
        return assembled(finished, self._target.get("AssembleWith", "None"))

    def _answer(self, instance: int, batch: RequestBatch) -> bytes:
        """The answer of the container, which is asked again if it is to blame for having none."""
        request = InferenceRequest(
            batch.body, self._content_type, self._target.get("Accept"), timeout=self._timeout
        )
        for retries_left in range(self._settings.retries, -1, -1):
            try:
                with nesting.nested():
                    return self._server.invoke(request).body
            except ContainerError as error:
                self._log.refused(instance, error.host, error)
                if _is_refusal(error) or not retries_left or self._stop():
                    raise
        raise AssertionError("a request is sent at least once")

    def _lines(self, error: InferenceError) -> list[str]:
        """What the data log says about the error response of a container."""
        status = error.status
        if status == NOT_ACCEPTABLE and self._processing.changes_output:
            return [self._processing.not_parsed]
        if status == NO_STATUS:
            return [NO_ANSWER]
        first = f"ClientError: {status}" if _is_refusal(error) else _BAD_STATUS.format(status)
        return [first, "", "Message:", *error.body.splitlines()]

    def _capture(self, objects: Sequence[InputObject]) -> None:
        """Write the manifests that DataCaptureConfig asks for. Raises `ClientError`."""
        destination = self._job.get("DataCaptureConfig", {}).get("DestinationS3Uri")
        if destination is None or not objects:
            return
        names = [each.name for each in objects]
        folder = self._target["S3OutputPath"].rstrip("/")
        manifests = {
            "input": manifest(prefix_of(objects[0]), names),
            "output": manifest(f"{folder}/", [output_name(name) for name in names]),
        }
        for side, content in manifests.items():
            key = manifest_key(side, self._started, str(uuid.uuid4()))
            outputs.upload_folder(destination, self._storage, {key: content})


def _is_refusal(error: InferenceError) -> bool:
    """Whether the request is to blame for an error response, not the container."""
    return NO_STATUS < error.status < 500


_BAD_STATUS = "Bad HTTP status received from algorithm: {}"
