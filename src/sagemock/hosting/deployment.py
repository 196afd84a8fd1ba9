"""What serves the variants of an endpoint, and why one cannot be deployed.

The texts were observed on AWS. A container that cannot load its model only shows as a failed health
check: the reason is in its log.
"""

from __future__ import annotations

from sagemock.accounts.services import JobAccess, ObjectStorage
from sagemock.config import Config
from sagemock.containers import not_run
from sagemock.containers.base import Stop
from sagemock.hosting.model_server import (
    ContainerPrint,
    ModelFailure,
    ModelServer,
    serve,
    unserved,
)
from sagemock.hosting.multi_model import Measure
from sagemock.resources.model import ModelDefinition

Deployment = dict[str, ModelServer | None]
"""What answers for each variant; None for an image that is not known."""


class DeploymentFailure(Exception):
    """A model cannot be served.

    Parameters
    ----------
    reason
        The endpoint's FailureReason.
    cause
        What the container logs, or None if it never started.
    variant
        The variant of the container.
    host
        The host name of the container; None for the first one.
    """

    def __init__(
        self,
        reason: str,
        cause: str | None = None,
        variant: str | None = None,
        host: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.cause = cause
        self.variant = variant
        self.host = host


def deploy(
    variant: str,
    model: ModelDefinition,
    storage: ObjectStorage,
    log: ContainerPrint,
    config: Config,
    *,
    access: JobAccess,
    startup: float | None,
    memory: int,
    measure: Measure,
    stop: Stop,
) -> ModelServer | None:
    """Start the containers of a variant's model.

    Parameters
    ----------
    variant
        The name of the variant.
    model
        What it runs.
    storage
        Where the model data is.
    log
        Takes what the containers print.
    config
        The options of the mock.
    access
        Gives processes credentials of the model's role.
    startup
        Seconds until a process is healthy, as the variant says; None for the default.
    memory
        Bytes of its instances for the models of a multi-model container.
    measure
        Takes the metrics of such a container.
    stop
        Whether nobody waits for them any more.

    Returns
    -------
    What answers; None for an image that is not known.

    Raises
    ------
    DeploymentFailure
        If the model cannot be served.
    """
    try:
        server = serve(
            model,
            storage,
            log,
            config,
            access=access,
            startup=startup,
            memory=memory,
            measure=measure,
            stop=stop,
        )
    except ModelFailure as failure:
        reason = _reason(variant, failure)
        raise DeploymentFailure(reason, failure.cause, variant, failure.host) from failure
    if server is None:
        for container, why in unserved(model, storage, config):
            log(container.host, NOT_SERVED.format(why))
            not_run.warn(container.definition.get("Image", ""), CANNED, why)
    return server


CANNED = "its endpoints return moto's canned response"
NOT_SERVED = "sagemock: this container does not run, and invocations return moto's response; {}"


def close(deployment: Deployment) -> None:
    """Stop the containers of an endpoint that has been deleted or updated."""
    for server in deployment.values():
        if server is not None:
            server.close()


def _reason(variant: str, failure: ModelFailure) -> str:
    """The FailureReason of an endpoint with a container that cannot serve."""
    if failure.problem == "health":
        name = "primary container" if failure.alone else failure.host
        return (
            f"The {name} for production variant {variant} did not pass the ping health check. "
            "Please check CloudWatch logs for this endpoint."
        )
    source = f'for container "container_{failure.number}" from URL'
    if failure.problem == "download":
        return (
            f'Failed to download model data {source}: "{failure.location}". Please ensure that '
            "there is an object located at the URL and that the role passed to CreateModel has "
            "permissions to download the object."
        )
    advice = (
        "The model data archive is too large. Please reduce the size of the model data archive or "
        "move to an instance type with more memory."
        if failure.problem == "size"
        else "Please ensure that the object located at the URL is a valid tar.gz archive."
    )
    return f'Failed to extract model data archive {source} "{failure.location}". {advice}'
