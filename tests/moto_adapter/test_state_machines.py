"""What a server sets so that moto runs state machines, and that it puts it back."""

from __future__ import annotations

import os

import pytest
from moto.core.config import default_user_config

from sagemock.server import SageMockServer


def executes() -> bool:
    return bool(default_user_config["stepfunctions"]["execute_state_machine"])


def port(server: SageMockServer) -> str:
    return server.url.rsplit(":", 1)[1]


def test_a_server_puts_back_what_it_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_PORT", "1234")
    before = executes()
    with SageMockServer() as server:
        assert (os.environ["MOTO_PORT"], executes()) == (port(server), True)
        server.pause()
        server.resume()
        assert (os.environ["MOTO_PORT"], executes()) == (port(server), True)
    assert os.environ["MOTO_PORT"] == "1234"
    assert executes() == before


def test_of_two_servers_the_one_that_is_on_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOTO_PORT", raising=False)
    first, second = SageMockServer().start(), SageMockServer().start()
    try:
        assert os.environ["MOTO_PORT"] == port(second)
        second.stop()
        assert os.environ["MOTO_PORT"] == port(first)
    finally:
        second.stop()
        first.stop()
    assert "MOTO_PORT" not in os.environ
