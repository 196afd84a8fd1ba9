"""A progression, without AWS."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from sagemock.jobs.engine import Progression
from sagemock.jobs.progressions import Progressions
from sagemock.jobs.state import IMMEDIATE, Awaited, Pace, Phase
from sagemock.jobs.workflow import Hold, Workflow


class Watched:
    """A resource, and all that happens to it."""

    def __init__(self, pace: Pace = IMMEDIATE) -> None:
        self.seen: list[Any] = []
        self.pace = pace
        self.raised: dict[str, BaseException] = {}
        self.queue: list[Callable[[], None]] | None = None
        self.progressions = Progressions()

    def start(self, steps: Any) -> Any:
        workflow = Workflow(
            "thing",
            "t",
            enter=self.seen.append,
            on_enter=self.on_enter,
            end=self.seen.append,
            fail=self.fail,
            pace=lambda: self.pace,
            submit=lambda work: work() if self.queue is None else self.queue.append(work),
            changed=lambda: None,
        )
        progression = Progression(workflow, steps)
        self.progressions.start(progression)
        return progression

    def on_enter(self, status: str) -> None:
        if status in self.raised:
            raise self.raised.pop(status)

    def fail(self, error: BaseException) -> None:
        self.seen.append(error)


def three() -> Iterator[str]:
    try:
        yield "a"
        yield "b"
        yield "c"
    except KeyError as error:
        return f"caught {error}"
    return "done"


def test_it_runs_to_its_end() -> None:
    watched = Watched()
    assert watched.start(three()).phase is Phase.ENDED
    assert watched.seen == ["b", "c", "done"]
    assert watched.progressions.active() == []


def test_looks_take_it_on() -> None:
    watched = Watched({"progression": "manual", "times": 2})
    watched.start(three())
    seen = []
    for _ in range(6):
        watched.progressions.get("thing", "t").look()
        seen.append(len(watched.seen))
    assert seen == [0, 1, 1, 2, 2, 3]


def test_time_takes_it_on() -> None:
    watched = Watched({"progression": "time", "seconds": 100})
    progression = watched.start(three())
    progression.pass_time(99)
    assert watched.seen == []
    progression.pass_time(2)
    assert watched.seen == ["b"]
    progression.pass_time(250)
    assert watched.seen == ["b", "c"]


@pytest.mark.parametrize("status", ["a", "b", "c"])
def test_it_is_held_and_released(status: str) -> None:
    watched = Watched()
    watched.raised[status] = Hold()
    progression = watched.start(three())
    assert progression.phase is Phase.HELD
    assert watched.seen == ["b", "c"][: "abc".index(status)]
    assert progression.release()
    assert not progression.release()
    assert watched.seen == ["b", "c", "done"]


@pytest.mark.parametrize("status", ["a", "b", "c"])
def test_an_exception_meets_it_where_it_is(status: str) -> None:
    watched = Watched()
    watched.raised[status] = KeyError(status)
    watched.start(three())
    assert watched.seen[-1] == f"caught '{status}'"


def test_an_interruption_meets_it_where_it_is_held() -> None:
    watched = Watched()
    watched.raised["b"] = Hold()
    progression = watched.start(three())
    progression.interrupt(KeyError("first"))
    progression.interrupt(KeyError("second"))
    assert watched.seen == ["b", "caught 'first'"]


def test_an_interruption_waits_for_the_work() -> None:
    watched = Watched()
    watched.queue = []
    progression = watched.start(three())
    progression.interrupt(KeyError("now"))
    assert watched.seen == []
    watched.queue.pop()()
    assert watched.seen == ["caught 'now'"]
    assert progression.phase is Phase.ENDED


def test_steps_may_go_on_after_an_interruption() -> None:
    def steps() -> Iterator[str]:
        yield "a"
        try:
            yield "b"
        except KeyError:
            yield "saving"
        return "saved"

    watched = Watched()
    watched.raised["b"] = Hold()
    watched.start(steps()).interrupt(KeyError())
    assert watched.seen == ["b", "saving", "saved"]


def test_steps_that_ask_are_told_once() -> None:
    def steps() -> Iterator[str]:
        yield "a"
        stops = progression.should_stop()
        yield "b"
        return f"stops: {stops}"

    watched = Watched()
    watched.queue = []
    progression = watched.start(steps())
    assert not progression.should_stop()
    progression.interrupt(KeyError())
    # It was asked before it had begun to work, and is told as it asks.
    assert progression.should_stop()
    watched.queue.pop()()
    assert watched.seen == ["b", "stops: True"]


def test_a_future_may_be_awaited_on_after_an_interruption() -> None:
    future: Future[str] = Future()

    def steps() -> Iterator[Any]:
        yield "a"
        try:
            yield Awaited(future)
        except KeyError:
            yield Awaited(future)
        return future.result()

    watched = Watched()
    watched.start(steps()).interrupt(KeyError())
    assert watched.seen == []
    future.set_result("late, but there")
    assert watched.seen == ["late, but there"]


def test_a_future_is_awaited_without_a_thread() -> None:
    future: Future[str] = Future()

    def steps() -> Iterator[Any]:
        yield "a"
        yield Awaited(future)
        return future.result()

    watched = Watched()
    watched.start(steps())
    assert watched.seen == []
    future.set_result("there")
    assert watched.seen == ["there"]


def test_an_interruption_does_not_wait_for_a_future() -> None:
    future: Future[str] = Future()

    def steps() -> Iterator[Any]:
        yield "a"
        try:
            yield Awaited(future)
        except KeyError:
            return "left"

    watched = Watched()
    watched.start(steps()).interrupt(KeyError())
    assert watched.seen == ["left"]
    future.set_result("too late")
    assert watched.seen == ["left"]


def test_closing_runs_the_cleanup_and_ends_it() -> None:
    cleaned = threading.Event()

    def steps() -> Iterator[Any]:
        try:
            yield "a"
            yield "b"
        finally:
            cleaned.set()

    watched = Watched({"progression": "manual", "times": 1})
    progression = watched.start(steps())
    watched.progressions.close()
    assert cleaned.is_set()
    assert progression.phase is Phase.ENDED
    assert watched.progressions.get("thing", "t") is None
    assert watched.seen == []


def test_a_defect_leaves_nobody_waiting(caplog: pytest.LogCaptureFixture) -> None:
    def steps() -> Iterator[Any]:
        yield "a"
        raise ZeroDivisionError

    watched = Watched()
    progression = watched.start(steps())
    assert isinstance(watched.seen.pop(), ZeroDivisionError)
    assert isinstance(progression.done.exception(), ZeroDivisionError)
    assert watched.progressions.active() == []
    assert "cannot go on" in caplog.text
