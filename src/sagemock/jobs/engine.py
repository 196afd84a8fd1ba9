"""How a resource moves from status to status by itself: worked on, paced, held, interrupted.

What happens to it is a generator of steps. The generator first yields the status that the resource
has. Then it works until the resource has reached the next status, and yields that. A status is
entered as soon as the *pace* allows it: at once, after a number of Describe calls, or after some
time, as moto's state manager says. The generator may also yield an `Awaited` future, such as the
`done` of another progression, and is resumed when the future is done. The value that it returns is
the outcome, which is the last step. An exception that it raises is a defect, and the workflow's
`fail` writes it into the resource's document.

No thread is blocked meanwhile: the call that allows a waiting resource to continue also runs it. No
lock is held while steps, or functions of the workflow, run.
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
"""Seconds after which a thread that is blocked by a future notices an interruption."""

_left: list[Any] = []
"""The steps that a forked child has left to its parent, kept so that they never clean up."""


class Progression(Generic[R]):
    """One resource on its way through a workflow. Thread-safe; steps run in one thread at a time.

    Parameters
    ----------
    workflow
        What happens to the resource from the outside.
    steps
        The generator of steps.

    Attributes
    ----------
    done
        The future outcome of the steps, set once the resource's document shows it. Its exception is
        that of steps that failed, or `GivenUp` if there will be no outcome.
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
        """The current state."""
        return self._state

    @property
    def phase(self) -> Phase:
        """The phase of the current state."""
        return self._state.phase

    def _change(self, transition: Callable[[State], State]) -> tuple[State, State]:
        """Make a transition. Returns the states before and after it."""
        with self._lock:
            old = self._state
            self._state = new = transition(old)
        return old, new

    def _move(self, transition: Callable[[State], State]) -> State:
        return self._change(transition)[1]

    def start(self) -> None:
        """Run the steps from the first status, which the resource has already."""
        self._take_on(self._begin)

    def settle(self) -> None:
        """Continue if the pace was all that it waited for, and allows it by now."""
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
        """Count a Describe call, and continue if the pace allows it now."""
        self._move(State.looked_at)
        self.settle()

    def hurry(self) -> None:
        """Submit its work once more if no thread has begun it: the first one to begin does it."""
        if self.phase is Phase.QUEUED:
            self._submit()

    def pass_time(self, seconds: float) -> None:
        """Pretend that a number of seconds have passed."""
        self._move(lambda state: state.aged(seconds))
        self.settle()

    def release(self) -> bool:
        """Continue if it is held. Returns whether it was."""
        state, thread = self._state, threading.get_ident()
        if state.phase is not Phase.HELD:
            return False
        with self._failing():
            # The time for which it was held counts, as it does for a container that hangs.
            self.workflow.stayed(state.status, time.time() - state.since)
        old, new = self._change(lambda state: state.released(thread))
        if new is not old:
            self._take_on(lambda: self._entered(new.status))
        return True

    def interrupt(self, error: BaseException) -> None:
        """Raise an exception within the steps, as soon as they yield. Only the first one counts.

        The steps may handle it and continue. If they have ended, and only the pace delays the
        outcome, the outcome stays what it is.
        """
        old, new = self._change(lambda state: state.interrupted_by(error))
        if new.phase is Phase.QUEUED and old.phase is not Phase.QUEUED:
            self._submit()

    def should_stop(self) -> bool:
        """Whether it has been interrupted. Nothing is raised within steps that call this."""
        return self._state.interrupted and self._move(State.heard).interrupted

    def give_up(self) -> Callable[[], None]:
        """Let nothing more happen to the resource.

        Returns
        -------
        A function that cleans up, which may take time. It is separate so that of several
        progressions none continues because another one has been cleaned up.
        """
        old, _ = self._change(State.ended)
        if old.phase is Phase.ENDED:
            return lambda: None

        def clean_up() -> None:
            # A thread that runs it cleans up by itself, and the parent's steps are not ours.
            if old.phase not in (Phase.RUNNING, Phase.LEFT):
                self._close_steps()
            self.done.set_exception(GivenUp(f"{self} was given up"))

        return clean_up

    def after_fork(self) -> None:
        """In a forked child: leave what another thread or an executor works on to the parent."""
        old, new = self._change(lambda state: state.left(threading.get_ident()))
        if new is not old:
            # Steps that are garbage-collected would clean up what the parent still needs.
            _left.append(self._steps)

    def waits_for(self) -> str:
        """Say what its work waits for before it begins. Empty if it waits for nothing."""
        return self._state.reason()

    def next_step_in(self) -> float | None:
        """Return the seconds until it continues by itself: 0 if unknown, None if it never will."""
        state = self._state
        others = state.others()
        if others:
            pauses = [each.next_step_in() for each in others]
            return min((pause for pause in pauses if pause is not None), default=None)
        return state.next_step_in(self.workflow.pace(), time.time())

    def awaited(self) -> list[Progression[Any]]:
        """Return the progressions that it waits for, as far as they are known."""
        return list(self._state.others())

    # How it continues. Each of these returns the state that it leaves behind. Later states are
    # not to be looked at here: another thread may run the progression by then.

    def _take_on(self, action: Callable[[], State]) -> None:
        """Enter a status in this thread, so that the caller sees it; then submit the work."""
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
        """Work up to the next step, and take it if the pace allows."""
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
        """Wait for a future: by being resumed at its end, or here if an executor works on it."""
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
        """End, unless it was given up before; `settle` sets `done`."""
        old, state = self._change(State.ended)
        if old.phase is not Phase.ENDED:
            self.workflow.changed()
            settle()
        return state

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """End it with an unexpected exception; re-raise one such as KeyboardInterrupt."""
        try:
            yield
        except BaseException as error:
            self._fail(error)
            if not isinstance(error, Exception):
                raise

    def _fail(self, error: BaseException) -> None:
        if self.phase is Phase.ENDED:
            log.info("%s had already ended when this happened", self, exc_info=error)
            return
        log.error("%s cannot continue", self, exc_info=error)
        try:
            self.workflow.fail(error)
        except Exception:
            log.exception("%s cannot even fail", self)
        self._end(lambda: self.done.set_exception(error))
        self._close_steps()

    def _close_steps(self) -> None:
        """Let steps that are not resumed any more clean up."""
        try:
            self._steps.close()
        except Exception:
            log.exception("%s cannot be cleaned up", self)
