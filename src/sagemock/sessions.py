"""boto3 sessions that share what botocore has parsed.

A fresh session parses the JSON of each service it makes a client for; for SageMaker that
is most of the cost of a small test. Sessions that are made while a mock is on parse each file of
botocore's once in a process, and share nothing else.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from functools import cache
from typing import Any
from unittest.mock import patch

import boto3
import botocore.loaders
import botocore.session

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


@cache
def loader() -> Any:
    """A loader for this package's own use."""
    return create_loader()


def new_session(region: str) -> boto3.Session:
    """A boto3 session with nothing shared but the parsed files."""
    core = botocore.session.get_session()
    core.register_component("data_loader", create_loader(core.get_config_variable("data_path")))
    return boto3.Session(botocore_session=core, region_name=region)


def enter(stack: ExitStack) -> None:
    """Let every new session share, until `stack` is closed."""
    stack.enter_context(patch.object(botocore.session, "create_loader", create_loader))
