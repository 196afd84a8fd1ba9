"""A graph whose nodes are in columns, with edges from left to right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

NODE_WIDTH, NODE_HEIGHT = 150, 46
LINE_HEIGHT, CHARACTER, PADDING = 15, 7.2, 30
"""Of a text in a node: the height of a line, the mean width of a character, and what is around."""

GAP_X, GAP_Y = 40, 16
MARGIN, HEADER = 10, 34
MAX_CENTRED = 12
"""Rows of the tallest column up to which short columns are centred: as many fit a window."""

SWEEPS = 4
"""How often columns are reordered by their neighbours."""

MAX_HEAD = 40
"""Characters of a column's heading."""

Key = TypeVar("Key", bound=Hashable)
"""What tells nodes apart."""


@dataclass(frozen=True, slots=True)
class NodeLayout:
    """What the place of a node depends on.

    Attributes
    ----------
    column
        Its column, counted from the left.
    kind
        What the heading of its column says.
    lines
        Its lines of text, by which a column is as wide as it needs to be.
    """

    column: int
    kind: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Box(Generic[Key]):
    """A node: its upper left corner and its width, in the units of the SVG."""

    key: Key
    x: int
    y: float
    width: int = NODE_WIDTH


@dataclass(frozen=True, slots=True)
class EdgeLine:
    """An edge as an SVG path, the indices of the boxes that it connects, and what it says."""

    path: str
    start: int
    end: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Drawing(Generic[Key]):
    """The whole graph.

    Attributes
    ----------
    heads
        x and text of the heading of each column.
    """

    boxes: Sequence[Box[Key]]
    edges: Sequence[EdgeLine]
    heads: Sequence[tuple[int, str]]
    width: int
    height: float
    node_height: int = NODE_HEIGHT


def draw(
    nodes: Mapping[Key, NodeLayout], edges: Mapping[tuple[Key, Key], str | None]
) -> Drawing[Key]:
    """Lay out a graph.

    Parameters
    ----------
    edges
        Each with its text.
    """
    lines = max((len(each.lines) for each in nodes.values()), default=2)
    node_height = NODE_HEIGHT + max(0, lines - 2) * LINE_HEIGHT
    step = node_height + GAP_Y
    columns: dict[int, list[Key]] = {each.column: [] for each in nodes.values()}
    for node, layout in nodes.items():
        columns[layout.column].append(node)
    used = [columns[column] for column in sorted(columns)]
    _untangle(used, list(edges))
    tallest = max(map(len, used), default=1)
    full = tallest * step - GAP_Y
    boxes: dict[Key, Box[Key]] = {}
    heads = []
    x = MARGIN
    for column in used:
        head = _head(nodes[node].kind for node in column)
        heads.append((x, head))
        width = _width([head, *(line for node in column for line in nodes[node].lines)])
        height = len(column) * step - GAP_Y
        # Short columns are centred, unless they would have to be scrolled to.
        top = HEADER + ((full - height) / 2 if tallest <= MAX_CENTRED else 0)
        for row, node in enumerate(column):
            boxes[node] = Box(node, x, round(top + row * step, 1), width)
        x += width + GAP_X
    index = {node: number for number, node in enumerate(boxes)}
    paths = [
        EdgeLine(_path(boxes[start], boxes[end], node_height), index[start], index[end], text)
        for (start, end), text in edges.items()
    ]
    width = max(x - GAP_X, MARGIN + NODE_WIDTH) + MARGIN
    return Drawing(list(boxes.values()), paths, heads, width, HEADER + full + MARGIN, node_height)


def _head(kinds: Iterable[str]) -> str:
    """The kinds of a column, the most frequent first."""
    text = ", ".join(kind for kind, _ in Counter(kinds).most_common())
    return text if len(text) <= MAX_HEAD else f"{text[: MAX_HEAD - 1]}…"


def _width(texts: Iterable[str]) -> int:
    """The width of a column whose nodes have these lines of text."""
    return max(NODE_WIDTH, round(max(map(len, texts)) * CHARACTER + PADDING))


def _untangle(columns: Sequence[list[Key]], edges: Sequence[tuple[Key, Key]]) -> None:
    """Sort each column by the mean row of its neighbours, from left to right and back."""
    neighbours: dict[Key, list[Key]] = {}
    for start, end in edges:
        neighbours.setdefault(start, []).append(end)
        neighbours.setdefault(end, []).append(start)
    for sweep in range(SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            rows = {node: row for each in columns for row, node in enumerate(each)}
            column.sort(key=lambda node: _mean_row(node, neighbours, rows))


def _mean_row(node: Key, neighbours: Mapping[Key, Sequence[Key]], rows: Mapping[Key, int]) -> float:
    near = [rows[each] for each in neighbours.get(node, ()) if each in rows]
    return sum(near) / len(near) if near else rows[node]


def _path(start: Box[Key], end: Box[Key], height: int) -> str:
    x1, y1 = start.x + start.width, start.y + height / 2
    x2, y2 = end.x, end.y + height / 2
    bend = (x2 - x1) / 2
    return f"M{x1} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2} {y2:g}"
