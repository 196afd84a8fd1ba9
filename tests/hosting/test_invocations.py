"""What is kept of invocations, beside the endpoint that it belongs to."""

from __future__ import annotations

from typing import Any

import pytest

from sagemock.hosting import endpoint_history
from sagemock.hosting.invocations import MAX_BODY, MAX_INVOCATIONS, Invocations, Timer
from sagemock.moto_adapter.backend import world_of


def test_a_timer_tells_the_container_from_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([10.0, 11.0, 11.25, 12.0, 13.0, 15.0])
    monkeypatch.setattr("sagemock.hosting.invocations.time.perf_counter", lambda: next(times))
    timer = Timer()
    with timer.in_container():
        pass
    assert (timer.model, timer.overhead()) == (0.25, 1.75)
    without = Timer()
    assert (without.model, without.overhead()) == (None, 2.0)


def test_a_container_that_raises_has_a_latency() -> None:
    timer = Timer()
    with pytest.raises(ValueError, match="no"), timer.in_container():
        raise ValueError("no")
    assert timer.model is not None


def test_the_last_are_kept_and_long_bodies_are_cut() -> None:
    history = Invocations()
    for number in range(MAX_INVOCATIONS + 1):
        body = b"x" * (MAX_BODY + number)
        history.note({"Body": body}, Timer(), response={"Body": body})
    kept = history.newest_first()
    assert [each.number for each in kept] == list(range(MAX_INVOCATIONS + 1, 1, -1))
    assert {len(each.request["Body"]) for each in kept} == {len(each.answer) for each in kept}
    assert {len(each.answer) for each in kept} == {MAX_BODY}
    assert history.get(1) is None
    assert history.get(MAX_INVOCATIONS + 1) is kept[0]


def test_there_is_none_without_an_endpoint(sagemock: Any) -> None:
    world = world_of("123456789012", "us-east-1")
    assert endpoint_history.of_endpoint(world, "none") is None
    assert world.invocations == {}
