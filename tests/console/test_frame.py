"""What surrounds every page: navigation, regions in use, messages, the colour scheme."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from importlib.resources import files
from typing import Any

import boto3
import pytest
from tests.console.conftest import Visitor

from sagemock import mock_sagemaker
from sagemock.accounts.world import World
from sagemock.console.frame import in_brief

ARN = "arn:aws:sagemaker:us-east-1:123456789012"


def header(page: str) -> str:
    return page.partition("<header")[2].partition("</header>")[0]


def test_the_navigation_counts_what_there_is(visitor: Any, sagemaker: Any) -> None:
    for name in ("first", "second"):
        sagemaker.create_experiment(ExperimentName=name)
    entry = 'href="/sagemock/{}"{}>{} <span class="tally">{}</span></a>'
    page = visitor.get("/models")
    for path, current, text, count in (
        ("experiments", "", "Experiments", 2),
        ("search?resource=TrainingJob", "", "Training jobs", 0),
        ("models", ' aria-current="page"', "Models", 0),
    ):
        assert entry.format(path, current, text, count) in header(page)
    assert 'href="/sagemock/lineage">Lineage</a>' in header(page)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/search", "Search"),
        ("/search?resource=Model&property=Tags.a&operator=Exists", "Search"),
        ("/search?resource=TrainingJob", "Training jobs"),
        ("/training-jobs/job", "Training jobs"),
        ("/models", "Models"),
        ("/lineage", "Lineage"),
    ],
)
def test_the_page_is_marked_in_the_navigation(
    visitor: Any, world: World, job_document: Callable[..., Any], path: str, text: str
) -> None:
    world.training_jobs.insert(job_document("job"))
    marked = re.findall(r'aria-current="page">([\w ]+?) *<', header(visitor.get(path)))
    assert set(marked) == {text}


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0"), (9_999, "9999"), (10_000, "10k"), (2_345_678, "2M")]
)
def test_large_counts_are_short(count: int, text: str) -> None:
    assert in_brief(count) == text


def test_regions_in_use_are_offered(visitor: Any, sagemaker: Any) -> None:
    boto3.client("sagemaker", "eu-west-1").create_experiment(ExperimentName="there")
    sagemaker.create_experiment(ExperimentName="here")
    page = header(visitor.get("/search?resource=Experiment&page=2"))
    assert 'href="/sagemock/search?resource=Experiment&amp;region=eu-west-1">eu-west-1' in page
    assert 'href="/sagemock/search?resource=Experiment" aria-current="true">us-east-1' in page
    assert "ap-south-1" not in page
    # A resource is in one region alone: its page leads to the list.
    page = header(visitor.get("/experiments/here"))
    assert 'href="/sagemock/experiments?region=eu-west-1"' in page
    visitor.get("/experiments?region=eu-west-1")


def test_a_change_is_confirmed_once(visitor: Any, seed: list[str]) -> None:
    said = 'class="message">Deleted the model digits-model.'
    assert said in unescape(visitor.follow("/models/digits-model/delete", {})).replace("<wbr>", "")
    assert "Deleted" not in visitor.get("/models")


def test_a_deleted_job_is_confirmed_after_two_redirects(visitor: Any, seed: list[str]) -> None:
    visitor.post(f"/training-jobs/{seed[1]}/delete", {})
    visitor.raw("/training-jobs")
    visitor.json("/search.json")
    visitor.raw("/static/console.css")
    page = visitor.get("/search?resource=TrainingJob")
    assert f"Deleted the training job {seed[1]}." in page.replace("<wbr>", "")


def test_a_script_that_refreshes_a_page_does_not_take_a_message(
    visitor: Any, seed: list[str]
) -> None:
    visitor.post("/models/digits-model/delete", {})
    assert "Deleted" not in visitor.raw("/models", headers={"Sec-Fetch-Mode": "cors"}).text
    assert "Deleted" in visitor.get("/models")


def test_no_address_or_cookie_makes_a_page_say_something(visitor: Any, mock: None) -> None:
    for headers in ({}, {"Cookie": "sagemock-message=injected"}):
        response = visitor.raw("/models?message=injected&note=injected", headers=headers)
        assert 'class="message"' not in response.text


def test_a_message_is_text() -> None:
    with mock_sagemaker(validation="off"):
        boto3.client("sagemaker", "us-east-1").create_experiment(ExperimentName="<b>&amp;")
        page = Visitor().follow("/experiments/%3Cb%3E&amp;/delete", {})
    assert "Deleted the experiment &lt;b&gt;&amp;amp;." in page.replace("<wbr>", "")


def test_tags_are_confirmed(visitor: Any, seed: list[str]) -> None:
    form = {"arn": f"{ARN}:model/digits-model", "back": "/sagemock/models/digits-model"}
    assert "Added the tag team" in visitor.follow("/tags", {**form, "key": "team"})
    assert "Removed the tag team" in visitor.follow("/tags", {**form, "remove": "team"})


def test_the_scheme_is_that_of_the_browser_unless_one_is_chosen(visitor: Any, mock: None) -> None:
    dark = r'/sagemock/static/dark\.css\?\w+"'
    page = visitor.get("/models?name=x")
    assert re.search(dark + r' media="\(prefers-color-scheme: dark\)">', page)
    assert '<meta name="color-scheme" content="light dark">' in page
    form = {"page": "/sagemock/models?name=x"}
    page = visitor.follow("/scheme", {**form, "scheme": "dark"})
    assert 'value="x"' in page
    assert re.search(dark + ">", page)
    assert '<meta name="color-scheme" content="dark">' in page
    page = visitor.follow("/scheme", {**form, "scheme": "light"})
    assert "dark.css" not in page
    assert '<meta name="color-scheme" content="light">' in page
    page = visitor.follow("/scheme", {**form, "scheme": ""})
    assert '<meta name="color-scheme" content="light dark">' in page


@pytest.mark.parametrize(
    "page", ["https://elsewhere.example/", "//elsewhere.example", "javascript:x"]
)
def test_the_scheme_leads_nowhere_else(visitor: Any, mock: None, page: str) -> None:
    response = visitor.post("/scheme", {"page": page, "scheme": "<b>"})
    assert response.headers["Location"] == "/sagemock/"
    assert "<b>" not in response.headers.get("Set-Cookie", "")


def test_only_one_style_sheet_knows_of_the_dark_scheme() -> None:
    """Others would not follow the scheme that is chosen by hand."""
    static = files("sagemock.console").joinpath("static")
    for sheet in static.iterdir():
        if sheet.name.endswith(".css"):
            assert "prefers-color-scheme" not in sheet.read_text(encoding="utf-8"), sheet.name
