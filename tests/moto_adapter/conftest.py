"""The same mock twice, and what jobs and endpoints write by: for tests that read it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sagemock.accounts.services import Services
from sagemock.testing import SageMock

Client = Callable[..., Any]


@pytest.fixture(params=["in process", "server"])
def anywhere(request: pytest.FixtureRequest) -> SageMock:
    """The mock in this process, and the server, which runs in this process too."""
    name = "sagemock" if request.param == "in process" else "sagemock_server"
    mock: SageMock = request.getfixturevalue(name)
    return mock


@pytest.fixture
def client(anywhere: SageMock) -> Client:
    """Makes clients."""
    return anywhere.client


@pytest.fixture
def services(anywhere: SageMock) -> Services:
    """Through these, jobs and endpoints write to other services."""
    from sagemock.moto_adapter.backend import world_of

    return world_of("123456789012", "us-east-1").services
