"""Ports at which browsers find no console, and those that macOS uses."""

from __future__ import annotations

import pytest

from sagemock import mock_sagemaker, open_console
from sagemock.cli import main
from sagemock.server import PortInUse, SageMockServer
from sagemock.web import ports


@pytest.mark.parametrize("port", [22, 5060, 5061, 6000, 6665, 6669, 10080])
def test_ports_that_browsers_refuse(port: int) -> None:
    assert f"browsers refuse port {port}" in ports.refused_by_browsers(port)


@pytest.mark.parametrize("port", [80, 443, 3000, 5000, 6001, 8000, 8080, 8888, 40000])
def test_ports_of_servers(port: int) -> None:
    assert ports.refused_by_browsers(port) == ""


def test_airplay_is_of_macos_alone() -> None:
    for says in (ports.beside_airplay, ports.taken_by_airplay):
        assert "AirPlay Receiver" in says(5000, "darwin")
        assert says(5001, "darwin") == ""
        assert says(5000, "linux") == ""


def test_a_console_at_such_a_port_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    # Whether that port is free here must not matter.
    monkeypatch.setattr("sagemock.server.ConsoleServer", lambda *_: None)
    with mock_sagemaker(), pytest.warns(UserWarning, match="browsers refuse port 6000"):
        open_console(port=6000)


def test_a_port_that_airplay_may_have_taken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def start(self: SageMockServer) -> None:
        raise PortInUse("127.0.0.1", 5000)

    monkeypatch.setattr(SageMockServer, "start", start)
    monkeypatch.setattr(ports.taken_by_airplay, "__defaults__", ("darwin",))
    monkeypatch.setattr("signal.signal", lambda *_: None)
    assert main(["serve"]) == 2
    assert capsys.readouterr().err == (
        "sagemock: port 5000 on 127.0.0.1 is already in use, by AirPlay perhaps (System Settings, "
        "General, AirDrop & Handoff, AirPlay Receiver); choose another with --port, or any with "
        "--port 0\n"
    )
