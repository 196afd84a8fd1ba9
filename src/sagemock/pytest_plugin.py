"""The pytest plugin: the fixtures `sagemock` and `sagemock_server`.

Loaded wherever sagemock is installed, so it imports nothing heavy until a test asks.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import boto3

    from sagemock.server import SageMockServer

DEFAULT_REGION = "us-east-1"


class SageMock:
    """What a test gets from the fixtures: clients, and where they talk to."""

    def __init__(self, region: str, url: str | None = None) -> None:
        self.region = region
        self.url = url
        self._session: boto3.Session | None = None

    @property
    def session(self) -> boto3.Session:
        """A boto3 session of this test's own, cheap because the service models are shared."""
        if self._session is None:
            from sagemock.sessions import new_session

            self._session = new_session(self.region)
        return self._session

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client of `service`; the options are those of `boto3.client`."""
        options.setdefault("endpoint_url", self.url)
        return self.session.client(service, **options)


@pytest.fixture
def sagemock(monkeypatch: pytest.MonkeyPatch) -> Iterator[SageMock]:
    """A fresh AWS for this test, in process, with a SageMaker that works.

    Code under test may use boto3 as it always does: its clients end up here as well.
    """
    from sagemock.mock import mock_sagemaker

    region = _region(monkeypatch)
    with mock_sagemaker():
        yield SageMock(region)


@pytest.fixture
def sagemock_server(
    monkeypatch: pytest.MonkeyPatch, _sagemock_server: SageMockServer
) -> Iterator[SageMock]:
    """A live server on a free port, with no state of an earlier test; `.url` says where."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    _sagemock_server.resume()
    yield SageMock(_region(monkeypatch), _sagemock_server.url)
    _sagemock_server.pause()


@pytest.fixture(scope="session")
def _sagemock_server() -> Iterator[SageMockServer]:
    from sagemock.server import SageMockServer

    # Started once, for that takes longest; between tests `mock_aws` is moto's own again.
    with SageMockServer() as server:
        server.pause()
        yield server


def _region(monkeypatch: pytest.MonkeyPatch) -> str:
    """The region of the environment; set to a default where there is none."""
    region = os.environ.get("AWS_DEFAULT_REGION")
    if region is None:
        region = DEFAULT_REGION
        monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    return region
