"""Access of a model's processes to AWS services, with the role of the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sagemock.accounts.services import JobAccess
from sagemock.containers.base import (
    AwsAccess,
    InferenceRequest,
    InferenceResponse,
    Log,
    ModelData,
    ModelGuide,
    Predictor,
    ServingContainer,
    Stop,
    never,
)

SESSION = "SageMaker"
"""The name of a session of the role that SageMaker assumes for an endpoint."""


class ContainerWithAccess:
    """A container whose processes get credentials of the role, as long as they run.

    Parameters
    ----------
    serving
        The container.
    access
        Gives the credentials.
    role
        The ARN of the role.
    stop
        Whether nobody waits for the container any more.
    """

    def __init__(
        self, serving: ServingContainer, access: JobAccess, role: str, stop: Stop = never
    ) -> None:
        self._serving = serving
        self._access = access
        self._role = role
        self._stop = stop

    def load(
        self,
        model: ModelData,
        *,
        document: Mapping[str, Any],
        environment: Mapping[str, str],
        log: Log,
    ) -> Predictor:
        """Start the container with credentials. Raises what it raises."""
        granted = self._access.grant(self._role, SESSION, in_process=False)
        try:
            predictor = self._serving.load(
                replace(model, aws=granted, stop=self._stop),
                document=document,
                environment=environment,
                log=log,
            )
        except BaseException:
            self._access.revoke(granted)
            raise
        return PredictorWithAccess(predictor, self._access, granted)


class PredictorWithAccess(Predictor):
    """A predictor whose credentials end with it."""

    def __init__(self, predictor: Predictor, access: JobAccess, granted: AwsAccess) -> None:
        self._predictor = predictor
        self._access = access
        self._granted = granted

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        """Answer a request. Raises `InferenceError`."""
        return self._predictor.invoke(request)

    def ping(self) -> None:
        """Check the health of the container. Raises `InferenceError`."""
        self._predictor.ping()

    def guide(self) -> ModelGuide:
        """Return what people need to know about the model."""
        return self._predictor.guide()

    def execution_parameters(self) -> Mapping[str, Any] | None:
        """Return the response of `/execution-parameters`; None without that path."""
        return self._predictor.execution_parameters()

    def close(self) -> None:
        """End the container, and its credentials."""
        try:
            self._predictor.close()
        finally:
            self._access.revoke(self._granted)
