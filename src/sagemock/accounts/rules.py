"""How strict the operations of a world are, by `Config.validation`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sagemock.config import Validation


@dataclass(frozen=True, slots=True)
class Rules:
    """What applies inside the operations of a world.

    Parameters
    ----------
    checks
        Whether requests are checked for more than JSON types and required members.
    max_tags
        How many tags a resource may have.
    needs_named
        Whether what a job names must exist: its experiment and trial, and the model of a
        transform job.
    needs_objects
        Whether the data and the bucket of a job, and the artifact of a model, must be in S3, in
        the same region. Otherwise a job without data completes without training, and moto answers
        for a model that cannot be loaded.
    fills_in
        Whether structures of a request are shown with the defaults that AWS fills in.
    limits_bodies
        Whether InvokeEndpoint refuses large bodies.
    untrained
        The final metrics of a job that completes without training.
    """

    checks: bool = True
    max_tags: float = 50
    needs_named: bool = True
    needs_objects: bool = True
    fills_in: bool = True
    limits_bodies: bool = True
    untrained: Mapping[str, float] = field(default_factory=dict)


RULES: Mapping[Validation, Rules] = {
    "strict": Rules(),
    "off": Rules(
        checks=False,
        max_tags=float("inf"),
        needs_named=False,
        needs_objects=False,
        fills_in=False,
        limits_bodies=False,
        untrained={"train:progress": 100.0},
    ),
}
