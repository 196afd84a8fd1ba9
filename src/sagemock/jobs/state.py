"""The state of a progression: one immutable value, and the transitions between them.

All of it is pure. `engine.Progression` replaces its state by that of a transition under a lock, and
acts on the new state after it has released the lock. A transition that does not apply returns the
same object: nothing has happened.

    QUEUED ──► RUNNING ──► PACED, HELD, AWAITING or ELSEWHERE ──► RUNNING or QUEUED ──► ENDED
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

Pace = Mapping[str, Any]
"""A transition of moto's state manager: `progression`, and `times` or `seconds`."""

IMMEDIATE: Pace = {"progression": "immediate"}

SHORTEST_PAUSE = 0.001
"""The least number of seconds that remain of a pace: 0 would mean that it is at work."""

Reason = Callable[[], str]
"""Says what work waits for before it begins; empty once it has begun."""


def no_reason() -> str:
    """Say nothing: the work does not wait."""
    return ""


class Phase(Enum):
    """What a progression is doing."""

    QUEUED = "queued"
    """It has work to do, and no thread has begun it."""
    RUNNING = "running"
    """A thread runs its steps, or changes the status of its resource."""
    ELSEWHERE = "running elsewhere"
    """An executor works for it, and no thread of this process."""
    AWAITING = "waiting for another job"
    PACED = "waiting for its pace"
    HELD = "held"
    LEFT = "runs in the parent process, of which this one is a forked copy"
    ENDED = "ended"

    @property
    def at_work(self) -> bool:
        """Whether it continues by itself, independent of others."""
        return self in (Phase.QUEUED, Phase.RUNNING, Phase.ELSEWHERE)

    @property
    def label(self) -> str:
        """The phase in words for users."""
        return "working" if self.at_work else self.value


@dataclass(frozen=True, slots=True)
class Awaited:
    """A future after which steps are resumed.

    Parameters
    ----------
    future
        The future.
    waits_for
        Says what the work of the future waits for before it begins.
    elsewhere
        Whether an executor works on it. Otherwise another job or a test sets it, and may need this
        thread for that.
    others
        Returns the progressions of the other jobs whose end sets it.
    """

    future: Future[Any]
    waits_for: Reason = no_reason
    elsewhere: bool = False
    others: Callable[[], Sequence[Any]] = tuple


@dataclass(frozen=True, slots=True)
class End:
    """The last step."""

    outcome: Any


class State(NamedTuple):
    """One moment of a progression. A tuple, because a job has about twenty of them.

    Attributes
    ----------
    phase
        What the progression is doing.
    status
        The status of the resource.
    since
        When the status was entered, in seconds since the epoch.
    looks
        How often the resource has been described in that status.
    next_step
        What is entered next, while it waits for the pace and while it is being entered.
    error
        What is raised within the steps when they are resumed.
    interrupted
        Whether it has been interrupted.
    interruption
        The exception of the interruption, until it is raised within the steps or they have asked.
    held_by
        What holds it.
    future
        What it awaits.
    reason
        Says what it waits for.
    others
        Returns the progressions that it waits for, as far as they are known.
    announced
        Whether that has been logged.
    thread
        The thread that runs it.
    cut_short
        Whether its work in this status was ended by an exception raised within its steps. The rest
        of its pace is then not spent working.
    """

    phase: Phase
    status: str = ""
    since: float = 0.0
    looks: int = 0
    next_step: str | End | None = None
    error: BaseException | None = None
    interrupted: bool = False
    interruption: BaseException | None = None
    held_by: str = ""
    future: Future[Any] | None = None
    reason: Reason = no_reason
    others: Callable[[], Sequence[Any]] = tuple
    announced: bool = False
    thread: int | None = None
    cut_short: bool = False

    # What the thread that runs it does.

    def begun(self, thread: int) -> State:
        """A thread has taken it from the queue."""
        if self.phase is not Phase.QUEUED:
            return self
        running = self._running(thread)
        return running if running.error is not None else running._resumable()

    def reached(self, step: str | End, pace: Pace, now: float) -> State:
        """Its steps have reached another status, or their end.

        That is entered next (`next_step`), if the pace allows. An interruption comes first, unless
        the steps have ended.
        """
        if self.phase is not Phase.RUNNING:
            return self
        if self.interruption is not None and not isinstance(step, End):
            return self._resumable()
        arriving = self._replace(next_step=step, error=None)
        return arriving if self.is_due(pace, now) else arriving._rests(Phase.PACED)

    def entering(self, now: float) -> State:
        """The next status begins; looks and time count from here."""
        if self.phase is not Phase.RUNNING:
            return self
        return self._replace(next_step=None, error=None, looks=0, since=now, cut_short=False)

    def entered(self, status: str, error: BaseException | None = None) -> State:
        """A status has been entered, where `error` is raised within the steps."""
        if self.phase is not Phase.RUNNING:
            return self
        if error is not None:
            return self._replace(status=status, error=error, cut_short=True)
        return self._replace(status=status)._resumable()

    def held(self, status: str, by: str) -> State:
        """It is held in a status, unless it has been interrupted."""
        if self.phase is not Phase.RUNNING:
            return self
        if self.interruption is not None:
            return self._replace(status=status)._resumable()
        return self._replace(status=status, error=None, held_by=by)._rests(Phase.HELD)

    def blocked(self, reason: Reason) -> State:
        """Its thread waits for a future."""
        return self._replace(reason=reason) if self.phase is Phase.RUNNING else self

    def awaiting(self, awaited: Awaited) -> State:
        """Its steps wait for a future, without a thread."""
        if self.phase is not Phase.RUNNING:
            return self
        if self.interruption is not None:
            return self._resumable()
        phase = Phase.ELSEWHERE if awaited.elsewhere else Phase.AWAITING
        waits = self._replace(
            error=None, future=awaited.future, reason=awaited.waits_for, others=awaited.others
        )
        return waits._rests(phase)

    def continued(self) -> State:
        """The future is done, or it has been interrupted; its thread continues."""
        return self._resumable() if self.phase is Phase.RUNNING else self

    def queued(self) -> State:
        """Its thread submits the work."""
        if self.phase is not Phase.RUNNING:
            return self
        return self._rests(Phase.QUEUED)

    # What happens to it from outside.

    def waits_for_thread(self, reason: Reason) -> State:
        """No thread is free for it."""
        if self.phase is not Phase.QUEUED:
            return self
        return self._replace(reason=reason, announced=True)

    def resumed(self, future: Future[Any]) -> State:
        """A future that it awaits is done."""
        if self.phase not in (Phase.AWAITING, Phase.ELSEWHERE) or self.future is not future:
            return self
        return self._rests(Phase.QUEUED)

    def taken_on(self, pace: Pace, now: float, thread: int) -> State:
        """A thread enters the next status, if the pace allows by now."""
        if self.phase is not Phase.PACED or not self.is_due(pace, now):
            return self
        return self._running(thread)

    def released(self, thread: int) -> State:
        """It is released."""
        return self._running(thread) if self.phase is Phase.HELD else self

    def interrupted_by(self, error: BaseException) -> State:
        """It is interrupted; only the first interruption counts."""
        if self.interrupted or self.phase in (Phase.ENDED, Phase.LEFT):
            return self
        interrupted = self._replace(interrupted=True)
        if self.phase in (Phase.QUEUED, Phase.RUNNING) or isinstance(self.next_step, End):
            return interrupted._replace(interruption=error)
        resumed = interrupted._replace(error=error, next_step=None, cut_short=True)
        return resumed._rests(Phase.QUEUED)

    def heard(self) -> State:
        """Its steps have asked whether to stop, so nothing is raised within them."""
        if self.interruption is None:
            return self
        return self._replace(interruption=None, cut_short=True)

    def looked_at(self) -> State:
        """The resource is described."""
        return self._replace(looks=self.looks + 1)

    def aged(self, seconds: float) -> State:
        """A number of seconds pass."""
        return self._replace(since=self.since - seconds)

    def left(self, thread: int) -> State:
        """In a forked child with one thread: the work of other threads is the parent's."""
        if not self.phase.at_work or (self.phase is Phase.RUNNING and self.thread == thread):
            return self
        return self._rests(Phase.LEFT)

    def ended(self) -> State:
        """It ends, or is given up."""
        if self.phase is Phase.ENDED:
            return self
        return self._replace(next_step=None, error=None)._rests(Phase.ENDED)

    # What follows from it.

    def is_due(self, pace: Pace, now: float) -> bool:
        """Whether the pace allows the next step."""
        if pace["progression"] == "manual":
            return self.looks >= int(pace["times"])
        if pace["progression"] == "time":
            return now - self.since >= float(pace["seconds"])
        return True

    def stay(self, pace: Pace, now: float) -> float:
        """Return for how many seconds it has worked in its status; 0 unless the pace is of time.

        At most the seconds of the pace, even if it continues later because nothing called it, and
        0 if its work was cut short.
        """
        if pace["progression"] != "time" or self.cut_short:
            return 0.0
        return min(now - self.since, float(pace["seconds"]))

    def next_step_in(self, pace: Pace, now: float) -> float | None:
        """Return the seconds until it continues by itself: 0 if unknown, None if it never will."""
        if self.phase.at_work or self.phase is Phase.AWAITING:
            return 0.0
        if self.phase is not Phase.PACED or pace["progression"] == "manual":
            return None
        return max(SHORTEST_PAUSE, self.since + float(pace.get("seconds", 0)) - now)

    def _running(self, thread: int) -> State:
        return self._replace(
            phase=Phase.RUNNING, thread=thread, held_by="", reason=no_reason, announced=False
        )

    def _resumable(self) -> State:
        """Still running, and an interruption is raised when its steps are resumed."""
        cut_short = self.cut_short or self.interruption is not None
        return self._replace(
            error=self.interruption, interruption=None, reason=no_reason, cut_short=cut_short
        )

    def _rests(self, phase: Phase) -> State:
        """In a phase in which no thread runs it."""
        waits = phase in (Phase.AWAITING, Phase.ELSEWHERE)
        return self._replace(
            phase=phase,
            thread=None,
            held_by=self.held_by if phase is Phase.HELD else "",
            future=self.future if waits else None,
            reason=self.reason if waits else no_reason,
            others=self.others if waits else tuple,
        )
