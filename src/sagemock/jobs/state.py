"""Where a progression is: one immutable value, and the transitions from one to the next.

All of it is pure. `engine.Progression` replaces its state by a transition's under a lock, and does
what the new one asks for after it has let go of the lock. A transition that does not apply gives
the very same object: nothing has happened.

    QUEUED ──► RUNNING ──► PACED, HELD, AWAITING or ELSEWHERE ──► RUNNING or QUEUED ──► ENDED
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

Pace = Mapping[str, Any]
"""A transition of moto's state manager: `progression`, and `times` or `seconds`."""

IMMEDIATE: Pace = {"progression": "immediate"}

SHORTEST_PAUSE = 0.001
"""Seconds: what remains of a pace is never nothing, for that would say that work is done."""

Reason = Callable[[], str]
"""Says what work waits for before it begins; the text is empty once it has begun."""


def no_reason() -> str:
    return ""


class Phase(Enum):
    """What a progression is doing."""

    QUEUED = "queued"
    """It has work to do, and no thread has begun with it."""
    RUNNING = "running"
    """A thread runs its steps, or puts its resource into a status."""
    ELSEWHERE = "running elsewhere"
    """An executor works for it. No thread of ours does."""
    AWAITING = "waiting for another job"
    PACED = "waiting for its pace"
    HELD = "held"
    LEFT = "runs in the parent process, of which this one is a forked copy"
    ENDED = "ended"

    @property
    def at_work(self) -> bool:
        """Whether it goes on by itself, whatever becomes of others."""
        return self in (Phase.QUEUED, Phase.RUNNING, Phase.ELSEWHERE)

    @property
    def label(self) -> str:
        """What users are told."""
        return "working" if self.at_work else self.value


@dataclass(frozen=True, slots=True)
class Awaited:
    """A future that steps are resumed after.

    waits_for: says what its work waits for before it begins. elsewhere: whether an executor works
    on it. Otherwise another job, or a test, brings it about, and may need this very thread.
    """

    future: Future[Any]
    waits_for: Reason = no_reason
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """The last step."""

    outcome: Any


class State(NamedTuple):
    """One moment of a progression. A tuple, for a job has some twenty of them.

    status: the resource's. since: seconds since the epoch when it was entered; looks: how often
    the resource has been described since. Both count for the pace.
    next_step: what is to be entered, while it is paced and while it is being entered.
    error: what the steps get raised when they are resumed.
    interrupted: whether somebody asked it to break off. interruption: the exception of that, until
    the steps have been told. held_by: what holds it. future: what it awaits. reason: says what it
    waits for, and announced that this was logged. thread: that which runs it. cut_short: whether
    its work in this status was ended by an exception that was raised within its steps, so that
    the rest of its pace is no more work.
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
    announced: bool = False
    thread: int | None = None
    cut_short: bool = False

    # What the thread that runs it does.

    def begun(self, thread: int) -> State:
        """A thread has taken it from the queue."""
        if self.phase is not Phase.QUEUED:
            return self
        running = self._running(thread)
        return running if running.error is not None else running._told()

    def reached(self, step: str | End, pace: Pace, now: float) -> State:
        """Its steps have come to another status, or to their end.

        It is entered next (`next_step`) if the pace allows. An interruption comes first, unless
        nothing but the outcome is left to tell.
        """
        if self.phase is not Phase.RUNNING:
            return self
        if self.interruption is not None and not isinstance(step, End):
            return self._told()
        arriving = self._replace(next_step=step, error=None)
        return arriving if self.is_due(pace, now) else arriving._rests(Phase.PACED)

    def entering(self, now: float) -> State:
        """The next status begins; looks and time count from here."""
        if self.phase is not Phase.RUNNING:
            return self
        return self._replace(next_step=None, error=None, looks=0, since=now, cut_short=False)

    def entered(self, status: str, error: BaseException | None = None) -> State:
        """A status has been entered; `error` is to be raised within the steps there."""
        if self.phase is not Phase.RUNNING:
            return self
        if error is not None:
            return self._replace(status=status, error=error, cut_short=True)
        return self._replace(status=status)._told()

    def held(self, status: str, by: str) -> State:
        """It is held in a status, unless it is to break off anyway."""
        if self.phase is not Phase.RUNNING:
            return self
        if self.interruption is not None:
            return self._replace(status=status)._told()
        return self._replace(status=status, error=None, held_by=by)._rests(Phase.HELD)

    def blocked(self, reason: Reason) -> State:
        """Its thread waits for a future."""
        return self._replace(reason=reason) if self.phase is Phase.RUNNING else self

    def awaiting(self, awaited: Awaited) -> State:
        """Its steps wait for a future, which takes no thread."""
        if self.phase is not Phase.RUNNING:
            return self
        if self.interruption is not None:
            return self._told()
        phase = Phase.ELSEWHERE if awaited.elsewhere else Phase.AWAITING
        waits = self._replace(error=None, future=awaited.future, reason=awaited.waits_for)
        return waits._rests(phase)

    def continued(self) -> State:
        """What it waits for is there, or it is to break off; its thread goes on."""
        return self._told() if self.phase is Phase.RUNNING else self

    def queued(self) -> State:
        """Its thread hands it on to whoever works."""
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
        """A future has ended."""
        if self.phase not in (Phase.AWAITING, Phase.ELSEWHERE) or self.future is not future:
            return self
        return self._rests(Phase.QUEUED)

    def taken_on(self, pace: Pace, now: float, thread: int) -> State:
        """A thread enters the next status, if the pace allows by now."""
        if self.phase is not Phase.PACED or not self.is_due(pace, now):
            return self
        return self._running(thread)

    def released(self, thread: int) -> State:
        """Somebody lets it go on."""
        return self._running(thread) if self.phase is Phase.HELD else self

    def interrupted_by(self, error: BaseException) -> State:
        """Somebody asks it to break off; only the first one counts."""
        if self.interrupted or self.phase in (Phase.ENDED, Phase.LEFT):
            return self
        asked = self._replace(interrupted=True)
        if self.phase in (Phase.QUEUED, Phase.RUNNING) or isinstance(self.next_step, End):
            return asked._replace(interruption=error)
        resumed = asked._replace(error=error, next_step=None, cut_short=True)
        return resumed._rests(Phase.QUEUED)

    def heard(self) -> State:
        """Its steps have asked whether to stop: they know, and nothing is raised."""
        if self.interruption is None:
            return self
        return self._replace(interruption=None, cut_short=True)

    def looked_at(self) -> State:
        """Somebody describes the resource."""
        return self._replace(looks=self.looks + 1)

    def aged(self, seconds: float) -> State:
        """As if so much time had gone by."""
        return self._replace(since=self.since - seconds)

    def left(self, thread: int) -> State:
        """In a forked child, of which `thread` is the only one: others' work is the parent's."""
        if not self.phase.at_work or (self.phase is Phase.RUNNING and self.thread == thread):
            return self
        return self._rests(Phase.LEFT)

    def ended(self) -> State:
        if self.phase is Phase.ENDED:
            return self
        return self._replace(next_step=None, error=None)._rests(Phase.ENDED)

    # What can be read off it.

    def is_due(self, pace: Pace, now: float) -> bool:
        """Whether the pace allows the next step."""
        if pace["progression"] == "manual":
            return self.looks >= int(pace["times"])
        if pace["progression"] == "time":
            return now - self.since >= float(pace["seconds"])
        return True

    def stay(self, pace: Pace, now: float) -> float:
        """For how many seconds it has worked in its status, by a pace of time; by others for none.

        No longer than the pace says, even if it goes on later because nobody has looked, and not
        at all if its work was cut short.
        """
        if pace["progression"] != "time" or self.cut_short:
            return 0.0
        return min(now - self.since, float(pace["seconds"]))

    def next_step_in(self, pace: Pace, now: float) -> float | None:
        """Seconds until it goes on by itself: 0 when that is not known, None if it never will."""
        if self.phase.at_work or self.phase is Phase.AWAITING:
            return 0.0
        if self.phase is not Phase.PACED or pace["progression"] == "manual":
            return None
        return max(SHORTEST_PAUSE, self.since + float(pace.get("seconds", 0)) - now)

    def _running(self, thread: int) -> State:
        return self._replace(
            phase=Phase.RUNNING, thread=thread, held_by="", reason=no_reason, announced=False
        )

    def _told(self) -> State:
        """Still running, with what is to be raised within its steps, if somebody has asked."""
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
        )
