"""A graph in columns, edges from left to right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

NODE_WIDTH, NODE_HEIGHT = 172, 46
GAP_X, GAP_Y = 40, 16
MARGIN, HEADER = 10, 34
CENTRED = 12
"""Rows of the tallest column that fit a window."""

SWEEPS = 4
"""How often the columns are put in the order of their neighbours."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Box:
    key: Key
    x: int
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """boxes by column; edges as SVG paths; heads: x and text above each column."""

    boxes: Sequence[Box]
    edges: Sequence[str]
    heads: Sequence[tuple[int, str]]
    width: int
    height: float
    node_width: int = NODE_WIDTH
    node_height: int = NODE_HEIGHT


def draw(nodes: Iterable[Key], edges: Iterable[tuple[Key, Key]], columns: Sequence[str]) -> Drawing:
    """nodes: (column, name). Columns without a node are left out."""
    by_column: dict[str, list[Key]] = {}
    for node in nodes:
        by_column.setdefault(node[0], []).append(node)
    used = [column for column in columns if column in by_column]
    edges = list(edges)
    _untangle([by_column[column] for column in used], edges)
    tallest = max((len(by_column[column]) for column in used), default=1)
    full = tallest * (NODE_HEIGHT + GAP_Y) - GAP_Y
    places: dict[Key, Box] = {}
    heads = []
    for place, column in enumerate(used):
        x = MARGIN + place * (NODE_WIDTH + GAP_X)
        heads.append((x, column))
        held = by_column[column]
        own = len(held) * (NODE_HEIGHT + GAP_Y) - GAP_Y
        # Short columns stand in the middle, unless one would have to scroll to find them.
        top = HEADER + ((full - own) / 2 if tallest <= CENTRED else 0)
        for row, node in enumerate(held):
            places[node] = Box(node, x, round(top + row * (NODE_HEIGHT + GAP_Y), 1))
    width = MARGIN * 2 + max(1, len(used)) * (NODE_WIDTH + GAP_X) - GAP_X
    paths = [_path(places[start], places[end]) for start, end in edges]
    return Drawing(list(places.values()), paths, heads, width, HEADER + full + MARGIN)


def _untangle(columns: Sequence[list[Key]], edges: Sequence[tuple[Key, Key]]) -> None:
    """Put each column in the order of the middle of its neighbours, to and fro."""
    neighbours: dict[Key, list[Key]] = {}
    for start, end in edges:
        neighbours.setdefault(start, []).append(end)
        neighbours.setdefault(end, []).append(start)
    for sweep in range(SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            rows = {node: place for each in columns for place, node in enumerate(each)}
            column.sort(key=lambda node: _middle(node, neighbours, rows))


def _middle(node: Key, neighbours: Mapping[Key, Sequence[Key]], rows: Mapping[Key, int]) -> float:
    near = [rows[each] for each in neighbours.get(node, ()) if each in rows]
    return sum(near) / len(near) if near else rows[node]


def _path(start: Box, end: Box) -> str:
    x1, y1 = start.x + NODE_WIDTH, start.y + NODE_HEIGHT / 2
    x2, y2 = end.x, end.y + NODE_HEIGHT / 2
    bend = (x2 - x1) / 2
    return f"M{x1} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2} {y2:g}"
