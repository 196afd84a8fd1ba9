"""A progression, without AWS."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any

import pytest

from sagemock.jobs.engine import Progression
from sagemock.jobs.progressions import Progressions
from sagemock.jobs.state import IMMEDIATE, Awaited, Pace, Phase
from sagemock.jobs.workflow import GivenUp, Hold, Workflow


class Watched:
    """A resource, and all that happens to it."""

    def __init__(self, pace: Pace = IMMEDIATE, progressions: Progressions | None = None) -> None:
        self.seen: list[Any] = []
        self.pace = pace
        self.enter: dict[str, BaseException] = {}
        self.raised: dict[str, BaseException] = {}
        self.queue: list[Callable[[], None]] | None = None
        self.progressions = progressions or Progressions()
        self.blocking = False
        self.fail: Callable[[BaseException], Any] = self.seen.append
        self.submit: Callable[[Callable[[], None]], None] = self.work

    def start(self, steps: Any, name: str = "t") -> Any:
        workflow = Workflow(
            "thing",
            name,
            enter=self.entered,
            on_enter=self.on_enter,
            end=self.seen.append,
            fail=lambda error: self.fail(error),
            pace=lambda: self.pace,
            submit=self.submit,
            changed=lambda: None,
            blocking=self.blocking,
        )
        progression = Progression(workflow, steps)
        self.progressions.start(progression)
        return progression

    def work(self, work: Callable[[], None]) -> None:
        if self.queue is None:
            work()
        else:
            self.queue.append(work)

    def entered(self, status: str) -> None:
        if status in self.enter:
            raise self.enter.pop(status)
        self.seen.append(status)

    def on_enter(self, status: str) -> None:
        if status in self.raised:
            raise self.raised.pop(status)


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


def test_a_future_that_is_no_longer_awaited_changes_nothing() -> None:
    first: Future[None] = Future()
    second: Future[None] = Future()

    def steps() -> Iterator[Any]:
        yield "a"
        try:
            yield Awaited(first)
        except KeyError:
            yield Awaited(second)
        return "done"

    watched = Watched()
    watched.start(steps()).interrupt(KeyError())
    first.set_result(None)
    assert watched.seen == []
    second.set_result(None)
    assert watched.seen == ["done"]


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
    assert "cannot continue" in caplog.text


def test_a_defect_of_the_workflow_fails_it_too() -> None:
    watched = Watched()
    watched.enter = {"b": ZeroDivisionError("b")}
    progression = watched.start(three())
    assert [type(each) for each in watched.seen] == [ZeroDivisionError]
    assert progression.phase is Phase.ENDED
    assert isinstance(progression.done.exception(), ZeroDivisionError)


def test_a_defect_while_failing_ends_it_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    def steps() -> Iterator[Any]:
        yield "a"
        raise ZeroDivisionError

    watched = Watched()
    watched.fail = lambda _: 1 / 0
    assert watched.start(steps()).phase is Phase.ENDED
    assert "cannot even fail" in caplog.text


def test_steps_that_do_not_begin_with_a_status() -> None:
    def steps() -> Iterator[Any]:
        yield Awaited(Future())

    watched = Watched()
    watched.start(steps())
    assert "begins in a status" in str(watched.seen)


def test_a_user_who_breaks_off_leaves_nobody_waiting() -> None:
    def steps() -> Iterator[Any]:
        yield "a"
        raise KeyboardInterrupt

    watched = Watched()
    with pytest.raises(KeyboardInterrupt):
        watched.start(steps())
    assert [type(each) for each in watched.seen] == [KeyboardInterrupt]
    assert watched.progressions.active() == []


def test_no_worker_takes_it() -> None:
    def full(_: Any) -> None:
        raise RuntimeError("cannot schedule new futures after shutdown")

    watched = Watched()
    watched.submit = full
    assert watched.start(three()).phase is Phase.ENDED
    assert [str(each) for each in watched.seen] == ["cannot schedule new futures after shutdown"]


def test_its_outcome_can_be_waited_for() -> None:
    watched = Watched({"progression": "manual", "times": 1})
    progression = watched.start(three())
    seen: list[Any] = []
    progression.done.add_done_callback(lambda done: seen.append((done.result(), *watched.seen)))
    assert not progression.done.cancel()
    for _ in range(3):
        progression.look()
    # Its resource shows the outcome by then.
    assert seen == [("done", "b", "c", "done")]


def test_who_waits_for_what_is_given_up_is_told() -> None:
    watched = Watched({"progression": "manual", "times": 1})
    progression = watched.start(three())
    watched.progressions.close()
    with pytest.raises(CancelledError, match="thing t was given up"):
        progression.done.result(timeout=60)
    progression.look()
    assert not progression.release()
    assert watched.seen == []


def test_nothing_of_what_is_given_up_together_goes_on() -> None:
    progressions, seen = Progressions(), []

    def steps(awaited: Future[Any]) -> Iterator[Any]:
        yield "a"
        yield Awaited(awaited)
        seen.append("went on")

    first = Watched({"progression": "manual", "times": 1}, progressions).start(three(), "first")
    Watched(progressions=progressions).start(steps(first.done), "second")
    progressions.close()
    assert seen == []
    assert progressions.active() == []


def test_what_is_given_up_at_work_cleans_up_when_it_comes_back() -> None:
    watched, seen = Watched(), []

    def steps() -> Iterator[Any]:
        yield "a"
        try:
            watched.progressions.close()
            seen.append("works")
            yield "b"
        finally:
            seen.append("cleaned up")

    progression = watched.start(steps())
    assert seen == ["works", "cleaned up"]
    assert isinstance(progression.done.exception(), GivenUp)
    assert watched.seen == []


def test_what_never_began_to_work_cleans_up() -> None:
    cleaned = threading.Event()

    def steps() -> Iterator[Any]:
        try:
            yield "a"
        finally:
            cleaned.set()

    watched = Watched()
    watched.queue = []
    watched.start(steps())
    watched.progressions.close()
    assert cleaned.is_set()
    watched.queue.pop()()
    assert watched.seen == []


def test_one_that_cannot_clean_up_does_not_keep_others(caplog: pytest.LogCaptureFixture) -> None:
    def steps() -> Iterator[Any]:
        try:
            yield "a"
        finally:
            raise ZeroDivisionError

    pace = {"progression": "manual", "times": 1}
    progressions = Progressions()
    blocked = Watched(progressions=progressions)
    blocked.raised["a"] = Hold()
    blocked.start(steps(), "first")
    second = Watched(pace, progressions).start(three(), "second")
    progressions.close()
    assert "thing first cannot be cleaned up" in caplog.text
    assert isinstance(second.done.exception(timeout=60), GivenUp)


def test_many_that_are_there_already_take_no_stack() -> None:
    ready: Future[None] = Future()
    ready.set_result(None)

    def steps() -> Iterator[Any]:
        yield "a"
        for _ in range(10_000):
            yield Awaited(ready)
        return "done"

    watched = Watched()
    watched.start(steps())
    assert watched.seen == ["done"]


@pytest.mark.parametrize("elsewhere", [False, True])
def test_only_an_executor_blocks_a_thread(elsewhere: bool) -> None:
    future: Future[None] = Future()

    def steps() -> Iterator[Any]:
        yield "a"
        yield Awaited(future, elsewhere=elsewhere)
        return "done"

    watched = Watched()
    watched.blocking = True
    thread = threading.Thread(target=watched.start, args=(steps(),))
    thread.start()
    if not elsewhere:
        thread.join(60)
        assert watched.progressions.active()[0].phase is Phase.AWAITING
    assert watched.seen == []
    future.set_result(None)
    thread.join(60)
    assert not thread.is_alive()
    assert watched.seen == ["done"]


def test_an_interruption_ends_a_blocked_wait() -> None:
    blocked = threading.Event()

    def steps() -> Iterator[Any]:
        yield "a"
        try:
            yield Awaited(Future(), lambda: blocked.set() or "", elsewhere=True)
        except KeyError:
            return "left"

    watched = Watched()
    watched.blocking = True
    thread = threading.Thread(target=watched.start, args=(steps(),))
    thread.start()
    assert blocked.wait(60)
    watched.progressions.active()[0].interrupt(KeyError())
    thread.join(60)
    assert watched.seen == ["left"]


def test_threads_that_all_want_something_of_it() -> None:
    """It ends once, and enters each status at most once, whatever they do."""
    for number in range(50):
        watched = Watched({"progression": "manual", "times": 2})
        watched.raised["b"] = Hold()
        started = threading.Barrier(7)
        with ThreadPoolExecutor(2) as pool:
            watched.submit = lambda work, pool=pool: pool.submit(work) and None
            progression = watched.start(three())

            def push(
                act: Callable[[], Any],
                progression: Any = progression,
                started: threading.Barrier = started,
            ) -> None:
                started.wait()
                while not progression.done.done():
                    act()

            acts: list[Callable[[], Any]] = [progression.look] * 3 + [progression.release] * 3
            if number % 2:
                acts[0] = lambda: progression.interrupt(KeyError("now"))  # noqa: B023
            threads = [threading.Thread(target=push, args=(act,)) for act in acts]
            for thread in threads:
                thread.start()
            started.wait()
            for thread in threads:
                thread.join(60)
        *entered, outcome = watched.seen
        assert entered == ["b", "c"][: len(entered)]
        assert outcome == progression.done.result()
        assert outcome == "done" or number % 2
