"""The columns that a table may have, in groups to choose from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sagemock.console.search.columns import TableColumn
from sagemock.console.search.metrics import metric_names, settings
from sagemock.console.search.results import SearchResults
from sagemock.query import Scalar

MAX_OFFERED = 24
"""Columns of a group, beside those that the table shows already."""


def offer(
    results: SearchResults, columns: Sequence[TableColumn]
) -> list[tuple[str, Sequence[str]]]:
    """Return the title and the names of each group that has any.

    Parameters
    ----------
    columns
        Those of the table, which are always offered.
    """
    shown = {each.name for each in columns}
    groups = []
    for title, names in _groups(results):
        kept = {*names[:MAX_OFFERED], *shown}
        groups.append((title, [name for name in names if name in kept]))
    return [(title, names) for title, names in groups if names]


def _groups(results: SearchResults) -> Iterator[tuple[str, list[str]]]:
    sample = results.sample
    tags = dict.fromkeys(tag["Key"] for each in sample for tag in each.get("Tags") or ())
    configured = list(dict.fromkeys(name for each in sample for name in settings(each)))
    yield "Tags", [f"Tags.{key}" for key in tags]
    for title, prefix in (("Hyperparameters", "HyperParameters."), ("Parameters", "Parameters.")):
        yield title, [name for name in configured if name.startswith(prefix)]
    yield "Metrics", [f"Metrics.{name}" for name in metric_names(sample)]
    yield "Properties", list(_properties(results))


def _properties(results: SearchResults) -> Iterator[str]:
    schema = results.target.schema
    for name, node in schema.root.members.items():
        if isinstance(node, Scalar) and name != schema.key:
            yield name
    if "ResourceConfig" in schema.root.members:
        yield from ("ResourceConfig.InstanceType", "AlgorithmSpecification.TrainingImage")
