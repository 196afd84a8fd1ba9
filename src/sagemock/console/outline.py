"""A document as a definition list: members in words, nested ones indented, times as times."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sagemock.console.budget import cut
from sagemock.console.naming import spaced
from sagemock.query import Kind
from sagemock.query.schema import ListOf, MapOf, Node, Scalar, Structure

MAX_ITEMS = 300
"""Items of an outline in all; what is beyond is counted."""

MAX_TEXT, MAX_LONG, MAX_CHARACTERS = 160, 4_000, 24_000
"""Characters of a text in its line, of one that is folded, and of all labels and texts."""

MAX_LABEL = 100
_TIMES = ("Time", "Timestamp", "TimeStamp")
_MIN_TIME = 1e8
"""Numbers below are no points in time, whatever their member is called."""

_PLAIN_LISTS = 12
"""Elements of a list of short values that are shown in one line."""

Form = Literal["text", "long", "time", "status", "group"]


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """A member of a document, an entry of a map, or an element of a list.

    Attributes
    ----------
    name
        The member as AWS spells it, which says what its value may refer to; that of the list for
        an element of a list.
    label
        What is shown for it.
    value
        A text, or the seconds of a time; None for a group.
    children
        The items inside of a group.
    """

    name: str
    label: str
    form: Form
    value: Any = None
    children: Sequence[OutlineItem] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """The items of a document, and how many more there are beyond what a page shows."""

    items: Sequence[OutlineItem]
    more: int


def outline(document: Mapping[str, Any], schema: Node | None) -> Outline:
    """Return a document's members as items.

    Parameters
    ----------
    schema
        The node of the document in a schema, which tells times from numbers; None, or a node that
        lacks a member, recognises times by their names.
    """
    builder = _Builder()
    items = list(builder.members(document, schema))
    return Outline(items, builder.more)


class _Builder:
    """Makes items as long as there is space."""

    def __init__(self) -> None:
        self._items_left = MAX_ITEMS
        self._characters_left = MAX_CHARACTERS
        self.more = 0

    def members(self, document: Mapping[str, Any], node: Node | None) -> Iterator[OutlineItem]:
        """The items of a structure or a map. Empty values are left out."""
        for name, value in document.items():
            if value in ({}, [], "", None):
                continue
            if isinstance(node, MapOf):
                inside: Node | None = node.value
                label = str(name)
            else:
                inside = node.members.get(name) if isinstance(node, Structure) else None
                label = spaced(str(name))
            yield from self._item(str(name), label, value, inside)

    def _item(self, name: str, label: str, value: Any, node: Node | None) -> Iterator[OutlineItem]:
        if self._items_left <= 0 or self._characters_left <= 0:
            self.more += 1
            return
        self._items_left -= 1
        label = cut(label, MAX_LABEL)
        self._characters_left -= len(label)
        if isinstance(value, Mapping):
            children = list(self.members(value, node))
            yield OutlineItem(name, label, "group", children=children)
        elif isinstance(value, list | tuple):
            yield self._list(name, label, value, node)
        else:
            yield self._scalar(name, label, value, node)

    def _scalar(self, name: str, label: str, value: Any, node: Node | None) -> OutlineItem:
        item = _scalar(name, label, value, node)
        if not isinstance(item.value, str):
            return item
        text = cut(item.value, max(MAX_TEXT, min(MAX_LONG, self._characters_left)))
        self._characters_left -= len(text)
        return replace(item, value=text)

    def _list(self, name: str, label: str, values: Sequence[Any], node: Node | None) -> OutlineItem:
        if not any(isinstance(each, Mapping | list | tuple) for each in values):
            texts = [_text(each) for each in values]
            joined = ", ".join(texts)
            if len(texts) == 1:
                return self._scalar(name, label, values[0], None)
            if len(texts) <= _PLAIN_LISTS and len(joined) <= MAX_TEXT and "/" not in joined:
                return OutlineItem(name, label, "text", joined)
        element = node.element if isinstance(node, ListOf) else None
        children: list[OutlineItem] = []
        for number, each in enumerate(values, 1):
            children += self._element(name, number, each, element)
        return OutlineItem(name, label, "group", children=children)

    def _element(
        self, name: str, number: int, value: Any, node: Node | None
    ) -> Iterator[OutlineItem]:
        """An element of a list, by its own name where it has one."""
        if isinstance(value, Mapping):
            if set(value) == {"Key", "Value"}:
                return self._item(name, str(value["Key"]), value["Value"], None)
            key = next((each for each in value if each.endswith("Name")), None)
            if key is not None and isinstance(value[key], str):
                rest = {each: value[each] for each in value if each != key}
                return self._item(key, value[key], rest, node)
        return self._item(name, str(number), value, node)


def _scalar(name: str, label: str, value: Any, node: Node | None) -> OutlineItem:
    if _is_time(name, value, node):
        return OutlineItem(name, label, "time", value)
    if name.endswith("Status") and isinstance(value, str) and len(value) <= MAX_TEXT:
        return OutlineItem(name, label, "status", value)
    text = _text(value)
    pretty = _json(text)
    if pretty is not None or len(text) > MAX_TEXT or "\n" in text:
        return OutlineItem(name, label, "long", pretty or text)
    return OutlineItem(name, label, "text", text)


def _is_time(name: str, value: Any, node: Node | None) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if isinstance(node, Scalar):
        return node.kind is Kind.TIMESTAMP
    return name.endswith(_TIMES) and value > _MIN_TIME


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _json(text: str) -> str | None:
    """A text that is JSON, such as the definition of a pipeline, with indentation; else None."""
    if not text.startswith(("{", "[")) or len(text) <= 2:
        return None
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return None
