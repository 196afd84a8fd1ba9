"""How a resource moves from status to status by itself: worked on, paced, held, interrupted.

What happens to it is a generator of steps. It yields first the status in which the resource
is; then it works until it has reached the next one, and yields that. A status is entered as
soon as the *pace* allows: at once, after some looks at the resource, or after some time, as
moto's state manager says. The generator may also yield an `Awaited` future, such as the `done`
of another progression, and is resumed when that is done. What it returns is the outcome, which is
the last step. An exception that it lets pass is a defect, and the workflow's `fail` says so in the
resource's document.

No thread waits meanwhile: a resource that may not go on yet is parked, and whoever opens the way
takes it on. No lock is held while steps, or functions of the workflow, run.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from typing import Any, Generic

from sagemock import forks
from sagemock.jobs.state import Awaited, End, Phase, State
from sagemock.jobs.workflow import Done, GivenUp, Hold, R, Steps, Workflow

log = logging.getLogger("sagemock")

INTERRUPTION_LATENCY = 0.05
"""Seconds in which a thread that is blocked by a future notices that it is to break off."""

_left: list[Any] = []
"""The steps that a child has left to its parent. Kept for as long as the process lives."""


class Progression(Generic[R]):
    """One resource on its way. Safe for many threads; the steps run in one at a time.

    done: the outcome of the steps, once the resource's document shows it. It has the exception of
    steps that failed, and `GivenUp` when there will be no outcome.
    """

    def __init__(self, workflow: Workflow[R], steps: Steps[R]) -> None:
        self.workflow = workflow
        self.done: Future[R] = Done()
        self._steps = steps
        self._lock = forks.lock()
        self._state = State(Phase.RUNNING, since=time.time(), thread=threading.get_ident())

    def __str__(self) -> str:
        return f"{self.workflow.kind.replace('-', ' ')} {self.workflow.name}"

    @property
    def state(self) -> State:
        """Where it is."""
        return self._state

    @property
    def phase(self) -> Phase:
        return self._state.phase

    def _change(self, transition: Callable[[State], State]) -> tuple[State, State]:
        """Take a transition, and give the states before and after it."""
        with self._lock:
            old = self._state
            self._state = new = transition(old)
        return old, new

    def _move(self, transition: Callable[[State], State]) -> State:
        return self._change(transition)[1]

    def start(self) -> None:
        """Begin in the first status, which the resource has already."""
        self._take_on(self._begin)

    def settle(self) -> None:
        """Go on if it is parked and the pace allows it by now."""
        state = self._state
        if state.phase is not Phase.PACED:
            return
        pace, thread = self.workflow.pace(), threading.get_ident()
        with self._failing():
            self.workflow.stayed(state.status, state.stay(pace, time.time()))
        old, new = self._change(lambda state: state.taken_on(pace, time.time(), thread))
        if new is not old:
            self._take_on(self._arrive)

    def look(self) -> None:
        """Somebody describes the resource."""
        self._move(State.looked_at)
        self.settle()

    def pass_time(self, seconds: float) -> None:
        """As if so much time had gone by."""
        self._move(lambda state: state.aged(seconds))
        self.settle()

    def release(self) -> bool:
        """Go on if it is held; whether it was."""
        state, thread = self._state, threading.get_ident()
        if state.phase is not Phase.HELD:
            return False
        with self._failing():
            # All the time that it was held counts, as it does for a container that hangs.
            self.workflow.stayed(state.status, time.time() - state.since)
        old, new = self._change(lambda state: state.released(thread))
        if new is not old:
            self._take_on(lambda: self._entered(new.status))
        return True

    def interrupt(self, error: BaseException) -> None:
        """Raise `error` within the steps, as soon as they can take it; the first one counts.

        They may go on to further steps after it. A progression that only waits to tell its
        outcome tells it all the same.
        """
        old, new = self._change(lambda state: state.interrupted_by(error))
        if new.phase is Phase.QUEUED and old.phase is not Phase.QUEUED:
            self._submit()

    def should_stop(self) -> bool:
        """Whether somebody has asked it to break off. Steps that ask are not interrupted then."""
        return self._state.interrupted and self._move(State.heard).interrupted

    def give_up(self) -> Callable[[], None]:
        """Let nothing more happen to the resource. What is returned cleans up, and may take time.

        Apart from each other, so that of several none goes on because another has been cleaned up.
        """
        old, _ = self._change(State.ended)
        if old.phase is Phase.ENDED:
            return lambda: None

        def clean_up() -> None:
            # A thread that runs it does so as soon as it can, and the parent's are not ours.
            if old.phase not in (Phase.RUNNING, Phase.LEFT):
                self._close_steps()
            self.done.set_exception(GivenUp(f"{self} was given up"))

        return clean_up

    def after_fork(self) -> None:
        """In a child: what another thread or an executor works on, only the parent can finish."""
        old, new = self._change(lambda state: state.left(threading.get_ident()))
        if new is not old:
            # Steps that are dropped would clean up what is the parent's, or be running still.
            _left.append(self._steps)

    def waits_for(self) -> str:
        """What its work waits for before somebody begins with it; empty when for nothing."""
        return self._state.reason()

    def next_step_in(self) -> float | None:
        """Seconds until it goes on by itself: 0 when that is not known, None if it never will."""
        return self._state.next_step_in(self.workflow.pace(), time.time())

    # How it goes on. Each of these gives the state that it leaves behind: only the thread that
    # runs a progression may look at a later one, for others take it on from there.

    def _take_on(self, action: Callable[[], State]) -> None:
        """Enter a status in this thread, so that who opened the way sees it; then work."""
        with self._failing():
            state = action()
            if state.phase is Phase.ENDED:
                self._close_steps()
            elif state.phase is Phase.RUNNING and self._move(State.queued).phase is Phase.QUEUED:
                self._submit()

    def _submit(self) -> None:
        with self._failing():
            reason = self.workflow.submit(self._work)
            if reason is None or not (text := reason()):
                return
            old, new = self._change(lambda state: state.waits_for_thread(reason))
            if new is not old:
                log.info("%s waits for %s", self, text)

    def _work(self) -> None:
        old, state = self._change(lambda state: state.begun(threading.get_ident()))
        if state is old:
            return
        if old.announced:
            log.info("%s has a worker", self)
        with self._failing():
            while state.phase is Phase.RUNNING:
                state = self._advance(state.error)
            if state.phase is Phase.ENDED:
                self._close_steps()

    def _advance(self, error: BaseException | None) -> State:
        """Work to the next step, and take it if the pace allows."""
        step: str | Awaited | End
        try:
            step = next(self._steps) if error is None else self._steps.throw(error)
        except StopIteration as stop:
            step = End(stop.value)
        if isinstance(step, Awaited):
            return self._wait_for(step)
        reached, pace = step, self.workflow.pace()
        state = self._move(lambda state: state.reached(reached, pace, time.time()))
        if state.phase is Phase.PACED:
            self.workflow.changed()
        elif state.next_step is not None:
            return self._arrive()
        return state

    def _wait_for(self, awaited: Awaited) -> State:
        """Wait for a future: by coming back at its end, or here if an executor works on it."""
        future = awaited.future
        if future.done():
            return self._move(State.continued)
        if text := awaited.waits_for():
            log.info("%s waits for %s", self, text)
        if self.workflow.blocking and awaited.elsewhere:
            state = self._move(lambda state: state.blocked(awaited.waits_for))
            while state.phase is Phase.RUNNING and state.interruption is None:
                if wait([future], timeout=INTERRUPTION_LATENCY).done:
                    break
                state = self._state
            return self._move(State.continued)
        state = self._move(lambda state: state.awaiting(awaited))
        if state.future is future:
            if state.phase is Phase.AWAITING:
                self.workflow.changed()
            future.add_done_callback(self._resume)
        return state

    def _resume(self, future: Future[Any]) -> None:
        old, new = self._change(lambda state: state.resumed(future))
        if new is not old:
            self._submit()

    def _begin(self) -> State:
        first = next(self._steps)
        if not isinstance(first, str):
            raise TypeError(f"a progression begins in a status, not with {first!r}")
        return self._entered(first)

    def _arrive(self) -> State:
        """Enter the next status, or end."""
        old, state = self._change(lambda state: state.entering(time.time()))
        step = old.next_step
        if state is old or step is None:
            return state
        if isinstance(step, End):
            self.workflow.end(step.outcome)
            return self._end(lambda: self.done.set_result(step.outcome))
        self.workflow.enter(step)
        state = self._entered(step)
        self.workflow.changed()
        return state

    def _entered(self, status: str) -> State:
        try:
            self.workflow.on_enter(status)
        except Hold as hold:
            by = str(hold)
            state = self._move(lambda state: state.held(status, by))
            self.workflow.changed()
            return state
        except Exception as error:
            raised = error
            return self._move(lambda state: state.entered(status, raised))
        return self._move(lambda state: state.entered(status))

    def _end(self, settle: Callable[[], None]) -> State:
        """Nothing more happens to it, unless it was given up before; `settle` settles `done`."""
        old, state = self._change(State.ended)
        if old.phase is not Phase.ENDED:
            self.workflow.changed()
            settle()
        return state

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Let an exception that nobody expects end it; those of this thread's user pass."""
        try:
            yield
        except BaseException as error:
            self._fail(error)
            if not isinstance(error, Exception):
                raise

    def _fail(self, error: BaseException) -> None:
        if self.phase is Phase.ENDED:
            log.info("%s had ended when this happened", self, exc_info=error)
            return
        log.error("%s cannot go on", self, exc_info=error)
        try:
            self.workflow.fail(error)
        except Exception:
            log.exception("%s cannot even fail", self)
        self._end(lambda: self.done.set_exception(error))
        self._close_steps()

    def _close_steps(self) -> None:
        """Let steps that nobody resumes any more clean up."""
        try:
            self._steps.close()
        except Exception:
            log.exception("%s cannot be cleaned up", self)
