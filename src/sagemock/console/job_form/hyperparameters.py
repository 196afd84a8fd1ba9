"""The hyperparameters of a form, as the algorithm's own table describes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sagemock.console.job_form.fields import Pair
from sagemock.containers import registry

if TYPE_CHECKING:
    from sagemock.containers.first_party.hyperparameters import Hyperparameter


@dataclass(frozen=True, slots=True)
class HyperparameterField:
    """A hyperparameter with a field of its own.

    Attributes
    ----------
    default
        Its text when a job does not set it, None if it is required.
    help
        What it means, and its valid values.
    choices
        Words to choose from; there may be other valid values.
    """

    name: str
    value: str
    default: str | None
    help: str
    choices: Sequence[str]


@dataclass(frozen=True, slots=True)
class HyperparameterFields:
    """The hyperparameters of a form: those to show first, all others of the table, and free rows.

    Attributes
    ----------
    others
        Names and values that are not in the table, or all of them where there is no table.
    """

    first: Sequence[HyperparameterField]
    folded: Sequence[HyperparameterField]
    others: Sequence[Pair]


def fields(image: str, rows: Sequence[Pair]) -> HyperparameterFields:
    """Return the fields for the hyperparameters of an image.

    Required ones come first, then those of the container's example and those with a value. What
    begins with an underscore is internal to the container, and has no field unless it is set.
    """
    values = dict(rows)
    entries = {entry.name: entry for entry in table(image)}
    container = registry.find(image)
    usual = [] if container is None else [name for name, _ in container.example]
    required = [entry.name for entry in entries.values() if entry.required]
    valued = [name for name in entries if values.get(name)]
    first = [name for name in dict.fromkeys([*required, *usual, *valued]) if name in entries]
    folded = [name for name in entries if name not in first and not name.startswith("_")]
    return HyperparameterFields(
        [_field(entries[name], values) for name in first],
        [_field(entries[name], values) for name in folded],
        [row for row in rows if row[0] not in entries],
    )


def table(image: str) -> Sequence[Hyperparameter]:
    """Return the hyperparameters of an image's algorithm; none are known of other images."""
    container = registry.find(image)
    return () if container is None else container.hyperparameter_table()


def switched(rows: Sequence[Pair], image: str, example: Sequence[Pair]) -> list[Pair]:
    """Return the rows for another image: without what only other algorithms know."""
    known = {entry.name for entry in table(image)}
    foreign = {
        entry.name
        for container in registry.training_containers()
        for entry in container.hyperparameter_table()
    } - known
    kept = [row for row in rows if row[0] not in foreign]
    names = {name for name, value in kept if value}
    return [*kept, *(row for row in example if row[0] not in names)]


MAX_LISTED = 4
"""Words that the help of a field lists; more are in the list to choose from."""


def _field(entry: Hyperparameter, values: Mapping[str, str]) -> HyperparameterField:
    choices = _choices(entry.kind.schema)
    valid = entry.kind.words if len(choices) <= MAX_LISTED else f"one of {len(choices)} words"
    return HyperparameterField(
        entry.name,
        values.get(entry.name, ""),
        None if entry.required else entry.default or "",
        f"{entry.meaning} Valid: {valid}.".replace("`", ""),
        choices,
    )


def _choices(schema: Mapping[str, Any]) -> Sequence[str]:
    """The words of a schema, each in one spelling."""
    members = [schema, *schema.get("oneOf", ())]
    words = [word for member in members for word in member.get("enum", ())]
    return [word for word in words if word.lower() == word or word.lower() not in words]
