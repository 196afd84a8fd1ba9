"""Saved views: searches with a name, which end with a reset."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from sagemock import control
from sagemock.console.memory import MAX_VIEWS
from sagemock.web import wsgi

RED = {
    "resource": "TrainingJob",
    "property": ["Tags.Team", "TrainingJobStatus"],
    "operator": ["Equals", "Equals"],
    "value": ["red & blue", "Completed"],
    "match": "any",
    "sort": "Metrics.train:loss",
    "order": "Ascending",
    "column": ["Tags.Team", "HyperParameters.epochs"],
    "page": "7",
}


def test_a_view_is_saved_and_leads_to_its_search(visitor: Any) -> None:
    response = visitor.post("/search/views", {**RED, "name": "red/é.json ?"})
    assert response.status_code == 303
    address = response.headers["Location"].removeprefix("/sagemock")
    search = urlsplit(visitor.raw(address).headers["Location"])
    assert search.path == "/sagemock/search"
    pairs = parse_qsl(search.query, keep_blank_values=True)
    expected = [
        (name, each)
        for name, value in RED.items()
        for each in (value if isinstance(value, list) else [value])
        if name != "page"
    ]
    assert sorted(pairs) == sorted(expected)
    page = visitor.get("/search")
    link = re.search(r'href="([^"]+)">red/<wbr>é.<wbr>json \?</a>', page)
    assert link is not None
    assert html.unescape(link[1]).removeprefix("/sagemock") == address
    assert "red &amp; blue" in visitor.get("/search/views")
    saved = visitor.json("/search/views.json")["views"]
    assert [(each["name"], each["question"]) for each in saved] == [
        (
            "red/é.json ?",
            "Training jobs where tag Team is “red & blue” or TrainingJobStatus is “Completed”, "
            "lowest train:loss first",
        )
    ]


def test_the_saved_views_are_a_table(visitor: Any) -> None:
    assert visitor.raw("/search/views.csv").text == "name,question,url\r\n"
    visitor.post("/search/views", {**RED, "name": "red, first"})
    visitor.post("/search/views", {"resource": "Model", "name": "=1+1"})
    first, second = csv.DictReader(io.StringIO(visitor.raw("/search/views.csv").text))
    saved = visitor.json("/search/views.json")["views"]
    assert (first["name"], first["question"]) == ("red, first", saved[0]["question"])
    assert visitor.raw(first["url"].removeprefix("/sagemock")).status_code == 303
    assert second["name"] == "'=1+1"
    assert 'href="/sagemock/search/views.csv"' in visitor.get("/search/views")


def test_the_page_of_a_view_can_be_used(visitor: Any) -> None:
    control.add_training_job("job", tags={"Team": "red"})
    form = {"resource": "TrainingJob", "property": "Tags.Team", "value": "red", "name": "mine"}
    visitor.post("/search/views", form)
    target = visitor.raw("/search/views/mine").headers["Location"].removeprefix("/sagemock")
    assert "<strong>1</strong> found" in visitor.get(target)


def test_a_name_is_used_again_and_deleted(visitor: Any) -> None:
    for resource in ("TrainingJob", "Model"):
        visitor.post("/search/views", {"resource": resource, "name": "mine"})
    assert len(visitor.json("/search/views.json")["views"]) == 1
    assert "resource=Model" in visitor.raw("/search/views/mine").headers["Location"]
    page = visitor.follow("/search/views/delete", {"name": "mine"})
    assert "No saved views" in page
    visitor.get("/search/views/mine", status=404)
    visitor.follow("/search/views/delete", {"name": "mine"})


def test_a_view_that_was_saved_or_deleted_is_confirmed(visitor: Any) -> None:
    saved = visitor.post("/search/views", {"resource": "TrainingJob", "name": "mine"})
    search = visitor.raw(saved.headers["Location"].removeprefix("/sagemock")).headers["Location"]
    page = visitor.get(search.removeprefix("/sagemock"))
    assert '<p class="message">Saved the view mine.</p>' in page.replace("<wbr>", "")
    page = visitor.follow("/search/views/delete", {"name": "mine"})
    assert '<p class="message">Deleted the view mine.</p>' in page.replace("<wbr>", "")
    page = html.unescape(visitor.follow("/search/views/delete", {"name": "mine"}))
    assert "<p class=\"message\">There is no saved view 'mine'.</p>" in page.replace("<wbr>", "")


@pytest.mark.parametrize(
    ("name", "text"), [(" ", "A view has a name."), ("x" * 61, "60 characters at most")]
)
def test_a_name_that_is_none_is_refused_beside_its_field(
    visitor: Any, name: str, text: str
) -> None:
    response = visitor.post("/search/views", {**RED, "name": name})
    assert response.status_code == 400
    assert re.search(rf'id="name-problem">[^<]*{text}', response.text)
    assert 'name="value" value="red &amp; blue"' in response.text
    assert visitor.json("/search/views.json")["views"] == []


def test_views_are_bounded(visitor: Any) -> None:
    for number in range(MAX_VIEWS):
        visitor.post("/search/views", {"resource": "TrainingJob", "name": f"view {number}"})
    response = visitor.post("/search/views", {"resource": "TrainingJob", "name": "one more"})
    assert response.status_code == 400
    visitor.get("/search/views")
    assert visitor.post("/search/views", {**RED, "name": "view 3"}).status_code == 303
    assert f"{MAX_VIEWS - 12} more" in visitor.get("/search")


def test_views_are_of_one_region_and_end_with_a_reset(visitor: Any) -> None:
    visitor.post("/search/views", {"resource": "TrainingJob", "name": "mine"})
    assert visitor.json("/search/views.json?region=eu-west-1")["views"] == []
    wsgi.reset()
    assert visitor.json("/search/views.json")["views"] == []


def test_views_are_saved_by_pages_of_the_console_alone(visitor: Any) -> None:
    form = {"resource": "TrainingJob", "name": "mine"}
    assert visitor.post("/search/views", form, {"Origin": "http://elsewhere"}).status_code == 403
    assert visitor.json("/search/views.json")["views"] == []
