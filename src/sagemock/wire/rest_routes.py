"""Routing of REST requests to operations, by botocore's service model.

The `http` trait of each operation has its method and path, such as
`/FeatureGroup/{FeatureGroupName}`. A label written `{Key+}` is greedy and includes slashes. Paths
are matched as they are on the wire, so that an escaped slash in a label does not split it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote, unquote, unquote_to_bytes

from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, Map, Rule

from sagemock.wire import service_model

_UNRESERVED = "-._~"
"""The characters that RFC 3986 leaves unescaped, in addition to letters and digits."""

_PLAIN = re.compile(r"[A-Za-z0-9._~/-]*")
"""A path without characters to escape."""

_LABEL = re.compile(r"\{([^}+]+)(\+?)\}")


@dataclass(frozen=True, slots=True)
class Route:
    """An operation, and the values of the labels in its path, by their names on the wire."""

    operation: str
    labels: Mapping[str, str]


@cache
def router(service: str) -> Router:
    """The router of a service, in botocore's spelling; built at its first use."""
    return Router(service)


class Router:
    """The paths of one service."""

    def __init__(self, service: str) -> None:
        model = service_model.service(service)
        operations = [model.operation_model(name) for name in model.operation_names]
        # `match` handles an optional slash at the end, for which werkzeug would redirect.
        self._map = Map(
            [_rule(each.name, each.http["method"], each.http["requestUri"]) for each in operations],
            converters={"greedy": _Greedy},
            merge_slashes=False,
            redirect_defaults=False,
        )
        # Sorted now rather than by a request, under a lock that a fork could leave locked.
        self._map.update()
        self._adapter = self._map.bind("")

    def match(self, method: str, path: str) -> Route | None:
        """The operation of a request; None when none has that method and path.

        Parameters
        ----------
        method
            The HTTP method, in upper case.
        path
            The path as it is on the wire: percent-encoded, without the query. One extra slash at
            its end is ignored, unless it is part of a greedy label.
        """
        canonical = path if _PLAIN.fullmatch(path) else "/".join(map(_canonical, path.split("/")))
        route = self._match(method, canonical)
        if route is None and canonical.endswith("/") and canonical != "/":
            return self._match(method, canonical[:-1])
        return route

    def _match(self, method: str, path: str) -> Route | None:
        if not path.startswith("/") or path.startswith("//"):
            return None
        try:
            (operation, own_method, names), values = self._adapter.match(path, method)
        except HTTPException:
            return None
        if own_method != method:
            return None  # werkzeug also matches HEAD where there is GET.
        labels = {name: unquote(values[f"label{i}"]) for i, name in enumerate(names)}
        return Route(operation, labels)


def _rule(operation: str, method: str, uri: str) -> Rule:
    names: list[str] = []
    path = ""
    for index, part in enumerate(_LABEL.split(uri)):
        # Text, label, its plus sign if any, and text again.
        if index % 3 == 0:
            path += "/".join(map(_canonical, part.split("/")))
        elif index % 3 == 1:
            names.append(part)
        else:
            path += f"<{'greedy' if part else 'default'}:label{len(names) - 1}>"
    return Rule(path, endpoint=(operation, method, tuple(names)), methods=[method])


class _Greedy(BaseConverter):
    """Matches the rest of a path, including slashes at either end."""

    regex = ".+?"
    part_isolating = False


def _canonical(segment: str) -> str:
    """A segment of a path with exactly those characters escaped that must be."""
    return quote(unquote_to_bytes(segment), safe=_UNRESERVED)
