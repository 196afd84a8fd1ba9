"""The search form: the state of the Search page, which its URL holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from werkzeug.datastructures import MultiDict

from sagemock.console.charts.options import AUTOMATIC, CurveOptions
from sagemock.console.naming import plural
from sagemock.query.operators import OPERATORS
from sagemock.query.property import decimal
from sagemock.query.schema import Schema

DEFAULT_RESOURCE = "TrainingJob"
DEFAULT_SORT = "LastModifiedTime"
PAGE_SIZES = (10, 25, 50)
DEFAULT_SIZE = 25
VIEWS = ("table", "scatter", "parallel", "best", "importance", "contour", "curves")
MAX_FILTERS = 51
"""One more than Search takes, so that it refuses them itself. Every link of the page repeats all
filters and columns, so neither may be without a limit."""

MAX_COLUMNS = 100
MAX_VALUE = 1024
"""Characters of a filter's value that Search takes."""

WITHOUT_VALUE = frozenset({"Exists", "NotExists"})
"""The operators that compare nothing."""

_NOUNS = {
    "Tags": "tag",
    "HyperParameters": "hyperparameter",
    "Parameters": "parameter",
    "Metrics": "metric",
}
_RANGE = ("GreaterThanOrEqualTo", "LessThanOrEqualTo")
_OF_RESOURCE = frozenset({"sort", "order", "column", "x", "y", "metric"})
"""The arguments that name properties of one kind of resource."""


def is_searchable_value(value: str) -> bool:
    """Return whether Search takes a filter with this value."""
    return 0 < len(value) <= MAX_VALUE


def is_searchable_tag(key: str, value: str) -> bool:
    """Return whether the form can search for a tag; it strips spaces around property names."""
    return key == key.strip() and is_searchable_value(value)


@dataclass(frozen=True, slots=True)
class Filter:
    """One row of the form."""

    name: str
    operator: str
    value: str

    def member(self) -> dict[str, str]:
        """Return the filter as a member of a SearchExpression."""
        without_value = {"Name": self.name, "Operator": self.operator}
        if self.operator in WITHOUT_VALUE:
            return without_value
        return {**without_value, "Value": self.value}

    def words(self) -> str:
        """Return the filter in English, such as `tag Project is “digits”`."""
        words = OPERATORS[self.operator].words if self.operator in OPERATORS else self.operator
        subject = self.name
        for family, noun in _NOUNS.items():
            if subject.lower().startswith(family.lower() + "."):
                subject = f"{noun} {subject[len(family) + 1 :]}"
        if self.operator in WITHOUT_VALUE:
            return f"{subject} {words}"
        return f"{subject} {words} “{self.value}”"


@dataclass(frozen=True, slots=True)
class SearchForm:
    """What the URL of the Search page says.

    Attributes
    ----------
    filters
        One without a property matches a part of the resource's name; see `with_names`.
    match_any
        Whether a document has to match one filter only.
    columns
        The names of the chosen properties; empty for the automatic choice.
    page
        Counted from 1.
    x, y
        The properties on the axes of a chart; empty for the automatic choice.
    metric
        The metric that a chart is about; empty for the one sorted by, or else the leading one.
    curves
        How curves are drawn.
    """

    resource: str = DEFAULT_RESOURCE
    filters: tuple[Filter, ...] = ()
    match_any: bool = False
    sort: str = DEFAULT_SORT
    descending: bool = True
    columns: tuple[str, ...] = ()
    page: int = 1
    size: int = DEFAULT_SIZE
    view: str = VIEWS[0]
    x: str = ""
    y: str = ""
    metric: str = ""
    curves: CurveOptions = AUTOMATIC

    @classmethod
    def read(cls, args: MultiDict[str, str], schema: Schema | None = None) -> Self:
        """Read the form from the arguments of a URL, ignoring those that make no sense.

        Parameters
        ----------
        schema
            Of the resource that is searched: completes filters without a property, and gives
            the order where the URL has none. None where Search does not know the resource.
        """
        args = applicable(args)
        size = args.get("size", DEFAULT_SIZE, type=int)
        view = args.get("view", VIEWS[0])
        default_sort = DEFAULT_SORT if schema is None else schema.default_sort
        form = cls(
            resource=args.get("resource") or DEFAULT_RESOURCE,
            filters=tuple(_filters(args))[:MAX_FILTERS],
            match_any=args.get("match") == "any",
            sort=args.get("sort") or (DEFAULT_SORT if "sort" in args else default_sort),
            descending=args.get("order", "Descending") != "Ascending",
            columns=tuple(dict.fromkeys(filter(None, args.getlist("column"))))[:MAX_COLUMNS],
            page=max(1, args.get("page", 1, type=int)),
            size=size if size in PAGE_SIZES else DEFAULT_SIZE,
            view=view if view in VIEWS else VIEWS[0],
            x=args.get("x", ""),
            y=args.get("y", ""),
            metric=args.get("metric", ""),
            curves=CurveOptions.read(args),
        )
        return form if schema is None else form.with_names(schema.key)

    def arguments(self) -> Iterator[tuple[str, str]]:
        """Yield the arguments of the form's URL, without those that have their default value."""
        default = SearchForm()
        yield "resource", self.resource
        for each in self.filters:
            yield "property", each.name
            yield "operator", each.operator
            yield "value", each.value
        if self.match_any:
            yield "match", "any"
        if (self.sort, self.descending) != (default.sort, default.descending):
            yield "sort", self.sort
            yield "order", self.order
        for name in self.columns:
            yield "column", name
        for member in ("size", "page", "view", "x", "y", "metric"):
            value = getattr(self, member)
            if value != getattr(default, member):
                yield member, str(value)
        yield from self.curves.arguments()

    @property
    def order(self) -> str:
        """The SortOrder of the request."""
        return "Descending" if self.descending else "Ascending"

    def with_names(self, key: str) -> Self:
        """Return the form with `key` as the property of filters that lack one."""
        filters = tuple(
            each if each.name else Filter(key, "Contains", each.value) for each in self.filters
        )
        return replace(self, filters=filters)

    def with_(self, **changes: Any) -> SearchForm:
        """Return the form with some members changed, at page 1 unless `page` is among them."""
        return replace(self, **{"page": 1, **changes})

    def without_filter(self, unwanted: Filter) -> SearchForm:
        """Return the form without one of its filters."""
        rest = tuple(each for each in self.filters if each is not unwanted)
        return self.with_(filters=rest)

    def with_filter(self, name: str, operator: str, value: str) -> SearchForm:
        """Return the form with one more filter."""
        return self.with_(filters=(*self.filters, Filter(name, operator, value)))

    def with_range(self, name: str, low: str, high: str) -> SearchForm:
        """Return the form with a property limited to a range, instead of to another range of it.

        Parameters
        ----------
        low, high
            Numbers; another text is no limit.
        """
        limits = zip(_RANGE, (low, high), strict=True)
        added = [
            Filter(name, operator, text.strip())
            for operator, text in limits
            if decimal(text) is not None
        ]
        kept = [each for each in self.filters if each.name != name or each.operator not in _RANGE]
        return self.with_(filters=(*kept, *added))

    def sorted_by(self, name: str, *, descending: bool) -> SearchForm:
        """Return the form sorted by another property, or by the same one in the other order."""
        if name == self.sort:
            return self.with_(descending=not self.descending)
        return self.with_(sort=name, descending=descending)

    def request(self, max_results: int | None = None) -> dict[str, Any]:
        """Return the SearchRequest for the first `max_results` documents, by default one page."""
        expression: dict[str, Any] = {}
        if self.filters:
            expression = {"Filters": [each.member() for each in self.filters]}
            if self.match_any:
                expression["Operator"] = "Or"
        return {
            "Resource": self.resource,
            **({"SearchExpression": expression} if expression else {}),
            "SortBy": self.sort,
            "SortOrder": self.order,
            "MaxResults": self.size if max_results is None else max_results,
        }

    def sentence(self) -> str:
        """Return the search in English, without a full stop."""
        sentence = plural(self.resource)
        if self.filters:
            conjunction = " or " if self.match_any else " and "
            sentence += " where " + conjunction.join(each.words() for each in self.filters)
        return f"{sentence}, {self.order_words()}"

    def order_words(self) -> str:
        """Return the order in English, such as `last changed first`."""
        if self.sort.endswith("Time"):
            word = {"LastModifiedTime": "changed", "CreationTime": "created"}.get(
                self.sort, f"by {self.sort},"
            )
            return f"last {word} first" if self.descending else f"first {word} first"
        _, _, key = self.sort.partition(".")
        return f"{'highest' if self.descending else 'lowest'} {key or self.sort} first"


def applicable(args: MultiDict[str, str]) -> MultiDict[str, str]:
    """Drop the arguments that belong to another kind of resource.

    `of` is the kind that the form was rendered for. When another one has been chosen in it, the
    order, columns and axes do not apply.
    """
    if args.get("of", "") in ("", args.get("resource")):
        return args
    return MultiDict(pair for pair in args.items(multi=True) if pair[0] not in _OF_RESOURCE)


def _filters(args: MultiDict[str, str]) -> Iterator[Filter]:
    """The rows that have a property or a value; operators and values may be missing."""
    rows = zip(
        args.getlist("property"),
        _padded(args.getlist("operator"), "Equals"),
        _padded(args.getlist("value"), ""),
        strict=False,
    )
    for name, operator, value in rows:
        if name.strip() or value.strip():
            yield Filter(name.strip(), operator, value)


def _padded(values: Sequence[str], filler: str) -> Iterator[str]:
    yield from values
    while True:
        yield filler
