"""The three places in which the story is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from sagemock import mock_sagemaker


@pytest.fixture(params=["decorator", "fixture", "server"])
def client(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Makes AWS clients: of the decorator, of the pytest fixture, of a live server."""
    if request.param == "decorator":
        with mock_sagemaker():
            session = boto3.Session(region_name="us-east-1")
            yield session.client
    else:
        name = "sagemock" if request.param == "fixture" else "sagemock_server"
        yield request.getfixturevalue(name).client
