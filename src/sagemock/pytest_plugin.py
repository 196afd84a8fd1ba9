"""The pytest plugin: the fixtures `sagemock` and `sagemock_server`, their options and reports.

pytest loads it wherever sagemock is installed, so it imports nothing heavy until a test needs it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from sagemock.accounts.regions import default_region
from sagemock.options import OPTIONS, defaults_of_servers, parse

if TYPE_CHECKING:
    from sagemock.config import Config
    from sagemock.server import SageMockServer
    from sagemock.testing import SageMock

FIXTURES = ("sagemock", "sagemock_server")
REGION = "the region of clients, instead of that of the environment"
MARKER = (*OPTIONS, "executor", "region")
"""The arguments of the marker; all but `executor` can be ini options as well."""
CONTAINER_MARKER = "sagemock_container"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini options: ``sagemock_training`` and so on."""
    for name, option in OPTIONS.items():
        parser.addini(f"sagemock_{name}", f"sagemock: {option.meaning}", default=None)
    parser.addini(
        "sagemock_register",
        "sagemock: what runs for images, one a line: a pattern, then train=, process= or python=, "
        "each module:name or a command",
        type="linelist",
        default=[],
    )
    parser.addini("sagemock_region", f"sagemock: {REGION}", default=None)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker ``sagemock``."""
    config.addinivalue_line(
        "markers",
        f"sagemock({', '.join(MARKER)}): options of the fixtures sagemock and sagemock_server "
        "for this test",
    )
    config.addinivalue_line(
        "markers",
        f"{CONTAINER_MARKER}(pattern, train, process, serve, python): what runs for images in this "
        "test; see sagemock.containers.register",
    )


@pytest.fixture
def sagemock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[SageMock]:
    """A mocked AWS for one test, in this process, with a SageMaker that works.

    Code under test can use boto3 as usual: its clients reach the mock as well. Options come from
    the marker ``@pytest.mark.sagemock(...)`` and the ini file; see `sagemock.Config`.

    Yields
    ------
    SageMock
        Clients, controls and assertions.
    """
    from sagemock.mock import mock_sagemaker
    from sagemock.testing import SageMock

    options = _options(request)
    region = _region(options, monkeypatch)
    _config(options)
    in_process = {
        name: value
        for name, value in options.items()
        if name not in OPTIONS or not OPTIONS[name].of_server
    }
    with mock_sagemaker(**in_process):
        _register_containers(request)
        yield SageMock(region)


@pytest.fixture
def sagemock_server(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    _sagemock_server: SageMockServer,
) -> Iterator[SageMock]:
    """A server on a free port, without the state of earlier tests.

    For code that takes an endpoint URL, or runs in another process. Needs the `server` extra.

    Yields
    ------
    SageMock
        Clients of the server, controls and assertions; its `url` is that of the server.
    """
    from sagemock.testing import SageMock

    options = {**defaults_of_servers(), **_options(request)}
    region = _region(options, monkeypatch)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    _sagemock_server.resume(_config(options))
    try:
        _register_containers(request)
        yield SageMock(region, _sagemock_server.url)
    finally:
        _sagemock_server.pause()


@pytest.fixture(scope="session")
def _sagemock_server() -> Iterator[SageMockServer]:
    from sagemock.server import SageMockServer

    # Started once, because that is slow; between tests moto's own SageMaker is back on.
    with SageMockServer() as server:
        server.pause()
        yield server


def _options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The options of ini file and markers; the marker nearest to the test wins."""
    options: dict[str, Any] = {}
    for name in (*OPTIONS, "region"):
        text = request.config.getini(f"sagemock_{name}")
        if text is not None:
            options[name] = text if name == "region" else _parsed(name, text)
    for marker in reversed(list(request.node.iter_markers("sagemock"))):
        unknown = [name for name in marker.kwargs if name not in MARKER]
        if marker.args or unknown:
            refused = ", ".join([*map(repr, marker.args), *unknown])
            raise pytest.UsageError(
                f"the marker sagemock takes {', '.join(MARKER)}; it does not take {refused}"
            )
        options.update(marker.kwargs)
    return options


def _register_containers(request: pytest.FixtureRequest) -> None:
    """Register what ini file and markers name, until the fixture ends; the nearest marker wins."""
    lines = request.config.getini("sagemock_register")
    markers = list(request.node.iter_markers(CONTAINER_MARKER))
    if not lines and not markers:
        return
    from sagemock.containers.registration import register
    from sagemock.containers.registration_lines import arguments

    for line in lines:
        with _usage_errors("sagemock_register"):
            register(**arguments(line))
    for marker in reversed(markers):
        with _usage_errors(f"the marker {CONTAINER_MARKER}"):
            register(*marker.args, **marker.kwargs)


@contextmanager
def _usage_errors(source: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError) as error:
        raise pytest.UsageError(f"{source}: {error}") from None


def _parsed(name: str, text: str) -> Any:
    try:
        return parse(name, text)
    except ValueError as error:
        raise pytest.UsageError(f"sagemock_{error}") from None


def _config(options: dict[str, Any]) -> Config:
    from sagemock.config import Config

    try:
        return Config(**options)
    except (ValueError, TypeError) as error:
        raise pytest.UsageError(f"sagemock: {error}") from None


def _region(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> str:
    """The region of the marker or ini file, else of the environment, else the default."""
    region: str = options.pop("region", None) or default_region()
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    return region


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Report jobs, endpoints and rules without an effect with each failing test."""
    result = yield
    if result.failed and result.when != "teardown":
        used = getattr(item, "funcargs", {})
        if any(name in used for name in FIXTURES):
            from sagemock.accounts import reports
            from sagemock.moto_adapter.backend import worlds

            for title, text in (
                ("jobs and endpoints", reports.resources(worlds())),
                ("rules without an effect", reports.ineffective_rules(worlds())),
            ):
                if text:
                    result.sections.append((f"sagemock: {title}", text))
    return result
