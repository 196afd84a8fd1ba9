"""Clients that were created before moto was loaded: they reach the mock as well.

moto adds its handler to what botocore gives to new sessions. A module that creates its client on
import, as those of Lambda functions do, is often imported before anything loads moto; its calls
would go to AWS although a mock is on.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from botocore.client import BaseClient
from botocore.credentials import Credentials
from botocore.session import Session
from moto.core.models import botocore_stubber

from sagemock import forks

EVENT = "before-send"
CREDENTIALS = ("FOOBARKEY", "FOOBARSECRET")
"""Those that moto's mock puts into the environment for other clients."""

_lock = forks.rlock()
_adopted = False


def adopt() -> None:
    """Give moto's handler to the sessions and clients without it. Later calls do nothing."""
    global _adopted
    with _lock:
        if _adopted:
            return
        for each in _instances():
            # Another thread may be about to make it: then it gets the handler by itself.
            with suppress(AttributeError, ValueError):
                _adopt(each)
        _adopted = True


def _adopt(instance: Any) -> None:
    if isinstance(instance, Session):
        _register(instance.get_component("event_emitter"))
        return
    _register(instance.meta.events)
    signer = instance._request_signer
    if signer._credentials is None:
        signer._credentials = Credentials(*CREDENTIALS)


def _instances() -> list[Any]:
    """The sessions and clients of this process."""
    kinds: set[type] = {Session, *_subclasses(Session), *_subclasses(BaseClient)}
    # Not `isinstance`, which asks proxies what they stand for.
    return [each for each in gc.get_objects() if type(each) in kinds]


def _subclasses(kind: type[object]) -> Iterator[type[object]]:
    each: type[object]
    for each in kind.__subclasses__():
        yield each
        yield from _subclasses(each)


def _register(events: Any) -> None:
    handlers: Iterable[Any] = events._emitter._handlers.prefix_search(EVENT)
    if botocore_stubber not in handlers:
        events.register(EVENT, botocore_stubber)
