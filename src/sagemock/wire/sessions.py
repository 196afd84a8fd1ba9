"""boto3 sessions that cost a test little.

A fresh session parses the JSON of each service it makes a client for; for SageMaker that
is most of the cost of a small test. Sessions that are made while a mock is on parse each file of
botocore's once in a process, and share nothing else.

A job is full of times, and botocore needs longer for those than for the rest of the answer: it
puts each into the local zone in Python. Such a session has the C library do it, to the same end.

While an in-process mock is on, clients do not read endpoint URLs from the environment or from
AWS's configuration files: an `AWS_ENDPOINT_URL` in the shell would take them past the mock.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from functools import cache, partial
from typing import Any
from unittest.mock import patch

import boto3
import botocore.configprovider
import botocore.loaders
import botocore.session
import botocore.utils
from botocore.parsers import ResponseParserFactory
from dateutil.tz import tzlocal

PACKAGES = tuple(package.__path__[0] for package in (boto3, botocore))
"""The folders whose files do not change while a process runs."""


class _SharedFiles(botocore.loaders.JSONFileLoader):  # type: ignore[misc]
    """Remembers the files of botocore and boto3."""

    def __init__(self) -> None:
        self._parsed: dict[str, Any] = {}

    def load_file(self, file_path: str) -> Any:
        if not file_path.startswith(PACKAGES):
            return super().load_file(file_path)
        if file_path not in self._parsed:
            self._parsed[file_path] = super().load_file(file_path)
        return self._parsed[file_path]


_files = _SharedFiles()
_services: dict[tuple[str, ...], list[str]] = {}
_create_loader = botocore.loaders.create_loader


def create_loader(search_path_string: str | None = None) -> Any:
    """botocore's function of that name, whose loader shares files and lists of services."""
    made = _create_loader(search_path_string)
    list_services = made.list_available_services

    def list_available_services(type_name: str) -> list[str]:
        paths = [path for path in made.search_paths if os.path.isdir(path)]
        if not all(path.startswith(PACKAGES) for path in paths):
            found: list[str] = list_services(type_name)
            return found
        key = (type_name, *paths)
        if key not in _services:
            _services[key] = list_services(type_name)
        return _services[key]

    made.list_available_services = list_available_services
    made.file_loader = _files
    return made


_local_time = datetime.fromtimestamp
"""Bound here, so that libraries that freeze the clock do not put theirs in its place."""


@cache
def _zone(*_settings: object) -> tzlocal:
    """The zone of this process, while its settings are these."""
    return tzlocal()


def parse_timestamp(value: Any) -> datetime:
    """What botocore's function of that name answers, sooner for a number of seconds.

    dateutil knows the two offsets of today's zone alone, and so do we: another time, of years
    when the clocks went otherwise, is left to botocore.
    """
    if isinstance(value, (int, float)):
        try:
            local, there = _local_time(value), time.localtime(value)
            if there.tm_gmtoff == -(time.altzone if there.tm_isdst else time.timezone):
                return local.replace(tzinfo=_zone(time.timezone, time.altzone, time.tzname))
        except (OSError, OverflowError, ValueError):
            pass
    parsed: datetime = botocore.utils.parse_timestamp(value)
    return parsed


def create_parser_factory() -> ResponseParserFactory:
    """A factory of botocore's parsers, which read times by `parse_timestamp`."""
    made = ResponseParserFactory()
    made.set_parser_defaults(timestamp_parser=parse_timestamp)
    return made


@cache
def loader() -> Any:
    """A loader for this package's own use."""
    return create_loader()


def new_session(region: str) -> boto3.Session:
    """A boto3 session such as is made while a mock is on."""
    core = botocore.session.get_session()
    core.register_component("data_loader", create_loader(core.get_config_variable("data_path")))
    core.register_component("response_parser_factory", create_parser_factory())
    return boto3.Session(botocore_session=core, region_name=region)


def enter(stack: ExitStack, in_process: Callable[[], bool]) -> None:
    """Have every new session made like this, until `stack` is closed.

    in_process: whether a mock is on in this process, and not only a server.
    """
    replace = partial(patch.object, botocore.session)
    stack.enter_context(replace("create_loader", create_loader))
    stack.enter_context(replace("ResponseParserFactory", create_parser_factory))
    provider = botocore.configprovider.ConfiguredEndpointProvider
    stack.enter_context(patch.object(provider, "provide", _provide_url(provider, in_process)))


def _provide_url(provider: Any, in_process: Callable[[], bool]) -> Callable[[Any], str | None]:
    """botocore's look-up of a client's configured endpoint URL, which finds none in a mock.

    Sessions call it for each client without an `endpoint_url=`, however old the session is.
    """
    provide = provider.provide

    def configured_url(self: Any) -> str | None:
        url: str | None = None if in_process() else provide(self)
        return url

    return configured_url
