"""The graph of an MXNet module in the JSON that MXNet writes, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

VERSION = 10301
"""MXNet's version in recorded artifacts: 1.3.1."""


def node(
    op: str,
    name: str,
    attributes: Mapping[str, str] | None = None,
    inputs: Sequence[int] = (),
) -> str:
    """A node of a graph.

    Parameters
    ----------
    op
        The operator; `null` for a variable.
    attributes
        None for a node without the member `attrs`.
    inputs
        The indices of the nodes whose first output it takes.
    """
    members = [f'"op": "{op}"', f'"name": "{name}"']
    if attributes is not None:
        members.append(f'"attrs": {_attributes(attributes)}')
    members.append(f'"inputs": {json.dumps([[index, 0, 0] for index in inputs])}')
    return _block(members)


def graph(nodes: Sequence[str], variables: Sequence[int]) -> str:
    """A graph whose last node is its output.

    Parameters
    ----------
    variables
        The indices of the variables among the nodes.
    """
    separator = ", \n"
    listed = separator.join(_indent(each, 4) for each in nodes)
    return (
        f'{{\n  "nodes": [\n{listed}\n  ], \n'
        f'  "arg_nodes": {json.dumps(list(variables))}, \n'
        f'  "node_row_ptr": {json.dumps(list(range(len(nodes) + 1)))}, \n'
        f'  "heads": [[{len(nodes) - 1}, 0, 0]], \n'
        f'  "attrs": {{"mxnet_version": ["int", {VERSION}]}}\n}}'
    )


def _attributes(attributes: Mapping[str, str]) -> str:
    """A single attribute is on one line, as MXNet writes it."""
    members = [f'"{name}": "{value}"' for name, value in attributes.items()]
    return f"{{{members[0]}}}" if len(members) == 1 else _block(members)


def _block(members: Sequence[str]) -> str:
    inside = ", \n".join(_indent(member, 2) for member in members)
    return f"{{\n{inside}\n}}"


def _indent(text: str, spaces: int) -> str:
    return "\n".join(" " * spaces + line for line in text.split("\n"))
