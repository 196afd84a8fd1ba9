"""How a resource moves from status to status by itself: worked on, paced, held, interrupted.

What happens to it is a generator of steps. It yields first the status in which the resource
is; then it works until it has reached the next one, and yields that. A status is entered as
soon as the *pace* allows: at once, after some looks at the resource, or after some time, as
moto's state manager says. No thread waits meanwhile: a resource that may not go on yet is
parked, and whoever opens the way takes it on.

The generator may also yield an `Awaited` future, and is resumed when that is done. What it
returns is the outcome, which is the last step.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from sagemock import forks

log = logging.getLogger("sagemock")

Work = Callable[[], None]
Reason = Callable[[], str]
"""Says what submitted work waits for; the text is empty once the work has begun."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """A future that steps are resumed after, and what its work waits for before it begins."""

    future: Future[Any]
    waits_for: Reason = lambda: ""


Steps = Generator["str | Awaited", None, Any]
Pace = Mapping[str, Any]
"""A transition of moto's state manager: `progression`, and `times` or `seconds`."""

IMMEDIATE: Pace = {"progression": "immediate"}

SHORTEST_PAUSE = 0.001
"""Seconds: what remains of a pace is never nothing, for that would say that work is done."""

INTERRUPTION_LATENCY = 0.05
"""Seconds in which a blocked wait for a future notices that it shall break off."""


_left: list[Steps] = []
"""Kept for as long as the process lives."""


class State(Enum):
    """Why a progression is where it is."""

    WORKING = "working"
    WAITING = "waiting for its pace"
    HELD = "held"
    LEFT = "runs in the parent process, of which this one is a forked copy"
    ENDED = "ended"


class Hold(Exception):
    """What a visit may raise to hold a resource in the status that it has just entered.

    Its text says what holds the resource.
    """


@dataclass(frozen=True, slots=True)
class Course:
    """What a progression asks and tells as it goes on.

    kind: `training-job` or `endpoint`; name: the resource's.
    enter: puts the resource into a status. visit: is asked on arrival; it may raise `Hold`, or
    any other exception, which is then raised within the steps. end: takes the outcome.
    pace: how the next status is reached. submit: runs work, at once or elsewhere, and returns
    what it may wait for there; `blocking` says that it is at once, so that futures are waited
    for. changed: is told of every change.
    """

    kind: str
    name: str
    enter: Callable[[str], None]
    visit: Callable[[str], None]
    end: Callable[[Any], None]
    pace: Callable[[], Pace]
    submit: Callable[[Work], Reason | None]
    changed: Callable[[], None]
    blocking: bool = False


def at_once(work: Work) -> None:
    """A `submit` that runs work in the thread of the caller."""
    work()


@dataclass(frozen=True, slots=True)
class _End:
    """The last step."""

    outcome: Any


class Progression:
    """One resource on its way. Safe for many threads; the steps run in one at a time."""

    def __init__(self, course: Course, steps: Steps) -> None:
        self.course = course
        self.state = State.WORKING
        self.held_by = ""
        """What holds it, while the state is `HELD`."""
        self._steps = steps
        self._lock = forks.rlock()
        self._next: str | _End | None = None
        self._interrupted = False
        self._interruption: BaseException | None = None
        self._worker: int | None = None
        self._awaited: Future[Any] | None = None
        self._reasons: dict[str, Reason] = {}
        self._queued = False
        self.status = ""
        self._looks = 0
        self._since = time.time()

    def start(self) -> None:
        """Begin in the first status, which the resource has already."""
        first = next(self._steps)
        if not isinstance(first, str):
            raise TypeError(f"a progression begins in a status, not with {first!r}")
        error = self._visited(first)
        if not isinstance(error, Hold):
            self._submit(error)

    def heed(self) -> bool:
        """Whether somebody asked it to break off; steps that ask have been told, and go on."""
        if self._interrupted:
            self._take_interruption()
        return self._interrupted

    def _take_interruption(self) -> BaseException | None:
        with self._lock:
            interruption, self._interruption = self._interruption, None
        return interruption

    def look(self) -> None:
        """Somebody describes the resource."""
        with self._lock:
            self._looks += 1
        self.settle()

    def pass_time(self, seconds: float) -> None:
        """As if so much time had gone by."""
        with self._lock:
            self._since -= seconds
        self.settle()

    def settle(self) -> None:
        """Go on if it is parked and the pace allows it by now."""
        with self._lock:
            if self.state is not State.WAITING or not self._may_go_on():
                return
            self.state = State.WORKING
        self._go_on()

    def release(self) -> bool:
        """Go on if it is held; whether it was."""
        with self._lock:
            if self.state is not State.HELD:
                return False
            self.state = State.WORKING
        error = self._visited(self.status)
        if not isinstance(error, Hold):
            self._submit(error)
        return True

    def interrupt(self, error: BaseException) -> None:
        """Raise `error` within the steps, as soon as they can take it; the first one counts.

        They may go on to further steps after it. A progression that only waits to tell its
        outcome tells it all the same.
        """
        with self._lock:
            if self.state in (State.ENDED, State.LEFT) or self._interrupted:
                return
            self._interrupted, self._interruption = True, error
            awaited, self._awaited = self._awaited, None
            working = self.state is State.WORKING and awaited is None
            if working or isinstance(self._next, _End):
                return
            self._next = self._interruption = None
            self.state = State.WORKING
        self._submit(error)

    def after_fork(self) -> None:
        """In a child: what another thread or an executor works on, only the parent can finish."""
        if self.state is State.WORKING and self._worker != threading.get_ident():
            self.state, self._awaited = State.LEFT, None
            # Steps that are dropped would clean up what is the parent's, or be running still.
            _left.append(self._steps)

    def close(self) -> None:
        """Give up: nothing more happens to the resource."""
        with self._lock:
            idle = self.state in (State.WAITING, State.HELD) or self._awaited is not None
            self.state, self._awaited = State.ENDED, None
            if idle:
                self._steps.close()

    def waits_for(self) -> str:
        """What its work waits for before somebody begins with it; empty when for nothing."""
        if self.state is not State.WORKING:
            return ""
        return next(filter(None, (reason() for reason in list(self._reasons.values()))), "")

    def _submit(self, error: BaseException | None = None) -> None:
        reason = self.course.submit(lambda: self._work(error))
        if reason is not None:
            self._queued = self._waits("thread", reason)

    def _waits(self, where: str, reason: Reason) -> bool:
        """Remember what says why work has not begun; whether that is so, which is logged."""
        self._reasons[where] = reason
        text = reason()
        if text:
            log.info("%s waits for %s", self, text)
        return bool(text)

    def __str__(self) -> str:
        return f"{self.course.kind.replace('-', ' ')} {self.course.name}"

    def _work(self, error: BaseException | None) -> None:
        self._worker = threading.get_ident()
        if self._queued:
            self._queued = False
            log.info("%s has a worker", self)
        try:
            while self.state is State.WORKING:
                error, more = self._advance(error)
                if not more:
                    return
        except BaseException:
            self._break_down()
            raise
        finally:
            self._worker = None

    def _break_down(self) -> None:
        # A defect of ours must leave nobody waiting.
        log.exception("%s cannot go on", self)
        self.state = State.ENDED
        self.course.changed()

    def _advance(self, error: BaseException | None) -> tuple[BaseException | None, bool]:
        """Work to the next step and take it, if the pace allows.

        Gives what to raise within the steps next, and whether to work on now.
        """
        try:
            step: str | Awaited | _End = (
                next(self._steps) if error is None else self._steps.throw(error)
            )
        except StopIteration as done:
            step = _End(done.value)
        if isinstance(step, Awaited):
            self._waits("future", step.waits_for)
            return self._await(step.future)
        with self._lock:
            if self.state is State.ENDED:
                return None, False
            if self._interruption is not None and not isinstance(step, _End):
                return self._take_interruption(), True
            self._next = step
            if not self._may_go_on():
                self.state = State.WAITING
                self.course.changed()
                return None, False
        error = self._arrive()
        return error, not isinstance(error, Hold)

    def _await(self, future: Future[Any]) -> tuple[BaseException | None, bool]:
        """Wait for a future: here when blocking, or else by coming back at its end."""
        while self.course.blocking and self.state is State.WORKING and self._interruption is None:
            if wait([future], timeout=INTERRUPTION_LATENCY).done:
                return None, True
        with self._lock:
            if self.state is State.ENDED:
                self._steps.close()
                return None, False
            if self._interruption is not None:
                return self._take_interruption(), True
            self._awaited = future

        def resume(_: Future[Any]) -> None:
            with self._lock:
                if self._awaited is not future:
                    return
                self._awaited = None
            self._submit()

        future.add_done_callback(resume)
        return None, False

    def next_step_in(self) -> float | None:
        """Seconds until it goes on by itself: 0 while it works, None where it never will."""
        with self._lock:
            if self.state is State.WORKING:
                return 0.0
            pace = self.course.pace()
            if self.state is not State.WAITING or pace["progression"] == "manual":
                return None
            due = self._since + float(pace.get("seconds", 0))
            return max(SHORTEST_PAUSE, due - time.time())

    def _may_go_on(self) -> bool:
        pace = self.course.pace()
        if pace["progression"] == "manual":
            return self._looks >= int(pace["times"])
        if pace["progression"] == "time":
            return time.time() - self._since >= float(pace["seconds"])
        return True

    def _go_on(self) -> None:
        """Arrive in the next status in this thread, so that who opened the way sees it."""
        try:
            error = self._arrive()
        except BaseException:
            self._break_down()
            raise
        if self.state is State.WORKING and not isinstance(error, Hold):
            self._submit(error)

    def _arrive(self) -> BaseException | None:
        with self._lock:
            step, self._next = self._next, None
            self._looks, self._since = 0, time.time()
        if isinstance(step, _End):
            try:
                self.course.end(step.outcome)
            finally:
                self.state = State.ENDED
                self.course.changed()
            return None
        if step is None:
            return None
        self.course.enter(step)
        error = self._visited(step)
        self.course.changed()
        return error

    def _visited(self, status: str) -> BaseException | None:
        self.status = status
        try:
            self.course.visit(status)
        except Hold as hold:
            with self._lock:
                if self._interruption is None:
                    self.state, self.held_by = State.HELD, str(hold)
                    self.course.changed()
                    return hold
            return self._take_interruption()
        except Exception as error:
            return error
        return None


class Progressions:
    """The resources of one world that are on their way."""

    def __init__(self) -> None:
        self._lock = forks.lock()
        self._active: dict[tuple[str, str], Progression] = {}
        forks.follow(self)

    def start(self, course: Course, steps: Steps) -> Progression:
        """Take a resource through its steps."""
        key = (course.kind, course.name)

        def end(outcome: Any) -> None:
            try:
                course.end(outcome)
            finally:
                with self._lock:
                    if self._active.get(key) is progression:
                        del self._active[key]

        progression = Progression(replace(course, end=end), steps)
        with self._lock:
            self._active[key] = progression
        progression.start()
        return progression

    def after_fork(self) -> None:
        """In a child: leave to the parent what only the parent can finish."""
        for progression in self.active():
            progression.after_fork()

    def get(self, kind: str, name: str) -> Progression | None:
        """The progression of a resource that is on its way."""
        return self._active.get((kind, name))

    def active(self) -> list[Progression]:
        """All, in the order of their start."""
        with self._lock:
            return [each for each in self._active.values() if each.state is not State.ENDED]

    def settle(self) -> None:
        """Take on all whose time has come; costs nothing while none is on its way."""
        if self._active:
            for progression in self.active():
                progression.settle()

    def close(self) -> None:
        """Give all of them up."""
        for progression in self.active():
            progression.close()
        with self._lock:
            self._active.clear()
