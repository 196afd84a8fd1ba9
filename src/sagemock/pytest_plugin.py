"""The pytest plugin: the fixtures `sagemock` and `sagemock_server`, their options and reports.

Loaded wherever sagemock is installed, so it imports nothing heavy until a test asks.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sagemock.config import Config
    from sagemock.server import SageMockServer
    from sagemock.testing import SageMock

DEFAULT_REGION = "us-east-1"
FIXTURES = ("sagemock", "sagemock_server")
OPTIONS = ("training", "max_workers", "seed", "waiting", "validation", "executor", "region")
"""What the marker takes; all but `executor` can be ini options as well."""

_INI = {
    "training": "how jobs train: inline, background or off",
    "max_workers": "how many jobs train at the same time in background",
    "seed": "seeds the initial weights of training",
    "waiting": "instant, or real for waiters that sleep",
    "validation": "strict, or off to take what plain moto takes",
    "region": "the region of clients, in place of the environment's",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    for name, told in _INI.items():
        parser.addini(f"sagemock_{name}", f"sagemock: {told}", default=None)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "sagemock(training, max_workers, seed, waiting, validation, executor, region): options of "
        "the fixtures sagemock and sagemock_server for this test",
    )


@pytest.fixture
def sagemock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[SageMock]:
    """A fresh AWS for this test, in process, with a SageMaker that works.

    Code under test may use boto3 as it always does: its clients end up here as well.
    """
    from sagemock.mock import mock_sagemaker
    from sagemock.testing import SageMock

    options = _options(request)
    region = _region(options, monkeypatch)
    _config(options)
    with mock_sagemaker(**options):
        yield SageMock(region)


@pytest.fixture
def sagemock_server(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    _sagemock_server: SageMockServer,
) -> Iterator[SageMock]:
    """A live server on a free port, with no state of an earlier test; `.url` says where."""
    from sagemock.testing import SageMock

    options = {"training": "background", **_options(request)}
    region = _region(options, monkeypatch)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    _sagemock_server.resume(_config(options))
    yield SageMock(region, _sagemock_server.url)
    _sagemock_server.pause()


@pytest.fixture(scope="session")
def _sagemock_server() -> Iterator[SageMockServer]:
    from sagemock.server import SageMockServer

    # Started once, for that takes longest; between tests `mock_aws` is moto's own again.
    with SageMockServer() as server:
        server.pause()
        yield server


def _options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The options of ini file and markers; the marker nearest to the test counts."""
    options: dict[str, Any] = {}
    for name in _INI:
        value = request.config.getini(f"sagemock_{name}")
        if value is not None:
            options[name] = _number(name, value) if name in ("max_workers", "seed") else value
    for marker in reversed(list(request.node.iter_markers("sagemock"))):
        unknown = [name for name in marker.kwargs if name not in OPTIONS]
        if marker.args or unknown:
            given = ", ".join([*map(repr, marker.args), *unknown])
            raise pytest.UsageError(f"the marker sagemock takes {', '.join(OPTIONS)}; not {given}")
        options.update(marker.kwargs)
    return options


def _number(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise pytest.UsageError(f"sagemock_{name} must be a whole number, not {text!r}") from None


def _config(options: dict[str, Any]) -> Config:
    from sagemock.config import Config

    try:
        return Config(**options)
    except (ValueError, TypeError) as error:
        raise pytest.UsageError(f"sagemock: {error}") from None


def _region(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> str:
    """The region of marker or ini file, of the environment, or the default."""
    region = options.pop("region", None)
    found: str = region or os.environ.get("AWS_DEFAULT_REGION") or DEFAULT_REGION
    monkeypatch.setenv("AWS_DEFAULT_REGION", found)
    return found


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say with a failing test what jobs and endpoints there are, and which rules had no effect."""
    result = yield
    if result.failed and result.when != "teardown":
        used = getattr(item, "funcargs", {})
        if any(name in used for name in FIXTURES):
            from sagemock import reports
            from sagemock.gateway.backend import worlds

            for title, text in (
                ("jobs and endpoints", reports.resources(worlds())),
                ("rules without an effect", reports.ineffective_rules(worlds())),
            ):
                if text:
                    result.sections.append((f"sagemock: {title}", text))
    return result
