"""Which algorithm a container image holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LINEAR_LEARNER = "linear-learner"


def repository(image: str) -> str:
    """The last part of an image's name, without registry, tag and digest."""
    return image.split("@", 1)[0].rsplit("/", 1)[-1].split(":", 1)[0]


def is_linear_learner(image: str) -> bool:
    """Whether an image is Linear Learner's.

    The registry says nothing: AWS keeps it in one account for each region, together with the
    other first-generation algorithms.
    """
    return repository(image) == LINEAR_LEARNER


def training_image(job: Mapping[str, Any]) -> str:
    """The image of a training job, or the name of its algorithm from the marketplace."""
    algorithm = job.get("AlgorithmSpecification", {})
    image: str = algorithm.get("TrainingImage", algorithm.get("AlgorithmName", ""))
    return image


def is_run(job: Mapping[str, Any]) -> bool:
    """Whether the image of a training job is one that is run here."""
    return is_linear_learner(training_image(job))
