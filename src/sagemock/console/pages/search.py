"""The Search page: a question, its answer as a table or a chart, and ways to ask further."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from sagemock.console import code
from sagemock.console.links import home_of
from sagemock.console.pages.suggestions import operators_of
from sagemock.console.room import fitting, written
from sagemock.console.search import plots, results_table
from sagemock.console.search.columns import Column
from sagemock.console.search.facets import Facet, facets
from sagemock.console.search.form import PAGE_SIZES, Condition, Question, applicable, plural
from sagemock.console.search.metrics import metric_names, settings
from sagemock.console.search.resource_lookup import schema, searchable
from sagemock.console.visit import Page, Table, Visit
from sagemock.documents import Document
from sagemock.errors import ValidationException
from sagemock.query import QueryError, Scalar
from sagemock.query.operators import OPERATORS
from sagemock.query.schema import Schema, names
from sagemock.wire.service_model import CONTROL_PLANE
from sagemock.wire.validation import Constraints, validator

SAMPLE = 500
"""So many of what matches say which tags, hyperparameters and metrics there are."""

ROOM_PICKER = 2_500
"""Bytes of the columns of a kind to choose from."""

MAX_CSV = 1_000_000


def search(visit: Visit) -> Page:
    question = _asked(visit)
    request = question.request(question.size)
    try:
        checked: Constraints = "all" if visit.world.rules.checks else "enums"
        validator(CONTROL_PLANE, "Search", constraints=checked)(request)
        found = results_table.ask(visit.world, question)
    except (QueryError, ValidationException) as error:
        return _refused(visit, question, str(error))
    sample, _ = results_table.matching(visit.world, question, SAMPLE)
    context = {
        **_frame(visit, question),
        "board": found,
        "facets": _facets(visit, question, sample, found.total),
        "error": None,
        "picker": _picker(found, sample),
        "pager": results_table.pager(found),
        "home": lambda key: home_of(question.resource, key),
        "chart": plots.plot(visit.world, found),
    }
    data = {
        "question": question.sentence(),
        "request": request,
        "total": found.total,
        "page": question.page,
        "pages": found.pages,
        "results": list(found.documents),
    }
    table = _csv(visit, question, found.columns)
    return Page("search.html", context, data, table, code.search(question))


ROOM_FACETS = 6_000
"""Bytes of the panel to filter by, whose links hold the whole question each."""


def _facets(
    visit: Visit, question: Question, sample: Sequence[Document], total: int
) -> list[Facet]:
    long = len(visit.url("/search", list(question.arguments())))
    return fitting(
        facets(visit.world, question, sample, total),
        ROOM_FACETS,
        lambda facet: sum(
            120 + long + len(quote(facet.name + each.text, errors="replace"))
            for each in facet.values
        ),
    )


def _asked(visit: Visit) -> Question:
    """The address's question, sorted as its resource is by default where it does not say."""
    args = applicable(visit.args)
    question = Question.read(args)
    if question.resource not in searchable():
        return question
    known = schema(question.resource)
    question = question.with_names(known.key)
    return question if "sort" in args else replace(question, sort=known.default_sort)


def _frame(visit: Visit, question: Question) -> dict[str, Any]:
    """What the page has whether or not the question can be answered."""
    known = schema(question.resource) if question.resource in searchable() else None
    return {
        "title": "Search",
        "question": question,
        "resources": searchable(),
        "plural": plural,
        "operators": {
            each: operators_of(known, each.name) for each in (*question.conditions, BLANK)
        },
        "blank": BLANK,
        "operator_words": {name: row.words for name, row in OPERATORS.items()},
        "known": _known_names(known),
        "href": lambda asked: visit.url("/search", list(asked.arguments())),
        "size_choices": PAGE_SIZES,
    }


BLANK = Condition("", "Equals", "")


def _refused(visit: Visit, question: Question, text: str) -> Page:
    context = {**_frame(visit, question), "error": text, "board": None}
    data = {"question": question.sentence(), "error": text}
    return Page("search.html", context, data, status=400)


def _known_names(known: Schema | None) -> list[str]:
    """Property names to offer without JavaScript; with it, others come as one types."""
    if known is None:
        return []
    return [name for name, node in names(known) if isinstance(node, Scalar) and "." not in name]


def _picker(found: results_table.Board, sample: Sequence[Document]) -> list[tuple[str, list[str]]]:
    """The columns to choose from, in groups."""
    tags = dict.fromkeys(tag["Key"] for each in sample for tag in each.get("Tags") or ())
    named = list(dict.fromkeys(name for each in sample for name in settings(each)))
    members = found.schema.root.members
    properties = [name for name, node in members.items() if isinstance(node, Scalar)]
    if "ResourceConfig" in members:
        properties += ["ResourceConfig.InstanceType", "AlgorithmSpecification.TrainingImage"]
    groups = [
        ("Tags", [f"Tags.{key}" for key in tags]),
        ("Hyperparameters", [name for name in named if name.startswith("HyperParameters.")]),
        ("Parameters", [name for name in named if name.startswith("Parameters.")]),
        ("Metrics", [f"Metrics.{name}" for name in metric_names(sample)]),
        ("Properties", [name for name in properties if name != found.schema.key]),
    ]
    shown = {each.name for each in found.columns}
    return [(title, _most(entries, shown)) for title, entries in groups if entries]


def _most(names: Sequence[str], shown: set[str]) -> list[str]:
    """Not more names than there is room for; those that are shown always."""
    first = fitting(names, ROOM_PICKER, lambda name: 80 + 2 * written(name))
    kept = {*[name for name in names if name in shown], *first}
    return [name for name in names if name in kept]


def _csv(visit: Visit, question: Question, columns: Sequence[Column]) -> Table:
    """Every matching row, not only the page's."""

    def rows() -> Iterator[Sequence[Any]]:
        documents, _ = results_table.matching(visit.world, question, MAX_CSV)
        for document in documents:
            yield [each.value(document) for each in columns]

    return Table([each.name for each in columns], rows())
