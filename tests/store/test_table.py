"""A table by itself, as one uses it in a REPL."""

from __future__ import annotations

import pytest

from sagemock.store import DuplicateKey, NoSuchKey, Table, table


@pytest.fixture
def names() -> Table:
    rows = Table("Name")
    for name in "abc":
        rows.insert({"Name": name, "Size": 1})
    return rows


def test_documents_keep_the_order_in_which_they_came(names: Table) -> None:
    names.update("a", {"Size": 2})
    names.delete("b")
    names.insert({"Name": "b", "Size": 3})
    assert [each["Name"] for each in names] == ["a", "c", "b"]
    assert len(names) == 3
    assert "b" in names
    assert "x" not in names


def test_a_key_is_there_once(names: Table) -> None:
    with pytest.raises(DuplicateKey):
        names.insert({"Name": "a", "Size": 9})
    assert names.get("a") == {"Name": "a", "Size": 1}
    assert names.get("x") is None


def test_changes(names: Table) -> None:
    before = names.get("a")
    assert names.update("a", {"Size": 2}) == {"Name": "a", "Size": 2}
    assert names.update("a", lambda old: {**old, "Size": old["Size"] + 1})["Size"] == 3
    names.replace({"Name": "a"})
    assert names.get("a") == {"Name": "a"}
    # Whoever holds a document holds the state that it had.
    assert before == {"Name": "a", "Size": 1}


def test_a_change_that_fails_changes_nothing(names: Table) -> None:
    with pytest.raises(NoSuchKey):
        names.update("x", {"Size": 1})
    with pytest.raises(ValueError, match="cannot change"):
        names.update("a", {"Name": "z"})
    with pytest.raises(KeyError, match="Weight"):
        names.update("a", lambda old: {**old, "Size": old["Weight"]})
    with pytest.raises(ZeroDivisionError):
        names.update("a", lambda old: {**old, "Size": 1 // 0})
    with pytest.raises(NoSuchKey):
        names.delete("x")
    assert names.get("a") == {"Name": "a", "Size": 1}
    assert len(names) == 3


def test_a_change_may_write_to_the_table(names: Table) -> None:
    def grow(old: table.Document) -> table.Document:
        names.insert({"Name": "d", "Size": old["Size"]})
        return {**old, "Size": 2}

    names.update("a", grow)
    assert [each["Size"] for each in names] == [2, 1, 1, 1]


def test_a_snapshot_stays_as_it_was(names: Table) -> None:
    then = names.snapshot()
    names.update("a", {"Size": 2})
    names.delete("b")
    assert [each["Name"] for each in then.documents()] == ["a", "b", "c"]
    assert len(then) == 3
    assert sorted(each["Name"] for each in names.snapshot().documents()) == ["a", "c"]


def test_dead_rows_are_dropped_in_time(names: Table) -> None:
    for number in range(10 * table.SLACK):
        names.update("a", {"Size": number})
    rows, size, deaths = names.snapshot()
    assert size < 3 * table.SLACK
    assert deaths < 2 * table.SLACK
    assert rows.documents[rows.row_of["a"]] == names.get("a")
    assert [each["Name"] for each in names] == ["a", "b", "c"]


def test_keys_whose_case_does_not_count() -> None:
    people = Table("name", ignores_case=True)
    people.insert({"name": "Ada", "born": 1815})
    with pytest.raises(DuplicateKey):
        people.insert({"name": "ADA"})
    assert "ada" in people
    assert people.update("aDA", {"died": 1852})["name"] == "Ada"
    assert people.get("ADA") == {"name": "Ada", "born": 1815, "died": 1852}
    with pytest.raises(ValueError, match="cannot change"):
        people.update("Ada", {"name": "ada"})
    # Many changes, after which the table drops its dead rows.
    for year in range(2 * table.SLACK):
        people.update("ada", {"born": year})
    assert [each["born"] for each in people.documents()] == [2 * table.SLACK - 1]
    assert people.delete("ada")["name"] == "Ada"
    assert len(people) == 0


def test_what_stands_beside_a_document_goes_with_it(names: Table) -> None:
    sizes, others = names.side_table(), names.side_table()
    sizes |= {"a": 1, "b": 2}
    others["a"] = "kept until a goes"
    names.update("a", {"Size": 3})
    assert (sizes, others) == ({"a": 1, "b": 2}, {"a": "kept until a goes"})
    seen: list[tuple[object, bool]] = []
    names.subscribe(lambda _, after: seen.append((after, "a" in sizes)))
    names.delete("a")
    assert (sizes, others) == ({"b": 2}, {})
    assert seen == [(None, False)]


def test_what_stands_beside_goes_by_the_key_that_the_document_has() -> None:
    people = Table("name", ignores_case=True)
    people.insert({"name": "Ada"})
    notes = people.side_table()
    notes["Ada"] = "first"
    people.delete("ADA")
    assert notes == {}
