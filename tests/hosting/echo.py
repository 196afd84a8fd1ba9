"""A container that says what it was asked, with a model that is a word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.containers.linear_learner.archives import packed

from sagemock.containers.base import (
    ArtifactError,
    InferenceError,
    InferenceRequest,
    InferenceResponse,
    Log,
    ModelData,
    ModelGuide,
    Predictor,
)

ATTRIBUTES = "x-amzn-sagemaker-custom-attributes"


class EchoPredictor(Predictor):
    """Answers with its name, and in brackets the request that it got."""

    def __init__(
        self, name: str, environment: Mapping[str, str], log: Log, closed: list[str]
    ) -> None:
        self.name = name
        self.environment = environment
        self.log = log
        self.closed = closed

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        self.log(f"{self.name} is asked")
        if self.environment.get("BROKEN") or request.body == b"crash":
            raise InferenceError(503, f"{self.name} is overloaded")
        attributes = request.headers.get(ATTRIBUTES, "")
        return InferenceResponse(
            f"{self.name}<{request.content_type}|{request.accept}>({request.body.decode()})".encode(),
            request.accept or self.environment.get("ANSWERS", "application/json"),
            {ATTRIBUTES: f"{attributes}{self.name}"} if attributes else {},
        )

    def ping(self) -> None:
        if self.environment.get("UNHEALTHY"):
            raise InferenceError(500, "no model")

    def guide(self) -> ModelGuide:
        return ModelGuide(len(self.name), {self.name: "What it was asked."}, ("text/plain",))

    def execution_parameters(self) -> Mapping[str, Any]:
        return {"MaxConcurrentTransforms": len(self.name)}

    def close(self) -> None:
        self.closed.append(self.name)


class EchoServing:
    """Serves the word of the model data, else of the repository of its image.

    Attributes
    ----------
    loaded, closed
        The names of what has been loaded and closed, in order.
    """

    def __init__(self) -> None:
        self.loaded: list[str] = []
        self.closed: list[str] = []

    def load(
        self,
        model: ModelData,
        *,
        document: Mapping[str, Any],
        environment: Mapping[str, str],
        log: Log,
    ) -> EchoPredictor:
        name = document["Image"].rsplit("-", 1)[-1]
        if model.files:
            name = model.read("name").decode()
        if environment.get("NO_MODEL") or name == "broken":
            raise ArtifactError("there is no model")
        self.loaded.append(name)
        return EchoPredictor(name, environment, log, self.closed)


def echo(name: str, host: str | None = None, **environment: str) -> dict[str, Any]:
    """A container that says its name."""
    container: dict[str, Any] = {"Image": f"echo-{name}", "Environment": environment}
    return container if host is None else {**container, "ContainerHostname": host}


def artifact(name: str) -> bytes:
    """Model data with a name to say."""
    return packed({"name": name.encode()})
