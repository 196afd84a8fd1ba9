"""Our handlers in moto's URL tables, also for services of SageMaker that moto lacks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from unittest.mock import patch

from moto import backend_index, backends

from sagemock.moto_adapter.handlers import Handler, handler
from sagemock.wire import service_model
from sagemock.wire.service_model import Service

_ROOT = "{0}/$"
_EVERYTHING = "{0}/.*$"
"""Keys of moto's URL tables; moto's server turns each into a routing rule of Flask."""


def enter(stack: ExitStack) -> None:
    """Handle the requests to every service in `SERVICES` until `stack` is closed."""
    lacking: dict[str, _LackingBackend] = {}
    for service in service_model.SERVICES:
        name = moto_name(service)
        if find_spec(f"moto.{name}") is None:
            lacking[name] = _LackingBackend(service.host, handler(service))
        else:
            _replace(stack, service, import_module(f"moto.{name}.urls").url_paths)
    if lacking:
        _register(stack, lacking)


def moto_name(service: Service) -> str:
    """The name of a service in moto: that of its package, and in moto's backend index."""
    return service.name.replace("-", "")


def _replace(stack: ExitStack, service: Service, url_paths: dict[str, Handler]) -> None:
    """Put our handler in place of moto's: for the root, or for all paths of a REST service."""
    ours = handler(service, next(iter(url_paths.values())))
    is_rest = service.protocol == "rest-json"
    key = _EVERYTHING if is_rest else _ROOT
    stack.enter_context(patch.dict(url_paths, {key: ours}, clear=is_rest))


@dataclass(frozen=True, slots=True)
class _LackingBackend:
    """Stands in for the backend of a service that moto lacks: which handler has which URLs."""

    host: str
    handler: Handler

    @property
    def base(self) -> str:
        """A pattern of the service's URLs, without a path."""
        return rf"https?://{re.escape(self.host)}\.(.+)\.amazonaws\.com"

    @property
    def urls(self) -> Mapping[str, Handler]:
        """Handlers by patterns of whole URLs, for the botocore stub."""
        return {_EVERYTHING.format(self.base): self.handler}

    @property
    def flask_paths(self) -> Mapping[str, Handler]:
        """Handlers by Flask's rules, for moto's server."""
        return {"/<path:route>": self.handler}


def _register(stack: ExitStack, lacking: Mapping[str, _LackingBackend]) -> None:
    """Let moto recognize services by their hosts, and find their backends."""
    get_backend: Any = backends.get_backend

    def get(name: Any) -> Any:
        return {"global": lacking[name]} if name in lacking else get_backend(name)

    stack.enter_context(patch.object(backends, "get_backend", get))
    for name, backend in lacking.items():
        row = (name, re.compile(backend.base))
        backend_index.backend_url_patterns.append(row)
        stack.callback(backend_index.backend_url_patterns.remove, row)
