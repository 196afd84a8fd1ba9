"""What an index builds, and when."""

from __future__ import annotations

from typing import Any

import pytest

from sagemock import query
from sagemock.api.search_schema import schema
from sagemock.query.property import Kind, Property
from sagemock.store import Table
from sagemock.store.column import Codes, Numbers
from sagemock.store.index import Index

JOBS = schema("TrainingJob")


def job(number: int, **members: Any) -> dict[str, Any]:
    return {
        "TrainingJobName": f"job-{number:05d}",
        "LastModifiedTime": float(number),
        "BillableTimeInSeconds": number % 100,
        **members,
    }


@pytest.fixture
def jobs() -> Table:
    table = Table("TrainingJobName")
    for number in range(1000):
        table.insert(job(number))
    return table


def index_of(table: Table) -> Index:
    index = table.index
    assert index is not None
    return index


def names(table: Table, **request: Any) -> list[str]:
    documents = query.search(table, JOBS, request).documents
    return [each["TrainingJobName"] for each in documents]


def seconds(value: str) -> dict[str, Any]:
    filters = [{"Name": "BillableTimeInSeconds", "Operator": "Equals", "Value": value}]
    return {"SearchExpression": {"Filters": filters}}


def test_nothing_is_built_before_it_is_asked_for(jobs: Table) -> None:
    assert jobs.index is None
    names(jobs, **seconds("7"))
    built = set(index_of(jobs).nbytes())
    assert "column BillableTimeInSeconds" in built
    assert not [each for each in built if "Status" in each]


def test_a_column_is_read_once_and_then_follows(jobs: Table) -> None:
    read: list[str] = []

    def note(document: Any) -> Any:
        read.append(document["TrainingJobName"])
        return document["BillableTimeInSeconds"]

    field = Property("Seconds", Kind.NUMBER, note)
    jobs.view([field])
    assert len(read) == 1000
    jobs.insert(job(1000))
    jobs.update("job-00000", {"BillableTimeInSeconds": 5})
    read.clear()
    jobs.view([field])
    assert read == ["job-01000", "job-00000"]


def test_orders_follow_few_changes_and_many(jobs: Table) -> None:
    first = {"SortBy": "BillableTimeInSeconds", "SortOrder": "Descending", "MaxResults": 2}
    assert names(jobs, **first) == ["job-00099", "job-00199"]
    jobs.update("job-00500", {"BillableTimeInSeconds": 1000})
    jobs.delete("job-00099")
    assert names(jobs, **first) == ["job-00500", "job-00199"]
    for number in range(2000, 3000):
        jobs.insert(job(number))
    jobs.insert(job(5000, BillableTimeInSeconds=2000))
    assert names(jobs, **first) == ["job-05000", "job-00500"]


def test_many_updates_of_one_document(jobs: Table) -> None:
    """A running job changes again and again; the index forgets its former states."""
    for number in range(5000):
        jobs.update("job-00007", {"BillableTimeInSeconds": number})
        if number % 500 == 0:
            assert "job-00007" in names(jobs, **seconds(str(number)))
    assert names(jobs, **seconds("4999")) == ["job-00007"]
    assert len(jobs) == 1000


def test_numbers_and_codes_are_told_apart() -> None:
    def kept(name: str) -> type:
        from sagemock.store.column import column

        return type(column(JOBS.property(name)))

    assert kept("BillableTimeInSeconds") is Numbers
    assert kept("Metrics.loss") is Numbers
    assert kept("CreationTime") is Numbers
    for name in ("TrainingJobStatus", "HyperParameters.lr", "FinalMetricDataList.Value"):
        assert kept(name) is Codes


@pytest.mark.parametrize("count", [3, 300])
def test_a_property_with_more_values_than_are_counted(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sagemock.store import column

    monkeypatch.setattr(column, "MAX_COUNTED", 10)
    table = Table("TrainingJobName")
    for number in range(1000):
        table.insert(job(number, TrainingJobStatus=f"s{number % count}"))
    filters = [{"Name": "TrainingJobStatus", "Operator": "Equals", "Value": "s1"}]
    expected = len(range(1, 1000, count))
    page = query.search(table, JOBS, {"SearchExpression": {"Filters": filters}})
    assert page.total == expected
    table.update("job-00001", {"TrainingJobStatus": "s2"})
    page = query.search(table, JOBS, {"SearchExpression": {"Filters": filters}})
    assert page.total == expected - 1


def test_an_index_keeps_what_was_used_last(jobs: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    from sagemock.store import index

    monkeypatch.setattr(index, "MAX_COLUMNS", 3)
    monkeypatch.setattr(index, "MAX_ORDERS", 2)
    for number in range(20):
        assert len(names(jobs, SortBy=f"Tags.made-up-{number}")) == 10
        assert "job-00007" in names(jobs, **seconds("7"), SortBy="TrainingJobName")
    kept = index_of(jobs).nbytes()
    assert "column BillableTimeInSeconds" in kept
    assert sum(each.startswith("column") for each in kept) == 3
    assert sum(each.startswith("order") for each in kept) <= 3
