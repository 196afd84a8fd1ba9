"""`explain`: what runs for an image, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemock.containers import selection
from sagemock.containers.registrations import registrations


def explain(image: str, request: Mapping[str, Any] | None = None) -> str:
    """Say what runs for an image, and why, with the options of the mock that is on.

    Faults on demand come before all of it.

    Parameters
    ----------
    image
        The image, such as ``123456789012.dkr.ecr.us-east-1.amazonaws.com/my-image:1``.
    request
        A request of CreateTrainingJob, CreateProcessingJob or CreateModel, whose script or command
        may run; its image need not be there. Without it, what the image does by itself.

    Returns
    -------
    str
        A line for each kind of work: ``training:``, ``processing:`` and ``serving:``; for a request
        the one line of its kind.

    Examples
    --------
    >>> from sagemock.containers import explain
    >>> print(explain("my-image:1"))
    training: nothing is registered for it, and the job names no script or command
    processing: nothing is registered for it, and the job names no script or command
    serving: nothing is registered for it, and the model brings no script
    """
    works = ("training", "processing", "serving")
    if request is not None:
        works = (_work(request),)  # type: ignore[assignment]
    return "\n".join(f"{work}: {_reason(work, image, request or {})}" for work in works)


def _work(request: Mapping[str, Any]) -> str:
    if "AppSpecification" in request or "ProcessingJobName" in request:
        return "processing"
    return "serving" if "ModelName" in request else "training"


def _container(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """The container definition of a request of CreateModel, or the one that it is itself."""
    containers = request.get("Containers") or [request.get("PrimaryContainer", request)]
    first: Mapping[str, Any] = containers[0]
    return first


def _reason(work: str, image: str, request: Mapping[str, Any]) -> str:
    options = registrations.options
    if work == "serving":
        return selection.serving({**_container(request), "Image": image}, options).reason
    if options.training == "off":
        return "the option training is off, and nothing runs"
    if work == "processing":
        specification = {**request.get("AppSpecification", {}), "ImageUri": image}
        return selection.processing({**request, "AppSpecification": specification}, options).reason
    algorithm = {**request.get("AlgorithmSpecification", {}), "TrainingImage": image}
    return selection.training({**request, "AlgorithmSpecification": algorithm}, options).reason
