"""What watches a table sees every change, in order, and before the writing call returns."""

from __future__ import annotations

import os
import sys
import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import nullcontext, suppress
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sagemock.documents import Document
from sagemock.store import DuplicateKey, NoSuchKey, Table, observers

Change = tuple[Document | None, Document | None]
PATIENCE = 20.0


@pytest.fixture
def ships() -> Table:
    return Table("Name")


@pytest.fixture
def seen(ships: Table) -> list[Change]:
    changes: list[Change] = []
    ships.subscribe(lambda before, after: changes.append((before, after)))
    return changes


def together(*calls: Callable[[], Any]) -> None:
    """Runs the calls at once, each in a thread; all must end."""
    errors: list[BaseException] = []

    def run(call: Callable[[], Any]) -> None:
        try:
            call()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(call,), daemon=True) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
    assert errors == []


def test_every_change_is_seen_with_what_was_before(ships: Table, seen: list[Change]) -> None:
    new, changed = {"Name": "a", "crew": 1}, {"Name": "a", "crew": 2}
    ships.insert(new)
    assert seen == [(None, new)]
    ships.update("a", {"crew": 2})
    assert seen[1:] == [(new, changed)]
    ships.delete("a")
    assert seen[2:] == [(changed, None)]


def test_what_fails_is_no_change(ships: Table, seen: list[Change]) -> None:
    ships.insert({"Name": "a"})
    with pytest.raises(DuplicateKey):
        ships.insert({"Name": "a"})
    with pytest.raises(NoSuchKey):
        ships.update("b", {})
    with pytest.raises(NoSuchKey):
        ships.delete("b")
    with pytest.raises(ValueError, match="identifies"):
        ships.update("a", {"Name": "b"})
    assert seen == [(None, {"Name": "a"})]


def test_the_thread_that_writes_calls_its_observers(ships: Table) -> None:
    threads: list[int] = []
    ships.subscribe(lambda *_: threads.append(threading.get_ident()))
    writers: list[int] = []

    def write(name: str) -> None:
        ships.insert({"Name": name})
        writers.append(threading.get_ident())

    together(lambda: write("a"), lambda: write("b"))
    assert sorted(threads) == sorted(writers)


def test_no_table_is_locked_meanwhile(ships: Table) -> None:
    """Not even one whose lock the writer holds around the write: delivery waits for its end."""
    ports = Table("Name")
    free: list[bool] = []

    def other_threads_write(*_: object) -> None:
        for table in (ships, ports):
            thread = threading.Thread(target=table.insert, args=({"Name": str(len(free))},))
            thread.start()
            thread.join(PATIENCE)
            free.append(not thread.is_alive())

    def once(before: Document | None, after: Document | None) -> None:
        if after is not None and after["Name"] == "a":
            other_threads_write()

    ships.subscribe(once)
    with ports.lock:
        with ships.lock:
            ships.insert({"Name": "a"})
            ships.update("a", {"crew": 1})
        assert free == []
    assert free == [True] * 4


def test_a_change_of_an_error_in_a_locked_block_is_seen(ships: Table, seen: list[Change]) -> None:
    with suppress(ZeroDivisionError), ships.lock:
        ships.insert({"Name": "a"})
        1 / 0  # noqa: B018
    assert len(seen) == 1


def test_who_writes_while_a_change_is_made_is_seen_too(ships: Table, seen: list[Change]) -> None:
    ships.insert({"Name": "a"})

    def change(old: Document) -> Document:
        ships.insert({"Name": "b"})
        assert len(seen) == 1
        return {**old, "crew": 1}

    ships.update("a", change)
    assert [after and after["Name"] for _, after in seen] == ["a", "b", "a"]


def test_one_that_raises_keeps_nothing_from_anyone(
    ships: Table, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[Change] = []

    def fail(*_: object) -> None:
        raise RuntimeError("sunk")

    ships.subscribe(fail)
    ships.subscribe(lambda *change: seen.append(change))
    ships.insert({"Name": "a"})
    assert seen == [(None, {"Name": "a"})]
    assert ships.get("a") == {"Name": "a"}
    assert "an observer of a change of 'a' has failed" in caplog.text
    assert "sunk" in caplog.text


def test_an_interrupted_one_lets_others_go_on(ships: Table) -> None:
    def interrupt(before: Document | None, _: Document | None) -> None:
        if before is None:
            raise KeyboardInterrupt

    seen: list[Change] = []
    ships.subscribe(interrupt)
    ships.subscribe(lambda *change: seen.append(change))
    with pytest.raises(KeyboardInterrupt):
        ships.insert({"Name": "a"})
    together(lambda: ships.update("a", {"crew": 1}))
    assert seen == [({"Name": "a"}, {"Name": "a", "crew": 1})]


def test_a_change_that_an_observer_makes_to_its_row_is_seen_in_order(ships: Table) -> None:
    crews: list[list[int]] = [[], []]

    def hire(_: Document | None, after: Document | None) -> None:
        assert after is not None
        crews[0].append(after["crew"])
        if after["crew"] < 5:
            ships.update("a", {"crew": after["crew"] + 1})

    ships.subscribe(hire)
    ships.subscribe(lambda _, after: crews[1].append(after["crew"] if after else -1))
    ships.insert({"Name": "a", "crew": 1})
    assert crews == [[1, 2, 3, 4, 5]] * 2


@pytest.mark.parametrize("same", [True, False])
def test_a_chain_is_cut(same: bool, ships: Table, caplog: pytest.LogCaptureFixture) -> None:
    """Changes that follow from one another for ever, in one table or between two."""
    others = ships if same else Table("Name")

    def to(table: Table) -> observers.Observer:
        def write(_: Document | None, after: Document | None) -> None:
            assert after is not None
            table.insert({"Name": after["Name"] + "x"})

        return write

    ships.subscribe(to(others))
    if not same:
        others.subscribe(to(ships))
    ships.insert({"Name": ""})
    written = len(ships) if same else len(ships) + len(others)
    assert written == observers.MAX_DEPTH + 1 == 17
    assert "which 16 others led to" in caplog.text
    # The next chain is as long.
    ships.insert({"Name": "new "})
    assert (len(ships) if same else len(ships) + len(others)) == 2 * written


def test_the_second_writer_of_a_row_waits_for_its_turn(ships: Table) -> None:
    """And its own thread calls the observers, when those of the first have ended."""
    first_runs, go_on = threading.Event(), threading.Event()
    seen: list[tuple[int, int]] = []

    def watch(_: Document | None, after: Document | None) -> None:
        assert after is not None
        if after["crew"] == 1:
            first_runs.set()
            go_on.wait(PATIENCE)
        seen.append((after["crew"], threading.get_ident()))

    ships.insert({"Name": "a", "crew": 0})
    ships.subscribe(watch)
    second: list[int] = []

    def write_second() -> None:
        first_runs.wait(PATIENCE)
        second.append(threading.get_ident())
        ships.update("a", {"crew": 2})
        second.append(len(seen))

    def let_go() -> None:
        while ships.get("a") != {"Name": "a", "crew": 2}:
            threading.Event().wait(0.001)
        go_on.set()

    together(lambda: ships.update("a", {"crew": 1}), write_second, let_go)
    assert [crew for crew, _ in seen] == [1, 2]
    assert second == [seen[1][1], 2]


def test_two_that_write_to_each_others_row_do_not_wait_for_ever() -> None:
    left, right = Table("Name"), Table("Name")
    both = threading.Barrier(2)
    seen: dict[str, list[int]] = defaultdict(list)

    def across(other: Table, name: str) -> observers.Observer:
        def write(_: Document | None, after: Document | None) -> None:
            assert after is not None
            seen[name].append(after["n"])
            if after["n"] == 1:
                both.wait(PATIENCE)
                other.update("a", {"n": 2})

        return write

    for table in (left, right):
        table.insert({"Name": "a", "n": 0})
    left.subscribe(across(right, "left"))
    right.subscribe(across(left, "right"))
    after: list[tuple[list[int], list[int]]] = []

    def write(table: Table) -> None:
        table.update("a", {"n": 1})
        after.append((seen["left"][:], seen["right"][:]))

    together(lambda: write(left), lambda: write(right))
    assert seen == {"left": [1, 2], "right": [1, 2]}
    # Each saw all that followed from its write by the time that this had returned.
    assert [1, 2] in after[0]
    assert after[1] == ([1, 2], [1, 2])


def test_none_begins_once_the_table_is_closed(ships: Table, seen: list[Change]) -> None:
    ships.insert({"Name": "a"})
    ships.close()
    ships.update("a", {"crew": 1})
    ships.insert({"Name": "b"})
    assert len(seen) == 1
    assert len(ships) == 2


def test_closing_waits_for_one_that_runs(ships: Table) -> None:
    runs, ended = threading.Event(), threading.Event()
    order: list[str] = []

    def watch(*_: object) -> None:
        runs.set()
        ended.wait(0.05)
        order.append("ended")

    ships.subscribe(watch)
    ships.subscribe(lambda *_: order.append("second"))

    def close() -> None:
        runs.wait(PATIENCE)
        ships.close()
        order.append("closed")

    together(lambda: ships.insert({"Name": "a"}), close)
    assert order == ["ended", "closed"]


def test_one_may_close_its_table(ships: Table) -> None:
    ships.subscribe(lambda *_: ships.close())
    together(lambda: ships.insert({"Name": "a"}))


def test_who_waits_for_a_turn_goes_on_when_the_table_is_closed(ships: Table) -> None:
    runs, go_on = threading.Event(), threading.Event()

    def watch(*_: object) -> None:
        runs.set()
        go_on.wait(PATIENCE)

    ships.insert({"Name": "a"})
    ships.subscribe(watch)

    def second() -> None:
        runs.wait(PATIENCE)
        ships.update("a", {"crew": 2})
        go_on.set()  # Only once it waits no more.

    def close() -> None:
        while ships.get("a") != {"Name": "a", "crew": 2}:
            threading.Event().wait(0.001)
        ships.close()

    together(lambda: ships.update("a", {"crew": 1}), second, close)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_child_does_not_wait_for_threads_of_its_parent(ships: Table) -> None:
    runs, go_on = threading.Event(), threading.Event()

    def watch(_: Document | None, after: Document | None) -> None:
        if after == {"Name": "a", "crew": 1}:
            runs.set()
            go_on.wait(PATIENCE)

    ships.insert({"Name": "a"})
    ships.subscribe(watch)
    writer = threading.Thread(target=ships.update, args=("a", {"crew": 1}))
    writer.start()
    runs.wait(PATIENCE)
    child = os.fork()
    if child == 0:
        together(lambda: ships.update("a", {"crew": 2}))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    go_on.set()
    writer.join(PATIENCE)
    assert os.waitstatus_to_exitcode(status) == 0


KEYS = "abc"


class Fleet:
    """Ships, what their observer saw of them, and a register that follows them."""

    def __init__(self) -> None:
        self.ships, self.register = Table("Name"), Table("Name")
        self.seen: dict[str, list[Change]] = defaultdict(list)
        self.registered: dict[str, list[Change]] = defaultdict(list)
        self.ships.subscribe(self._watch)
        self.ships.subscribe(self._follow)
        self.register.subscribe(self._watch_register)
        self.register.subscribe(self._answer)

    def _watch(self, before: Document | None, after: Document | None) -> None:
        self.seen[_name(before, after)].append((before, after))

    def _watch_register(self, before: Document | None, after: Document | None) -> None:
        self.registered[_name(before, after)].append((before, after))

    def _follow(self, before: Document | None, after: Document | None) -> None:
        """Each entry says how many times its ship has changed, of any name."""
        name = _name(before, after)
        with self.register.lock:
            if name in self.register:
                self.register.update(name, lambda old: {**old, "changes": old["changes"] + 1})
            else:
                self.register.insert({"Name": name, "changes": 1})

    def _answer(self, before: Document | None, after: Document | None) -> None:
        """A few entries change a ship again, whose row another thread may be at."""
        if after is not None and after["changes"] % 5 == 0:
            other = KEYS[(KEYS.index(after["Name"]) + 1) % len(KEYS)]
            with suppress(NoSuchKey):
                self.ships.update(other, {"port": after["changes"]})

    def write(self, seed: int, count: int) -> None:
        random = Random(seed)
        for number in range(count):
            with self.ships.lock if random.random() < 0.3 else nullcontext():
                for _ in range(random.choice([1, 1, 2])):
                    name = random.choice(KEYS)
                    with suppress(NoSuchKey, DuplicateKey):
                        match random.randrange(5):
                            case 0:
                                self.ships.insert({"Name": name, "by": (seed, number)})
                            case 1:
                                self.ships.delete(name)
                            case _:
                                self.ships.update(name, {"by": (seed, number)})

    def check(self) -> None:
        for table, seen in ((self.ships, self.seen), (self.register, self.registered)):
            for name, changes in seen.items():
                assert changes[-1][1] == table.get(name)
                befores = [before for before, _ in changes]
                assert befores == [None, *(after for _, after in changes[:-1])]
        for name, changes in self.seen.items():
            entry = self.register.get(name)
            assert entry is not None
            assert entry["changes"] == len(changes)


def _name(before: Document | None, after: Document | None) -> str:
    name: str = (after or before or {})["Name"]
    return name


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1 << 30))
def test_eight_writers(seed: int) -> None:
    """The last state that an observer saw is the row's, and it saw every one before, in order."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        fleet = Fleet()
        together(*(lambda each=each: fleet.write(seed + each, 40) for each in range(8)))
    finally:
        sys.setswitchinterval(before)
    fleet.check()
