"""A question to Search: from the address of a page, to a request, a sentence, and code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from werkzeug.datastructures import MultiDict

from sagemock.query.operators import OPERATORS

DEFAULT_SORT = "LastModifiedTime"
PAGE_SIZES = (10, 25, 50)
DEFAULT_SIZE = 25
VIEWS = ("table", "scatter", "parallel")
MOST_CONDITIONS = 51
"""One more than Search takes, so that it says so. A page has links that name all conditions and
columns beside each of them."""

MOST_COLUMNS = 100
WITHOUT_VALUE = frozenset({"Exists", "NotExists"})


LONGEST_VALUE = 1024


def is_askable(value: str) -> bool:
    """Whether Search takes a value of a filter."""
    return 0 < len(value) <= LONGEST_VALUE


def is_askable_tag(key: str, value: str) -> bool:
    """Whether the form can search for a tag; it drops spaces around the name of a property."""
    return key == key.strip() and is_askable(value)


@dataclass(frozen=True, slots=True)
class Condition:
    """One row of the form: a filter of the Search grammar."""

    name: str
    operator: str
    value: str

    def filter(self) -> dict[str, str]:
        """As the API takes it."""
        made = {"Name": self.name, "Operator": self.operator}
        return made if self.operator in WITHOUT_VALUE else {**made, "Value": self.value}

    def words(self) -> str:
        """As a person says it."""
        words = OPERATORS[self.operator].words if self.operator in OPERATORS else self.operator
        subject = self.name
        for family, noun in _NOUNS.items():
            if subject.lower().startswith(family.lower() + "."):
                subject = f"{noun} {subject[len(family) + 1 :]}"
        if self.operator in WITHOUT_VALUE:
            return f"{subject} {words}"
        return f"{subject} {words} “{self.value}”"


_NOUNS = {
    "Tags": "tag",
    "HyperParameters": "hyperparameter",
    "Parameters": "parameter",
    "Metrics": "metric",
}


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that the Search page's address says.

    A condition without a property asks for a part of the name; see `with_names`.
    any: whether one condition is enough. columns: those chosen, none for the automatic choice.
    page: from 1. x, y: the properties of the scatter plot, if chosen.
    """

    resource: str = "TrainingJob"
    conditions: tuple[Condition, ...] = ()
    any: bool = False
    sort: str = DEFAULT_SORT
    descending: bool = True
    columns: tuple[str, ...] = ()
    page: int = 1
    size: int = DEFAULT_SIZE
    view: str = VIEWS[0]
    x: str = ""
    y: str = ""

    @classmethod
    def read(cls, args: MultiDict[str, str]) -> Self:
        """The question of an address; what makes no sense there is as if it were absent."""
        triples = zip(
            args.getlist("property"),
            _padded(args.getlist("operator"), "Equals"),
            _padded(args.getlist("value"), ""),
            strict=False,
        )
        size = args.get("size", DEFAULT_SIZE, type=int)
        view = args.get("view", VIEWS[0])
        return cls(
            resource=args.get("resource") or "TrainingJob",
            conditions=tuple(
                Condition(name.strip(), operator, value)
                for name, operator, value in triples
                if name.strip() or value.strip()
            )[:MOST_CONDITIONS],
            any=args.get("match") == "any",
            sort=args.get("sort") or DEFAULT_SORT,
            descending=args.get("order", "Descending") != "Ascending",
            columns=tuple(dict.fromkeys(name for name in args.getlist("column") if name))[
                :MOST_COLUMNS
            ],
            page=max(1, args.get("page", 1, type=int)),
            size=size if size in PAGE_SIZES else DEFAULT_SIZE,
            view=view if view in VIEWS else VIEWS[0],
            x=args.get("x", ""),
            y=args.get("y", ""),
        )

    def arguments(self) -> Iterator[tuple[str, str]]:
        """The question as an address; what is as by default is left out."""
        default = Question()
        yield "resource", self.resource
        for each in self.conditions:
            yield "property", each.name
            yield "operator", each.operator
            yield "value", each.value
        if self.any:
            yield "match", "any"
        if (self.sort, self.descending) != (default.sort, default.descending):
            yield "sort", self.sort
            yield "order", self.order
        for name in self.columns:
            yield "column", name
        for member in ("size", "page", "view", "x", "y"):
            value = getattr(self, member)
            if value != getattr(default, member):
                yield member, str(value)

    @property
    def order(self) -> str:
        return "Descending" if self.descending else "Ascending"

    def with_names(self, key: str) -> Self:
        """The question with `key` for the property of conditions that lack one."""
        conditions = tuple(
            each if each.name else Condition(key, "Contains", each.value)
            for each in self.conditions
        )
        return replace(self, conditions=conditions)

    def with_(self, **changes: Any) -> Question:
        """The question with something changed; from its first page, unless that is the change."""
        return replace(self, **{"page": 1, **changes})

    def without(self, condition: Condition) -> Question:
        rest = tuple(each for each in self.conditions if each is not condition)
        return self.with_(conditions=rest)

    def and_(self, name: str, operator: str, value: str) -> Question:
        return self.with_(conditions=(*self.conditions, Condition(name, operator, value)))

    def sorted_by(self, name: str, *, descending: bool) -> Question:
        """By another property, or by the same one the other way round."""
        if name == self.sort:
            return self.with_(descending=not self.descending)
        return self.with_(sort=name, descending=descending)

    def expression(self) -> dict[str, Any]:
        """The SearchExpression; empty when everything is asked for."""
        if not self.conditions:
            return {}
        made: dict[str, Any] = {"Filters": [each.filter() for each in self.conditions]}
        return {**made, "Operator": "Or"} if self.any else made

    def request(self, results: int) -> dict[str, Any]:
        """A SearchRequest for the first `results` documents."""
        made: dict[str, Any] = {"Resource": self.resource}
        if self.conditions:
            made["SearchExpression"] = self.expression()
        return {**made, "SortBy": self.sort, "SortOrder": self.order, "MaxResults": results}

    def sentence(self) -> str:
        """The question as a person would ask it."""
        said = plural(self.resource)
        if self.conditions:
            joint = " or " if self.any else " and "
            said += " where " + joint.join(each.words() for each in self.conditions)
        return f"{said}, {self._order_words()}"

    def _order_words(self) -> str:
        if self.sort.endswith("Time"):
            word = {"LastModifiedTime": "changed", "CreationTime": "created"}.get(
                self.sort, f"by {self.sort},"
            )
            return f"last {word} first" if self.descending else f"first {word} first"
        _, _, key = self.sort.partition(".")
        return f"{'highest' if self.descending else 'lowest'} {key or self.sort} first"


_OF_RESOURCE = frozenset({"sort", "order", "column", "x", "y"})
"""The arguments that name properties of one resource."""


def applicable(args: MultiDict[str, str]) -> MultiDict[str, str]:
    """The arguments of an address, without those of another resource.

    `of` is the resource that a form was shown for; when another one was chosen in it, its order,
    columns and axes go.
    """
    if args.get("of", "") in ("", args.get("resource")):
        return args
    return MultiDict(pair for pair in args.items(multi=True) if pair[0] not in _OF_RESOURCE)


def _padded(values: Sequence[str], filler: str) -> Iterator[str]:
    yield from values
    while True:
        yield filler


def plural(resource: str) -> str:
    """The name of a kind of resource as words, such as `Training jobs`."""
    words = spaced(resource)
    return f"{words}s" if not words.endswith(("s", "data")) else words


def spaced(name: str) -> str:
    """`TrainingJobStatus` as `Training job status`; `S3Uri` keeps its letters."""
    words: list[str] = []
    for letter in name:
        starts = letter.isupper() and (not words or not words[-1][-1].isupper())
        if not words or starts:
            words.append(letter)
        else:
            words[-1] += letter
    first, *rest = words or [""]
    return " ".join([first, *map(_within, rest)])


_ABBREVIATIONS = {"Url": "URL", "Uri": "URI", "Arn": "ARN", "Id": "ID", "Ids": "IDs"}


def _within(word: str) -> str:
    """A word that does not begin a text."""
    return _ABBREVIATIONS.get(word, word if word[:2].isupper() else word.lower())
