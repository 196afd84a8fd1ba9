"""The lineage graph: what it folds, leaves out and finds, and what its nodes say."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from sagemock.accounts.world import World
from sagemock.console.charts.graph import draw
from sagemock.console.lineage_graph import Graph, fold
from sagemock.console.lineage_nodes import name_lines, tone_of
from sagemock.resources.types import TYPES

AROUND = "/lineage?kind=endpoint&name=digits-endpoint"
S3 = {"S3DataType": "S3Prefix", "S3Uri": "s3://data/train"}
CHANNEL = {"ChannelName": "train", "DataSource": {"S3DataSource": S3}}


@pytest.fixture
def many(world: World, job_document: Callable[..., Any]) -> None:
    """200 jobs, of which `job-199` is the newest, with a data set; and 70 models of one job."""
    for number in range(200):
        name = f"job-{number:03}"
        created = 1_790_000_000.0 + number
        job = job_document(name, created=created, InputDataConfig=[CHANNEL])
        world.training_jobs.insert(job)
    location = world.training_jobs.get("job-199")["ModelArtifacts"]["S3ModelArtifacts"]
    for number in range(70):
        world.models.insert(
            {
                "ModelName": f"model-{number:02}",
                "ModelArn": f"arn:aws:sagemaker:us-east-1:123456789012:model/model-{number:02}",
                "PrimaryContainer": {"Image": "mine:1", "ModelDataUrl": location},
                "CreationTime": 1_790_000_000.0 + number,
            }
        )


def nodes(page: str) -> list[str]:
    """The kinds and names of the nodes, as a screen reader says them."""
    return [unescape(each) for each in re.findall(r'data-node="\d+" aria-label="([^"]*)"', page)]


def kinds(page: str) -> dict[str, str]:
    """The links that fold and unfold kinds, by their text."""
    listed = page[page.index('aria-label="Kinds"') :]
    listed = listed[: listed.index("</ul>")]
    links = re.findall(r'href="/sagemock([^"]*)"[^>]*>.*?class="hidden">(.*?)</a>', listed)
    return {" ".join(re.sub("<[^>]*>", " ", text).split()): unescape(url) for url, text in links}


def lines(page: str) -> set[tuple[str, str]]:
    """The names at the two ends of each edge."""
    labels = [label.split(",")[0].split()[-1] for label in nodes(page)]
    pairs = re.findall(r'data-from="(\d+)" data-to="(\d+)"', page)
    return {(labels[int(start)], labels[int(end)]) for start, end in pairs}


def test_artifacts_are_folded_and_can_be_unfolded(visitor: Any, seed: list[str]) -> None:
    page = visitor.get(AROUND)
    assert nodes(page) == [
        "training job digits-batch-100, Completed",
        "model digits-model",
        "endpoint configuration digits-config",
        "endpoint digits-endpoint, InService",
    ]
    assert ("digits-batch-100", "digits-model") in lines(page)
    assert "✓ Completed · 1 data set · 1 artifact" in page
    unfolded = visitor.get(kinds(page)["Unfold 1 artifact"])
    artifact = "s3://digits/output-100/digits-batch-100/output/model.tar.gz"
    assert {("digits-batch-100", artifact), (artifact, "digits-model")} <= lines(unfolded)
    assert "✓ Completed · 1 data set<" in unfolded
    all_kinds = visitor.get(kinds(unfolded)["Unfold 1 data set"])
    assert len(nodes(all_kinds)) == 6
    assert len(lines(all_kinds)) == 5


def test_folding_what_was_unfolded_leads_to_the_short_address(
    visitor: Any, seed: list[str]
) -> None:
    unfolded = kinds(visitor.get(AROUND))["Unfold 1 artifact"]
    assert kinds(visitor.get(unfolded))["Fold 1 artifact"] == AROUND


def test_every_kind_can_be_folded(visitor: Any, seed: list[str]) -> None:
    page = visitor.get(kinds(visitor.get("/lineage"))["Fold 1 model"])
    assert ("digits-batch-100", "digits-config") in lines(page)
    assert not [label for label in nodes(page) if label.startswith("model ")]


def test_what_is_left_out_is_counted(visitor: Any, many: None) -> None:
    page = visitor.get("/lineage")
    # Twelve of either, and what descends from the newest job: fifty models at most are looked for.
    drawn = len(nodes(page))
    jobs = sum(label.startswith("training job") for label in nodes(page))
    assert jobs == 12
    assert f">{200 - jobs} training jobs</a>" in page
    assert f">{70 - (drawn - jobs)} models</a>" in page
    left_out = visitor.json("/lineage.json")["left_out"]
    assert left_out == {"training job": 188, "model": 70 - (drawn - jobs)}


def test_around_a_resource_it_says_when_it_has_not_looked_for_all(visitor: Any, many: None) -> None:
    page = visitor.get("/lineage?kind=training+job&name=job-199")
    assert len(nodes(page)) == 51
    assert "The graph ends at 51 nodes" in page


def test_nothing_is_said_of_a_whole_graph(visitor: Any, seed: list[str]) -> None:
    page = visitor.get(AROUND)
    assert "Left out" not in page
    assert "ends at" not in page
    assert visitor.json(AROUND.replace("?", ".json?"))["left_out"] == {}


def test_names_are_found_with_what_they_belong_to(visitor: Any, seed: list[str]) -> None:
    page = visitor.get("/lineage?contains=digits-model")
    assert "training job digits-batch-100, Completed" in nodes(page)
    assert "training job digits-batch-200, Completed" not in nodes(page)
    matches = re.findall(r'class="node n-([a-z-]*)[^"]* match"', page)
    assert matches == ["model"]
    none = visitor.get("/lineage?contains=%3Cnothing%3E")
    assert "No name contains “&lt;nothing&gt;”" in none


def test_matches_that_are_not_drawn_are_counted(visitor: Any, many: None) -> None:
    page = visitor.get("/lineage?contains=job-1")
    assert len(nodes(page)) == 60
    (url, count) = re.findall(r'href="([^"]*)">(\d+) training jobs</a>', page)[-1]
    assert int(count) == 100 - 60
    assert "TrainingJobName" in url
    assert "value=job-1" in url


def test_a_filter_keeps_what_is_unfolded(visitor: Any, seed: list[str]) -> None:
    page = visitor.get("/lineage?show=model&show=artifact&region=us-east-1")
    form = page[page.index("<form", page.index("<main")) :]
    assert form.index('name="show" value="model"') < form.index("</form>")
    assert form.index('name="show" value="artifact"') < form.index("</form>")


def test_statuses_have_colours_signs_and_a_legend(
    visitor: Any, world: World, job_document: Callable[..., Any]
) -> None:
    for status in ("Completed", "Failed", "Stopped", "InProgress"):
        world.training_jobs.insert(job_document(f"job-{status}", TrainingJobStatus=status))
    page = visitor.get("/lineage")
    legend = page[page.index('aria-label="Colours"') :]
    for status, tone, sign in (
        ("Completed", "good", "✓"),
        ("Failed", "bad", "✕"),
        ("Stopped", "ended", "■"),
        ("InProgress", "changing", "◐"),
    ):
        label = f'aria-label="training job job-{status}, {status}" class="node n-training-job'
        assert f"{label} tone-{tone}" in page
        assert f">{sign} {status} · 1 artifact<" in page
        assert re.search(rf'tone-{tone}">.*{sign} {status}</li>', legend)


@pytest.mark.parametrize(
    "kind", [kind for kind in TYPES if kind.statuses], ids=lambda kind: kind.noun
)
def test_every_kind_has_a_colour_for_its_aim(kind: Any) -> None:
    assert tone_of(kind.statuses.success, kind.statuses.success) == "good"
    for status in kind.statuses.passing:
        assert tone_of(status, kind.statuses.success) == "changing"


def test_it_follows_what_changes(
    visitor: Any, world: World, job_document: Callable[..., Any]
) -> None:
    world.training_jobs.insert(job_document("ended"))
    assert "data-live-page" not in visitor.get("/lineage")
    world.training_jobs.insert(job_document("runs", TrainingJobStatus="InProgress"))
    page = visitor.get("/lineage")
    assert "data-live-page" in page
    assert '<div id="graph" data-live>' in page


@pytest.mark.parametrize("length", [1, 34, 35, 63])
def test_a_name_is_shown_in_full(length: int) -> None:
    for name in ("x" * length, ("word-" * 20)[:length]):
        shown = name_lines(name)
        assert "".join(shown) == name
        assert len(shown) == (1 if length <= 34 else 2)
        assert max(map(len, shown)) <= 34


def test_a_name_that_aws_does_not_take_loses_its_middle() -> None:
    first, second = name_lines("a" * 500 + "z" * 500)
    assert len(first) == len(second) == 34
    assert first.startswith("a")
    assert second.endswith("z")


def test_columns_are_as_wide_as_their_names() -> None:
    texts = {("job", "a"): ["x" * 34, "note"], ("model", "b"): ["y", ""]}
    drawing = draw(texts, [], ("job", "model"), texts)
    wide, narrow = drawing.boxes
    assert wide.width > 34 * 7 > narrow.width
    assert narrow.x > wide.x + wide.width
    assert drawing.width > narrow.x + narrow.width


def test_folding_connects_all_before_with_all_after() -> None:
    names = [("job", "a"), ("job", "b"), ("artifact", "c"), ("data", "d"), ("model", "e")]
    first, second, artifact, data, model = names
    edges = [(first, artifact), (second, artifact), (artifact, data), (data, model)]
    graph = Graph(dict.fromkeys(names), dict.fromkeys(edges))
    folded = fold(graph, ("artifact", "data"))
    assert set(folded.edges) == {(first, model), (second, model)}
    assert set(folded.nodes) == {first, second, model}
    assert fold(graph, ()) == graph
