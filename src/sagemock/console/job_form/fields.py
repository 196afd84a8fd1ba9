"""What a form for a training job holds: as it is posted, as its address says, or from a job."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from sagemock.accounts.world import World
from sagemock.api.ready_made import default_image, default_role
from sagemock.console.form_fields import INSTANCE_TYPES
from sagemock.containers import registry
from sagemock.formats.media_type import RECORDIO
from sagemock.resources.s3_uri import default_bucket

Pair = tuple[str, str]
"""A name and a value."""

MAX_JOBS = 50
"""Jobs that a form creates at once."""

MAX_NAME = 63
"""Characters of a job's name."""

WHOLE_NUMBERS = {
    "instance_count": "Instance count",
    "volume": "Volume size",
    "max_runtime": "Maximum run time",
}
"""The labels of fields with whole numbers."""

ROWS = {
    "hyperparameter": ("name", "value"),
    "channel": ("name", "uri", "type"),
    "tag": ("key", "value"),
}
"""The parts of the rows of each kind."""


@dataclass(frozen=True, slots=True)
class JobForm:
    """The content of a form.

    Attributes
    ----------
    fields
        The texts of single fields, by their names.
    hyperparameters, channels, tags
        Rows with the parts that `ROWS` names; names of hyperparameters may have no value.
    rest
        JSON with the members of the request that the form has no fields for.
    sweeps
        Whether a list of values stands for a job with each.
    created
        The names of the jobs that this form has created before it was refused.
    """

    fields: Mapping[str, str]
    hyperparameters: Sequence[Pair] = ()
    channels: Sequence[tuple[str, str, str]] = ()
    tags: Sequence[Pair] = ()
    rest: str = ""
    sweeps: bool = False
    created: tuple[str, ...] = ()

    def with_fields(self, **texts: str) -> JobForm:
        """Return the form with other texts in some of its single fields."""
        return replace(self, fields={**self.fields, **texts})


def defaults(world: World) -> dict[str, str]:
    """Return the fields of the empty form."""
    return {
        "name": "",
        "image": default_image(world),
        "role": default_role(world),
        "instance_type": INSTANCE_TYPES[0],
        "instance_count": "1",
        "volume": "10",
        "max_runtime": "3600",
        "output": "",
        "upload_to": f"s3://{default_bucket(world.account_id, world.region)}/data/",
    }


def posted(values: MultiDict[str, str], world: World) -> JobForm:
    """Return the form that a browser has sent."""
    fields = {name: values.get(name, default).strip() for name, default in defaults(world).items()}
    return JobForm(
        fields,
        _rows(values, "hyperparameter"),
        _rows(values, "channel"),
        _rows(values, "tag"),
        values.get("rest", "").strip(),
        "sweeps" in values,
        tuple(name[:MAX_NAME] for name in values.getlist("created")[:MAX_JOBS]),
    )


def addressed(arguments: MultiDict[str, str], world: World) -> JobForm:
    """Return the form that an address fills in, by the same names as a browser sends it."""
    form = replace(posted(arguments, world), sweeps=True)
    return replace(
        form,
        hyperparameters=form.hyperparameters or example(form.fields["image"]),
        channels=form.channels or [("train", "", RECORDIO)],
    )


def example(image: str) -> Sequence[Pair]:
    """Return the hyperparameters that a form for an image begins with."""
    container = registry.find(image)
    return [] if container is None else list(container.example)


def _rows(values: MultiDict[str, str], kind: str) -> list[Any]:
    """The rows with any text; all rows if more of them are requested."""
    columns = [map(str.strip, values.getlist(f"{kind}_{part}")) for part in ROWS[kind]]
    rows = zip(*columns, strict=False)
    return [row for row in rows if any(row) or values.get("more") == kind]


def parsed_rest(form: JobForm) -> dict[str, Any]:
    """Return the members that the form has no fields for. Raises ValueError."""
    if not form.rest:
        return {}
    try:
        members = json.loads(form.rest)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"It must be JSON: {error}") from None
    if not isinstance(members, dict):
        raise ValueError("It must be a JSON object, with members of CreateTrainingJob.")
    for name, value in members.items():
        if not _is_shaped(name, value):
            raise ValueError(f"{name} has another form in CreateTrainingJob.")
    return members


_STRUCTURES = (
    "AlgorithmSpecification",
    "HyperParameters",
    "OutputDataConfig",
    "ResourceConfig",
    "StoppingCondition",
)


def _is_shaped(member: str, value: Any) -> bool:
    """Whether fields can be laid over a member; whatever else is wrong AWS says."""
    if member in _STRUCTURES:
        return isinstance(value, dict)
    if member == "Tags":
        return isinstance(value, list) and all(_is_named(each, "Key") for each in value)
    if member == "InputDataConfig":
        return isinstance(value, list) and all(
            _is_named(each, "ChannelName") and _is_source(each.get("DataSource", {}))
            for each in value
        )
    return True


def _is_named(item: Any, key: str) -> bool:
    return isinstance(item, dict) and isinstance(item.get(key), str)


def _is_source(source: Any) -> bool:
    return isinstance(source, dict) and isinstance(source.get("S3DataSource", {}), dict)
