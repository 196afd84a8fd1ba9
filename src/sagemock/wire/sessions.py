"""boto3 sessions that are cheap in tests.

A new session parses the JSON model of each service that it creates a client for; for SageMaker,
that takes most of the time of a small test. Sessions that are created while a mock is on parse
each file of botocore once per process, and share nothing else.

The description of a job has many times, and botocore takes longer for them than for the rest of
the response: it converts each to the local time zone in Python. These sessions let the C library
convert them, with the same result.

While an in-process mock is on, clients do not read endpoint URLs from the environment or from
AWS's configuration files: an `AWS_ENDPOINT_URL` in the shell would send requests past the mock.
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
"""The folders of files that do not change during a process."""


class _SharedFiles(botocore.loaders.JSONFileLoader):  # type: ignore[misc]
    """Caches the parsed files of botocore and boto3."""

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
    """A loader as from `botocore.loaders`, which shares parsed files and lists of services."""
    shared_loader = _create_loader(search_path_string)
    list_services = shared_loader.list_available_services

    def list_available_services(type_name: str) -> list[str]:
        paths = [path for path in shared_loader.search_paths if os.path.isdir(path)]
        if not all(path.startswith(PACKAGES) for path in paths):
            services: list[str] = list_services(type_name)
            return services
        key = (type_name, *paths)
        if key not in _services:
            _services[key] = list_services(type_name)
        return _services[key]

    shared_loader.list_available_services = list_available_services
    shared_loader.file_loader = _files
    return shared_loader


_local_time = datetime.fromtimestamp
"""Bound here, so that libraries that freeze the clock do not replace it."""


@cache
def _zone(*_settings: object) -> tzlocal:
    """The local time zone under the given settings of the `time` module."""
    return tzlocal()


def parse_timestamp(value: Any) -> datetime:
    """Parse a timestamp as `botocore.utils.parse_timestamp`, but faster for numbers.

    dateutil's local zone has only the two offsets of the present. A time that had another offset,
    in years with other rules, is left to botocore.

    Parameters
    ----------
    value
        Seconds since the epoch, or a text in any format that botocore accepts.
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
    """A factory of botocore's response parsers that use `parse_timestamp`."""
    factory = ResponseParserFactory()
    factory.set_parser_defaults(timestamp_parser=parse_timestamp)
    return factory


@cache
def loader() -> Any:
    """The loader that this package itself uses."""
    return create_loader()


def new_session(region: str) -> boto3.Session:
    """A boto3 session like those that are created while a mock is on."""
    core = botocore.session.get_session()
    core.register_component("data_loader", create_loader(core.get_config_variable("data_path")))
    core.register_component("response_parser_factory", create_parser_factory())
    return boto3.Session(botocore_session=core, region_name=region)


def enter(stack: ExitStack, in_process: Callable[[], bool]) -> None:
    """Change how sessions are created until `stack` is closed.

    Parameters
    ----------
    stack
        Undoes the change when it is closed.
    in_process
        Tells whether a mock is on in this process, and not only a server.
    """
    replace = partial(patch.object, botocore.session)
    stack.enter_context(replace("create_loader", create_loader))
    stack.enter_context(replace("ResponseParserFactory", create_parser_factory))
    provider = botocore.configprovider.ConfiguredEndpointProvider
    stack.enter_context(patch.object(provider, "provide", _provide_url(provider, in_process)))


def _provide_url(provider: Any, in_process: Callable[[], bool]) -> Callable[[Any], str | None]:
    """A replacement for botocore's lookup of configured endpoint URLs, which a mock disables.

    Sessions call it for each client without an `endpoint_url=`, also sessions that are older than
    the mock.
    """
    provide = provider.provide

    def configured_url(self: Any) -> str | None:
        url: str | None = None if in_process() else provide(self)
        return url

    return configured_url
