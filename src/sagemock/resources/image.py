"""Which algorithm a container image holds."""

from __future__ import annotations

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
