"""Pages of a search whose documents come and go between them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from sagemock.query import Kind, Scalar, Schema, SearchPage, Structure, search
from sagemock.store import Table

SCHEMA = Schema(
    "Name",
    Structure(
        {
            "Name": Scalar(Kind.TEXT),
            "Size": Scalar(Kind.NUMBER),
            "Either": Scalar(Kind.HYPERPARAMETER),
            "Note": Scalar(Kind.TEXT),
        }
    ),
    default_sort="Size",
)
WHERE = {"Filters": [{"Name": "Name", "Operator": "Contains", "Value": "a"}]}


def ship(random_numbers: random.Random, name: str) -> dict[str, Any]:
    values = {
        "Size": random_numbers.choice([None, 1.5, 2.0, 3.0]),
        "Either": random_numbers.choice([None, "1", "1.0", "20", "big"]),
        "Note": random_numbers.choice([None, "x" * 9000, "naïve"]),
    }
    present = {member: value for member, value in values.items() if value is not None}
    return {"Name": name, **present}


def pages(table: Table[Any], request: dict[str, Any], scan_up_to: int) -> Iterator[SearchPage]:
    page = search(table, SCHEMA, request, scan_up_to=scan_up_to)
    yield page
    while page.next_token is not None:
        page = search(
            table, SCHEMA, {**request, "NextToken": page.next_token}, scan_up_to=scan_up_to
        )
        yield page


@pytest.mark.parametrize("scan_up_to", [1000, 0], ids=["scan", "index"])
@pytest.mark.parametrize("where", [{}, {"SearchExpression": WHERE}], ids=["all", "some"])
@pytest.mark.parametrize("order", ["Ascending", "Descending"])
@pytest.mark.parametrize("sort_by", ["Size", "Either", "Name"])
def test_each_document_that_stays_comes_once(
    sort_by: str, order: str, where: dict[str, Any], scan_up_to: int
) -> None:
    numbers = random.Random(f"{sort_by} {order}")
    table: Table[Any] = Table("Name")
    names = [f"a{number:03}" for number in range(60)]
    for name in names:
        table.insert(ship(numbers, name))
    request = {"SortBy": sort_by, "SortOrder": order, "MaxResults": 7, **where}
    gone: set[str] = set()
    listed: list[str] = []
    for count, page in enumerate(pages(table, request, scan_up_to)):
        seen = [document["Name"] for document in page.documents]
        listed += seen
        assert page.total == len(table)
        # What was just listed goes, something else goes, and something comes.
        for name in {*seen[:3], *seen[-1:], numbers.choice(names)} - gone:
            table.delete(name)
            gone.add(name)
        for number in range(3):
            table.insert(ship(numbers, f"a{numbers.random()}-{count}-{number}"))
    assert len(set(listed)) == len(listed)
    assert set(names) - gone <= set(listed)


def test_a_token_is_never_longer_than_aws_takes() -> None:
    numbers = random.Random(0)
    table: Table[Any] = Table("Name")
    for number in range(9):
        table.insert({**ship(numbers, f"a{number}"), "Note": "x" * 9000})
    request = {"SortBy": "Note", "MaxResults": 2}
    listed = [each["Name"] for page in pages(table, request, 1000) for each in page.documents]
    assert listed == [f"a{number}" for number in range(9)]
    token = search(table, SCHEMA, request).next_token
    assert token is not None
    assert len(token) <= 8192
