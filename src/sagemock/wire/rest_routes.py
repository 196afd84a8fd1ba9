"""Which operation a REST request is for, and the labels of its path, by botocore's service model.

Every operation's `http` says its method and its path, such as `/FeatureGroup/{FeatureGroupName}`; a
label written `{Key+}` is greedy and takes slashes in. Paths are matched as they came over the wire:
an escaped slash in a label does not part it.
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
"""What RFC 3986 lets stand as it is, beside letters and digits."""

_PLAIN = re.compile(r"[A-Za-z0-9._~/-]*")
"""A path in which there is nothing to escape."""

_LABEL = re.compile(r"\{([^}+]+)(\+?)\}")


@dataclass(frozen=True, slots=True)
class Route:
    """An operation, and the values of its path's labels by their names on the wire."""

    operation: str
    labels: Mapping[str, str]


@cache
def router(service: str) -> Router:
    """That of a service by botocore's name of it, built at its first use."""
    return Router(service)


class Router:
    """The paths of one service."""

    def __init__(self, service: str) -> None:
        model = service_model.service(service)
        operations = [model.operation_model(name) for name in model.operation_names]
        # An optional slash at the end is decided on here, in `match`; werkzeug would redirect.
        self._map = Map(
            [_rule(each.name, each.http["method"], each.http["requestUri"]) for each in operations],
            converters={"greedy": _Greedy},
            merge_slashes=False,
            redirect_defaults=False,
        )
        # Sorted now, so that no request has to, under a lock that a fork could leave taken.
        self._map.update()
        self._adapter = self._map.bind("")

    def match(self, method: str, path: str) -> Route | None:
        """What a request is for; None when no operation has that method and path.

        path: as on the wire, percent-encoded, without the query. One slash too many at its end
        is overlooked, unless a greedy label takes it in.
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
            return None  # werkzeug lets HEAD ask for what GET gets.
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
    """Takes the rest of a path, with slashes at its ends as well."""

    regex = ".+?"
    part_isolating = False


def _canonical(segment: str) -> str:
    """A segment of a path with nothing escaped that need not be, and all else escaped."""
    return quote(unquote_to_bytes(segment), safe=_UNRESERVED)
