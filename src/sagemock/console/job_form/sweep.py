"""A sweep: lists of hyperparameter values in a form, and the jobs that they stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import product

from sagemock.console.job_form.fields import MAX_JOBS, MAX_NAME, JobForm, Pair
from sagemock.console.job_form.hyperparameters import table
from sagemock.containers.first_party.kinds import ValueKind

MAX_SUFFIX = 30
"""Characters of the values at the end of a job's name."""

_JSON = ("[", "{", '"')
"""How values begin whose commas are their own."""


class TooManyJobs(Exception):
    """The lists of values stand for more jobs than a sweep may have."""


def jobs(form: JobForm) -> list[tuple[str, dict[str, str]]]:
    """Return the name and the hyperparameters of each job that a form stands for.

    Every value of a list is combined with every value of the others. The names end in the values,
    or in numbers where values are too long for it.

    Raises
    ------
    TooManyJobs
        If there are more than `MAX_JOBS`.
    """
    name = form.fields["name"]
    values = _values(form)
    lists = {key: each for key, each in values.items() if len(each) > 1}
    count = 1
    for each in lists.values():
        count *= len(each)
    if count > MAX_JOBS:
        raise TooManyJobs(f"These values make {count:,} jobs, and {MAX_JOBS} are allowed at once.")
    single = {key: each[0] for key, each in values.items()}
    if not lists:
        return [(name, single)]
    combinations = list(product(*lists.values()))
    return [
        (_name(name, suffix), {**single, **dict(zip(lists, combination, strict=True))})
        for suffix, combination in zip(_suffixes(combinations), combinations, strict=True)
    ]


def _values(form: JobForm) -> dict[str, list[str]]:
    kinds = {entry.name: entry.kind for entry in table(form.fields["image"])}
    return {
        name: split(value, kinds.get(name)) if form.sweeps else [value]
        for name, value in form.hyperparameters
        if value
    }


def has_lists(image: str, rows: Sequence[Pair]) -> bool:
    """Return whether any of the hyperparameters would be taken for a list of values."""
    kinds: Mapping[str, ValueKind] = {entry.name: entry.kind for entry in table(image)}
    return any(len(split(value, kinds.get(name))) > 1 for name, value in rows)


def split(text: str, kind: ValueKind | None) -> list[str]:
    """Return the different values of a text with commas; one that is valid itself is no list.

    >>> split("100, 200,300", None)
    ['100', '200', '300']
    >>> split("[64, 32]", None)
    ['[64, 32]']
    """
    if "," not in text or text.startswith(_JSON) or (kind is not None and _is_valid(text, kind)):
        return [text]
    parts = (part.strip() for part in text.split(","))
    return list(dict.fromkeys(part for part in parts if part)) or [text]


def _is_valid(text: str, kind: ValueKind) -> bool:
    try:
        kind.read(text)
    except ValueError:
        return False
    return True


def _suffixes(combinations: Sequence[Sequence[str]]) -> Sequence[str]:
    """What tells the names apart: the values, or numbers."""
    words = ["-".join(filter(None, map(_slug, values))) for values in combinations]
    distinct = len(set(words)) == len(words)
    if distinct and all(0 < len(each) <= MAX_SUFFIX for each in words):
        return words
    return [str(number) for number in range(1, len(combinations) + 1)]


def _slug(value: str) -> str:
    return re.sub(r"[^a-zA-Z0-9]+", "-", value).strip("-")


def _name(name: str, suffix: str) -> str:
    return f"{name[: MAX_NAME - len(suffix) - 1].rstrip('-')}-{suffix}"
