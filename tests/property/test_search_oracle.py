"""The index, the scan, and a naive evaluator find the same, whatever is written and asked."""

from __future__ import annotations

import unittest.mock
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.property import oracle
from tests.property.strategies import DOCUMENTS, NAMES, REQUESTS

from sagemock import query
from sagemock.api.search_schema import schema
from sagemock.query import match, plan
from sagemock.store import DuplicateKey, NoSuchKey, Table, column, order, table

KEY = "TrainingJobName"
INDEX_ALWAYS = -1


class Tuning(NamedTuple):
    """Thresholds, moved so that even a small table goes every way there is."""

    sort: float = plan.SORT
    selective: float = match.SELECTIVE
    counted: int = column.MAX_COUNTED
    many_ties: float = order.MANY_TIES
    slack: int = table.SLACK

    def patch(self) -> ExitStack:
        stack = ExitStack()
        for module, name, value in (
            (plan, "SORT", self.sort),
            (match, "SELECTIVE", self.selective),
            (column, "MAX_COUNTED", self.counted),
            (order, "MANY_TIES", self.many_ties),
            (table, "SLACK", self.slack),
        ):
            stack.enter_context(unittest.mock.patch.object(module, name, value))
        return stack


AS_SHIPPED = Tuning()
GATHERING = Tuning(sort=0, selective=1, counted=0)
WALKING = Tuning(sort=1e9, selective=0, many_ties=0, slack=0)
TUNINGS = st.builds(
    Tuning,
    sort=st.sampled_from([0, 20, plan.SORT]),
    selective=st.sampled_from([0, 1]),
    counted=st.sampled_from([0, column.MAX_COUNTED]),
    many_ties=st.sampled_from([0, order.MANY_TIES, 1]),
)


def table_of(documents: Iterable[Mapping[str, Any]]) -> Table:
    indexed = Table(KEY)
    for document in documents:
        indexed.insert(document)
    return indexed


def all_pages(table: Table, request: Mapping[str, Any], scan_up_to: int) -> list[str]:
    """What a client gets that follows NextToken to the end; each page is checked as it comes."""
    names: list[str] = []
    asked = dict(request)
    while True:
        page = query.search(table, schema("TrainingJob"), asked, scan_up_to=scan_up_to)
        names += [each[KEY] for each in page.documents]
        if page.next_token is None:
            assert page.total == len(names)
            return names
        assert len(page.documents) == request.get("MaxResults", 10)
        asked["NextToken"] = page.next_token


@pytest.mark.slow
@given(st.lists(DOCUMENTS, max_size=30, unique_by=lambda each: each[KEY]), REQUESTS, TUNINGS)
def test_index_scan_and_oracle_agree(
    documents: list[dict[str, Any]], request: dict[str, Any], tuning: Tuning
) -> None:
    expected = oracle.search(documents, request, KEY)
    indexed = table_of(documents)
    assert all_pages(indexed, request, len(documents)) == expected
    with tuning.patch():
        assert all_pages(indexed, request, INDEX_ALWAYS) == expected


class Writes(RuleBasedStateMachine):
    """Writes and searches in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.table = Table(KEY)
        self.model: dict[str, dict[str, Any]] = {}

    @rule(document=DOCUMENTS)
    def insert(self, document: dict[str, Any]) -> None:
        if document[KEY] in self.model:
            with pytest.raises(DuplicateKey):
                self.table.insert(document)
        else:
            self.table.insert(document)
            self.model[document[KEY]] = document

    @precondition(lambda self: self.model)
    @rule(document=DOCUMENTS, data=st.data())
    def replace(self, document: dict[str, Any], data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.model)))
        self.model[key] = {**document, KEY: key}
        self.table.replace(self.model[key])

    @precondition(lambda self: self.model)
    @rule(change=DOCUMENTS, data=st.data())
    def update(self, change: dict[str, Any], data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.model)))
        new = self.table.update(key, {**change, KEY: key})
        assert new == {**self.model[key], **change, KEY: key}
        self.model[key] = dict(new)

    @rule(key=NAMES)
    def delete(self, key: str) -> None:
        if key in self.model:
            assert self.table.delete(key) == self.model.pop(key)
        else:
            with pytest.raises(NoSuchKey):
                self.table.delete(key)

    @rule(request=REQUESTS)
    def search(self, request: dict[str, Any]) -> None:
        expected = oracle.search(self.model.values(), request, KEY)
        assert all_pages(self.table, request, INDEX_ALWAYS) == expected

    @invariant()
    def holds_what_was_written(self) -> None:
        assert self.table.documents() == list(self.model.values())
        assert len(self.table) == len(self.model)
        assert all(self.table.get(key) == document for key, document in self.model.items())


@pytest.mark.slow
@pytest.mark.parametrize("tuning", [AS_SHIPPED, GATHERING, WALKING])
def test_writes_and_searches(tuning: Tuning) -> None:
    # A run has 50 steps, each of which is followed by a look at all documents.
    few = settings(max_examples=settings().max_examples // 4)
    with tuning.patch():
        run_state_machine_as_test(Writes, settings=few)
