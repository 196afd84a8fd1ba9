"""Where the variants of an endpoint configuration come from: their models and training jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sagemock.accounts.world import World
from sagemock.console import related
from sagemock.documents import Document
from sagemock.resources import component_of_job, types


@dataclass(frozen=True, slots=True)
class TracedVariant:
    """A variant of a configuration.

    Attributes
    ----------
    variant
        As the configuration has it.
    model
        Its model, None if that has been deleted.
    job
        The training job that wrote the model's data, None if there is none.
    deleted_job
        The name of the job that wrote the model's data, if that has been deleted; else empty.
    """

    variant: Mapping[str, Any]
    model: Mapping[str, Any] | None
    job: Document | None
    deleted_job: str


def traced_variants(world: World, config: Mapping[str, Any] | None) -> list[TracedVariant]:
    """Return each variant of a configuration with its model and the training job of that."""
    if config is None:
        return []
    return [_traced(world, each) for each in related.variants(dict(config))]


def _traced(world: World, variant: Mapping[str, Any]) -> TracedVariant:
    model = world.models.get(variant.get("ModelName", ""))
    artifacts = [] if model is None else list(related.artifacts_of_model(world, model))
    location = artifacts[0] if artifacts else None
    job = related.job_of_artifact(world, location)
    deleted = _deleted_job(world, location) if location is not None and job is None else ""
    return TracedVariant(variant, model, job, deleted)


def _deleted_job(world: World, location: str) -> str:
    """The name of a deleted job that wrote an artifact, which its trial component still tells.

    The service writes artifacts to `<output path>/<name of the job>/output/model.tar.gz`.
    """
    name = (["", "", "", *location.split("/")])[-3]
    component = world.trial_components.get(component_of_job.name_for(types.TRAINING_JOB, name))
    if component is None or name in world.training_jobs:
        return ""
    outputs = component.get("OutputArtifacts", {}).values()
    return name if any(each.get("Value") == location for each in outputs) else ""
