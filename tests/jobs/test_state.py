"""Whatever is done to a progression, it does what a naive one does."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Any, Literal, NamedTuple

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sagemock.jobs import engine
from sagemock.jobs.state import Awaited, Pace, Phase, State
from sagemock.jobs.workflow import GivenUp, Hold, Workflow

FUTURES = 3


class Status(NamedTuple):
    """Steps come to a status.

    reaction: what its first entry meets with. With `late`, another thread interrupts just then.
    """

    reaction: Literal["", "hold", "error"] = ""
    late: bool = False


class Wait(NamedTuple):
    """Steps wait for a future. elsewhere: an executor works on it."""

    number: int
    elsewhere: bool = False


Act = Literal["ask", "interrupt", "break"]
"""What steps do between two yields: ask whether to stop, get interrupted by another thread as they
work, or raise what nobody expects."""

Script = list[Status | Wait | Act]

PACES: list[Pace] = [
    {"progression": "immediate"},
    {"progression": "manual", "times": 2},
    {"progression": "time", "seconds": 10},
]


class Stop(Exception):
    """An interruption."""


class Naive:
    """A progression of a script, all of it in variables and in one thread.

    parked: what it waits for: `work` in the queue, its `pace`, a `hold`, a `future`; `left` when
    that is its parent, and `over` when nothing more happens.
    """

    def __init__(self, script: Script, pace: Pace, ready: list[bool]) -> None:
        self.script, self.pace, self.ready = script, pace, ready
        self.trace: list[Any] = []
        self.parked = "work"
        self.at = 0
        self.looks = 0
        self.age = 0.0
        self.asked_to_stop = False
        self.untold = False
        self.pending: str | None = None
        self.met: set[int] = set()
        self.outcome: Any = None
        self.arrive()

    def due(self) -> bool:
        kind = self.pace["progression"]
        return (
            kind == "immediate"
            or (kind == "manual" and self.looks >= self.pace["times"])
            or (kind == "time" and self.age >= self.pace["seconds"])
        )

    def arrive(self) -> None:
        """In the status at the place where the script is."""
        status = self.script[self.at]
        assert isinstance(status, Status)
        reaction = "" if self.at in self.met else status.reaction
        if status.late and self.at not in self.met and not self.asked_to_stop:
            self.asked_to_stop = self.untold = True
        self.met.add(self.at)
        if reaction:
            if reaction == "error":
                self.pending = "error"
            elif self.untold:
                self.tell()
            else:
                self.parked = "hold"
                return
        elif self.untold:
            self.tell()
        self.parked = "work"

    def tell(self) -> None:
        self.untold, self.pending = False, "stop"

    def work(self) -> None:
        if self.parked != "work":
            return
        if self.pending is None and self.untold:
            self.tell()
        while self.parked == "work":
            self.go_on()

    def go_on(self) -> None:
        """From where the steps are to where they rest next."""
        if self.pending is not None:
            self.trace.append(("raised", self.pending))
            self.pending = None
        self.at += 1
        if self.at == len(self.script):
            self.reach()
            return
        step = self.script[self.at]
        if step == "ask":
            self.trace.append(("asked", self.asked_to_stop))
            self.untold = False
        elif step == "interrupt":
            self.untold = self.untold or not self.asked_to_stop
            self.asked_to_stop = True
        elif step == "break":
            self.trace.append("failed")
            self.parked, self.outcome = "over", "defect"
        elif isinstance(step, Status):
            self.reach()
        elif self.untold:
            self.tell()
        elif not self.ready[step.number]:
            self.parked = "future"

    def reach(self) -> None:
        last = self.at == len(self.script)
        if self.untold and not last:
            self.tell()
        elif not self.due():
            self.parked = "pace"
        else:
            self.enter()

    def enter(self) -> None:
        self.looks, self.age = 0, 0.0
        if self.at == len(self.script):
            self.trace.append("ended")
            self.parked, self.outcome = "over", "outcome"
        else:
            self.trace.append(("entered", self.at))
            self.arrive()

    def settle(self) -> None:
        if self.parked == "pace" and self.due():
            self.enter()

    def release(self) -> bool:
        was_held = self.parked == "hold"
        if was_held:
            self.arrive()
        return was_held

    def interrupt(self) -> None:
        if self.asked_to_stop or self.parked in ("over", "left"):
            return
        self.asked_to_stop = True
        if self.parked == "work":
            self.untold = True
        elif self.parked in ("hold", "future") or self.at < len(self.script):
            self.parked, self.pending = "work", "stop"

    def done(self, number: int) -> None:
        step = self.script[self.at] if self.at < len(self.script) else None
        if self.parked == "future" and isinstance(step, Wait) and step.number == number:
            self.parked = "work"

    def fork(self) -> None:
        step = self.script[self.at] if self.at < len(self.script) else None
        elsewhere = isinstance(step, Wait) and step.elsewhere
        if self.parked == "work" or (self.parked == "future" and elsewhere):
            self.parked = "left"

    def give_up(self) -> None:
        if self.parked != "over":
            self.parked, self.outcome = "over", "given up"


PARKED = {
    Phase.QUEUED: "work",
    Phase.PACED: "pace",
    Phase.HELD: "hold",
    Phase.AWAITING: "future",
    Phase.ELSEWHERE: "future",
    Phase.LEFT: "left",
    Phase.ENDED: "over",
}

late = st.sampled_from([False] * 4 + [True])
scripts = st.lists(
    st.one_of(
        st.builds(
            Status,
            st.sampled_from(["", "", "hold", "error"]),
            st.sampled_from([False] * 4 + [True]),
        ),
        st.builds(Wait, st.integers(0, FUTURES - 1), st.booleans()),
        st.sampled_from(["ask", "interrupt", "break"]),
    ),
    max_size=8,
).map(lambda steps: [Status(), *steps])


class Progressions(RuleBasedStateMachine):
    """One progression, and the naive one."""

    @initialize(
        script=scripts,
        first=st.sampled_from(["", "hold", "error"]),
        pace=st.sampled_from(PACES),
    )
    def start(self, script: Script, first: Any, pace: Pace) -> None:
        script[0] = Status(first)
        self.now = 1000.0
        self.trace: list[Any] = []
        self.queue: list[Callable[[], None]] = []
        self.met: set[int] = set()
        self.futures: list[Future[None]] = [Future() for _ in range(FUTURES)]
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(engine.time, "time", lambda: self.now)
        workflow: Workflow[str] = Workflow(
            "thing",
            "t",
            enter=lambda status: self.trace.append(("entered", int(status))),
            on_enter=lambda status: self.on_enter(script, int(status)),
            end=lambda _: self.trace.append("ended"),
            fail=lambda _: self.trace.append("failed"),
            pace=lambda: pace,
            submit=self.queue.append,
            changed=lambda: None,
        )
        self.real: engine.Progression[str] = engine.Progression(workflow, self.steps(script))
        self.ready = [False] * FUTURES
        self.naive = Naive(script, pace, self.ready)
        self.real.start()

    def on_enter(self, script: Script, at: int) -> None:
        status = script[at]
        assert isinstance(status, Status)
        if at in self.met:
            return
        self.met.add(at)
        if status.late:
            self.real.interrupt(Stop())
        if status.reaction:
            raise Hold("a rule") if status.reaction == "hold" else ValueError("a fault")

    def steps(self, script: Script) -> Generator[str | Awaited, None, str]:
        for at, step in enumerate(script):
            if step == "ask":
                self.trace.append(("asked", self.real.should_stop()))
            elif step == "interrupt":
                self.real.interrupt(Stop())
            elif step == "break":
                raise ZeroDivisionError
            try:
                if isinstance(step, Status):
                    yield str(at)
                elif isinstance(step, Wait):
                    yield Awaited(self.futures[step.number], elsewhere=step.elsewhere)
            except Stop:
                self.trace.append(("raised", "stop"))
            except ValueError:
                self.trace.append(("raised", "error"))
        return "outcome"

    @rule()
    def work(self) -> None:
        """All that is queued, as a worker does."""
        queue, self.queue[:] = list(self.queue), []
        for work in queue:
            work()
        self.naive.work()

    @rule()
    def look(self) -> None:
        self.naive.looks += 1
        self.naive.settle()
        self.real.look()

    @rule(seconds=st.sampled_from([1.0, 9.0, 10.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.naive.age += seconds
        self.naive.settle()
        self.real.settle()

    @rule(seconds=st.sampled_from([1.0, 10.0]))
    def time_is_skipped(self, seconds: float) -> None:
        self.naive.age += seconds
        self.naive.settle()
        self.real.pass_time(seconds)

    @rule()
    def interrupt(self) -> None:
        self.naive.interrupt()
        self.real.interrupt(Stop())

    @rule()
    def release(self) -> None:
        assert self.naive.release() == self.real.release()

    @precondition(lambda self: not all(self.ready))
    @rule(number=st.integers(0, FUTURES - 1))
    def finish(self, number: int) -> None:
        if not self.ready[number]:
            self.ready[number] = True
            self.naive.done(number)
            self.futures[number].set_result(None)

    @rule(really=st.integers(0, 4))
    def give_up(self, really: int) -> None:
        if really == 0:
            self.naive.give_up()
            self.real.give_up()()

    @rule(really=st.integers(0, 4))
    def fork(self, really: int) -> None:
        if really == 0:
            self.naive.fork()
            self.real.after_fork()

    @invariant()
    def both_are_at_the_same_place(self) -> None:
        assert self.trace == self.naive.trace
        assert PARKED[self.real.phase] == self.naive.parked

    @invariant()
    def its_outcome_is_told_at_its_end_and_only_there(self) -> None:
        done = self.real.done
        assert done.done() == (self.naive.parked == "over")
        if done.done():
            error = done.exception()
            names = {GivenUp: "given up", ZeroDivisionError: "defect", type(None): "outcome"}
            assert names[type(error)] == self.naive.outcome

    @invariant()
    def no_phase_keeps_what_is_of_another(self) -> None:
        state = self.real.state
        assert (state.future is not None) == (state.phase in (Phase.AWAITING, Phase.ELSEWHERE))
        assert (state.next_step is not None) == (state.phase is Phase.PACED)
        assert bool(state.held_by) == (state.phase is Phase.HELD)
        assert state.thread is None
        assert state.error is None or state.phase in (Phase.QUEUED, Phase.LEFT)

    def teardown(self) -> None:
        self.patch.undo()


TestProgressions = Progressions.TestCase
TestProgressions.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)

LASTING = {
    "begun": (1,),
    "reached": ("b", PACES[0], 0.0),
    "entering": (0.0,),
    "entered": ("b",),
    "held": ("b", "a rule"),
    "blocked": (str,),
    "awaiting": (Awaited(Future()),),
    "continued": (),
    "queued": (),
    "waits_for_thread": (str,),
    "resumed": (Future(),),
    "taken_on": (PACES[0], 0.0, 1),
    "released": (1,),
    "interrupted_by": (Stop(),),
    "left": (1,),
    "ended": (),
}


@pytest.mark.parametrize("transition", LASTING)
def test_what_has_ended_stays_as_it_is(transition: str) -> None:
    ended = State(Phase.ENDED, "a")
    assert getattr(ended, transition)(*LASTING[transition]) is ended


def test_a_state_is_a_value() -> None:
    state = State(Phase.RUNNING, "a", thread=1)
    assert state.queued() == State(Phase.QUEUED, "a")
    assert state.queued() is not state
    with pytest.raises(AttributeError):
        state.phase = Phase.ENDED  # type: ignore[misc]


@pytest.mark.parametrize(
    ("pace", "seconds"),
    [
        ({"progression": "immediate"}, 0),
        ({"progression": "manual", "times": 2}, 0),
        ({"progression": "time", "seconds": 10}, 4),
        ({"progression": "time", "seconds": 3}, 3),
    ],
)
def test_a_stay_is_as_long_as_a_pace_of_time_lets_it_be(pace: Pace, seconds: float) -> None:
    state = State(Phase.PACED, since=100.0)
    assert state.stay(pace, 104.0) == seconds
    assert state.aged(1).stay({"progression": "time", "seconds": 10}, 104.0) == 5
