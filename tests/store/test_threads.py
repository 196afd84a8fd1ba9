"""Many threads on one table: no write is seen by halves, and none is missed."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sagemock import query
from sagemock.api.search_schema import schema
from sagemock.store import Table, table

JOBS = schema("TrainingJob")
COUNT = 400
CHANGES = 3000
READERS = 4
LOOKS = 40


def document(name: str, state: int) -> dict[str, object]:
    """Three properties that always say the same."""
    text = str(state)
    return {
        "TrainingJobName": name,
        "LastModifiedTime": float(state),
        "BillableTimeInSeconds": state,
        "TrainingJobStatus": text,
        "Tags": [{"Key": "state", "Value": text}],
    }


def disagreeing(state: int) -> dict[str, object]:
    filters = [
        {"Name": "TrainingJobStatus", "Operator": "Equals", "Value": str(state)},
        {"Name": "BillableTimeInSeconds", "Operator": "NotEquals", "Value": str(state)},
    ]
    return {"SearchExpression": {"Filters": filters}, "MaxResults": 1}


def look(jobs: Table) -> None:
    """Searches that find nothing, or all, whatever is being written."""
    for state in range(3):
        assert query.search(jobs, JOBS, disagreeing(state), scan_up_to=-1).total == 0
    for order in ("Ascending", "Descending"):
        asked = {"SortBy": "BillableTimeInSeconds", "SortOrder": order, "MaxResults": 100}
        page = query.search(jobs, JOBS, asked, scan_up_to=-1)
        assert COUNT - 1 <= page.total <= COUNT
        seconds = [each["BillableTimeInSeconds"] for each in page.documents]
        assert seconds == sorted(seconds, reverse=order == "Descending")
        assert len({each["TrainingJobName"] for each in page.documents}) == len(seconds)


@pytest.fixture
def _restless() -> Iterator[None]:
    """Threads take turns far more often than they usually do."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("_restless")
@pytest.mark.parametrize("slack", [0, table.SLACK])
def test_readers_see_whole_states(slack: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "SLACK", slack)
    jobs = Table("TrainingJobName")
    names = [f"job-{number:04d}" for number in range(COUNT)]
    for name in names:
        jobs.insert(document(name, 0))
    busy = threading.Barrier(1 + READERS)
    left = [READERS]

    def write() -> int:
        busy.wait()
        number = 0
        while left[0] or number < CHANGES:
            name = names[number * 7 % COUNT]
            if number % 5 == 4:
                # Goes and comes again: it is the only one that may be away.
                jobs.delete(name)
                jobs.insert(document(name, number % 3))
            else:
                jobs.replace(document(name, number % 3))
            number += 1
        return number

    def read() -> None:
        busy.wait()
        try:
            for _ in range(LOOKS):
                look(jobs)
        finally:
            with jobs.lock:
                left[0] -= 1

    with ThreadPoolExecutor(1 + READERS) as pool:
        writer, *readers = [pool.submit(each) for each in (write, *[read] * READERS)]
        for reader in readers:
            reader.result()
        assert writer.result() >= CHANGES
    assert len(jobs) == COUNT


@pytest.mark.usefixtures("_restless")
def test_a_writer_finds_what_it_wrote() -> None:
    """Each of several writers searches for its own write at once."""
    jobs = Table("TrainingJobName")

    def write(writer: int) -> None:
        for number in range(100):
            name = f"{writer}-{number}"
            jobs.insert(document(name, number))
            jobs.update(name, {"BillableTimeInSeconds": -number})
            named = [
                {"Name": "TrainingJobName", "Operator": "Equals", "Value": name},
                {"Name": "BillableTimeInSeconds", "Operator": "Equals", "Value": str(-number)},
            ]
            asked = {"SearchExpression": {"Filters": named}}
            page = query.search(jobs, JOBS, asked, scan_up_to=-1)
            assert [each["TrainingJobName"] for each in page.documents] == [name]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))


@pytest.mark.usefixtures("_restless")
def test_a_key_is_given_once_to_many_writers() -> None:
    jobs = Table("TrainingJobName")

    def write(_: int) -> int:
        changes = 0
        for number in range(200):
            try:
                jobs.insert(document(str(number), 0))
                changes += 1
            except table.DuplicateKey:
                pass
        return changes

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(write, range(4))) == 200


class Watched(list[Any]):
    """A list that lets somebody look before and after each step of a write."""

    def __init__(self, items: Iterable[Any], look: Callable[[], None]) -> None:
        super().__init__(items)
        self.look = look

    def append(self, item: Any) -> None:
        self.look()
        super().append(item)
        self.look()


def test_no_step_of_a_write_shows() -> None:
    """Whenever a reader may come in between, it finds what was before, whole."""
    jobs = Table("TrainingJobName")
    for number in range(5):
        jobs.insert(document(str(number), 0))
    seen: list[list[tuple[str, int]]] = []

    def look() -> None:
        page = query.search(jobs, JOBS, {"SortBy": "TrainingJobName"}, scan_up_to=-1)
        states = [(each["TrainingJobName"], each["BillableTimeInSeconds"]) for each in
                  page.documents]  # fmt: skip
        assert page.total == len(states)
        seen.append(sorted(states))

    rows = jobs.snapshot().rows
    rows.documents = Watched(rows.documents, look)
    rows.dead = Watched(rows.dead, look)
    before = [(str(number), 0) for number in range(5)]
    for write, after in (
        (lambda: jobs.replace(document("0", 7)), [("0", 7), *before[1:]]),
        (lambda: jobs.insert(document("9", 1)), [("0", 7), *before[1:], ("9", 1)]),
        (lambda: jobs.delete("1"), [("0", 7), *before[2:], ("9", 1)]),
    ):
        seen.clear()
        write()
        assert seen
        assert all(state == before for state in seen)
        look()
        assert seen[-1] == after
        before = after
