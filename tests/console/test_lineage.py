"""The lineage graph: what it folds, leaves out and finds, and what its nodes say."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagemock import mock_sagemaker
from sagemock.accounts.world import World
from sagemock.console.charts.graph import NodeLayout, draw
from sagemock.console.lineage_graph import Graph, LineageNode, columns, fold
from sagemock.console.lineage_nodes import name_lines, tone_of
from sagemock.resources import types
from sagemock.resources.lineage_entity import artifact_id
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
        "model deployment digits-model, Completed",
        "endpoint digits-endpoint, InService",
    ]
    assert lines(page) == {
        ("digits-batch-100", "digits-model"),
        ("digits-model", "digits-endpoint"),
    }
    assert "✓ Completed · 3 artifacts" in page
    unfolded = visitor.get(kinds(page)["Unfold 1 model artifact"])
    artifact = "s3://digits/output-100/digits-batch-100/output/model.tar.gz"
    assert {("digits-batch-100", artifact), (artifact, "digits-model")} <= lines(unfolded)
    assert "✓ Completed · 1 image<" in unfolded
    with_data = visitor.get(kinds(unfolded)["Unfold 1 data set"])
    all_kinds = visitor.get(kinds(with_data)["Unfold 1 image"])
    assert len(nodes(all_kinds)) == 6
    assert len(lines(all_kinds)) == 6
    assert "<title>Produced</title>" in all_kinds


def test_it_shows_what_query_lineage_answers(visitor: Any, sagemaker: Any, seed: list[str]) -> None:
    drawn = visitor.json(AROUND.replace("?", ".json?"))
    start = drawn["nodes"][0]["arn"]
    answer = sagemaker.query_lineage(StartArns=[start], Direction="Both", IncludeEdges=True)
    upstream = sagemaker.query_lineage(StartArns=[start], Direction="Ascendants")
    assert {node["arn"] for node in drawn["nodes"]} == {
        vertex["Arn"] for vertex in upstream["Vertices"]
    }
    edges = {
        (edge["SourceArn"], edge["DestinationArn"], edge["AssociationType"])
        for edge in answer["Edges"]
    }
    assert {(edge["from"], edge["to"], edge["type"]) for edge in drawn["edges"]} <= edges
    # The other jobs have the same data set and image: they are beside the endpoint, not before it.
    assert len(answer["Vertices"]) > len(drawn["nodes"])


@pytest.mark.parametrize(
    "around",
    [
        "kind=model&name=digits-model",
        "kind=endpoint+configuration&name=digits-config",
        "kind=training+job&name=digits-batch-100",
        "kind=trial+component&name=digits-batch-100-aws-training-job",
    ],
)
def test_it_is_drawn_around_whatever_takes_part(visitor: Any, seed: list[str], around: str) -> None:
    labels = nodes(visitor.get(f"/lineage?{around}"))
    assert "training job digits-batch-100, Completed" in labels
    assert "endpoint digits-endpoint, InService" in labels
    assert "training job digits-batch-200, Completed" not in labels


def test_every_node_leads_to_a_page_that_exists(visitor: Any, seed: list[str]) -> None:
    page = visitor.get("/lineage?show=data+set&show=image&show=model+artifact&show=endpoint")
    links = [unescape(each) for each in re.findall(r'<a href="/sagemock([^"]*)" data-node', page)]
    assert len(links) == len(nodes(page)) > 3
    for link in links:
        visitor.get(link)


def test_an_entity_has_a_page(visitor: Any, sagemaker: Any, seed: list[str]) -> None:
    (artifact,) = sagemaker.list_artifacts(ArtifactType="DataSet")["ArtifactSummaries"]
    path = f"/documents/Artifact/{artifact['ArtifactArn'].rpartition('/')[2]}"
    page = visitor.get(path)
    (link,) = re.findall(r'href="/sagemock(/lineage\?kind=artifact[^"]*)"', page)
    # All three jobs come from it.
    jobs = [label for label in nodes(visitor.get(unescape(link))) if "training job" in label]
    assert len(jobs) == 3
    (search,) = re.findall(r'href="/sagemock(/search\?[^"]*InputDataConfig[^"]*)"', page)
    assert "digits-batch-300" in visitor.get(unescape(search))


def test_entities_of_users(visitor: Any, sagemaker: Any) -> None:
    """Artifacts alone are shown at once; a circle is drawn."""
    first, second = (
        sagemaker.create_artifact(
            ArtifactName=name, Source={"SourceUri": f"s3://mine/{name}"}, ArtifactType="Table"
        )["ArtifactArn"]
        for name in ("first", "second")
    )
    sagemaker.add_association(SourceArn=first, DestinationArn=second)
    assert nodes(visitor.get("/lineage")) == ["table s3://mine/first", "table s3://mine/second"]
    action = sagemaker.create_action(
        ActionName="cleaning",
        Source={"SourceUri": "s3://mine/script.py"},
        ActionType="Cleaning",
        Status="Failed",
    )["ActionArn"]
    sagemaker.add_association(SourceArn=second, DestinationArn=action)
    sagemaker.add_association(SourceArn=action, DestinationArn=first)
    page = visitor.get("/lineage?kind=action&name=cleaning&show=table")
    assert set(nodes(page)) == {
        "table s3://mine/first",
        "table s3://mine/second",
        "cleaning cleaning, Failed",
    }
    assert len(lines(page)) == 3
    assert nodes(visitor.get("/lineage?contains=script")) == []
    assert nodes(visitor.get("/lineage?contains=clean")) == ["cleaning cleaning, Failed"]
    assert len(nodes(visitor.get("/lineage?contains=mine/sec&show=table"))) == 2
    visitor.get("/documents/Action/cleaning")


def test_a_deleted_job_leads_to_its_component(
    visitor: Any, sagemaker: Any, seed: list[str]
) -> None:
    sagemaker.delete_training_job(TrainingJobName="digits-batch-100")
    page = visitor.get(AROUND)
    assert "training job digits-batch-100, Completed" in nodes(page)
    assert 'href="/sagemock/trial-components/digits-batch-100-aws-training-job"' in page


def test_an_unknown_kind_is_refused(visitor: Any) -> None:
    page = visitor.get("/lineage?kind=%3Ccluster%3E&name=mine", 404)
    assert "Nothing of the kind &#39;&lt;cluster&gt;&#39; has a lineage." in page


def test_without_lineage_it_says_so(new_visitor: Callable[[], Any]) -> None:
    with mock_sagemaker(lineage="off"):
        assert "<h2>Lineage is off</h2>" in new_visitor().get("/lineage")


def test_folding_what_was_unfolded_leads_to_the_short_address(
    visitor: Any, seed: list[str]
) -> None:
    unfolded = kinds(visitor.get(AROUND))["Unfold 1 image"]
    assert kinds(visitor.get(unfolded))["Fold 1 image"] == AROUND


def test_every_kind_can_be_folded(visitor: Any, seed: list[str]) -> None:
    page = visitor.get(kinds(visitor.get("/lineage"))["Fold 1 model deployment"])
    assert ("digits-batch-100", "digits-endpoint") in lines(page)
    assert not [label for label in nodes(page) if label.startswith("model deployment")]
    page = visitor.get(kinds(page)["Fold 3 training jobs"])
    page = visitor.get(kinds(page)["Fold 1 endpoint"])
    assert "Everything is folded" in page
    assert nodes(visitor.get(kinds(page)["Unfold 1 endpoint"])) == [
        "endpoint digits-endpoint, InService"
    ]


def test_what_is_left_out_is_counted(visitor: Any, many: None) -> None:
    page = visitor.get("/lineage")
    assert len(nodes(page)) == 12
    assert ">188 training jobs</a>" in page
    assert visitor.json("/lineage.json")["left_out"] == {"training job": 188}


def test_around_an_entity_it_says_when_it_has_not_looked_for_all(
    visitor: Any, world: World, many: None, job_document: Callable[..., Any]
) -> None:
    around = f"/lineage?kind=artifact&name={artifact_id(S3['S3Uri'])}"
    page = visitor.get(around)
    assert len(nodes(page)) == 60
    assert ">141 training jobs</a>" in page
    for number in range(200, 310):
        world.training_jobs.insert(job_document(f"job-{number}", InputDataConfig=[CHANNEL]))
    assert "at least" in visitor.get(around)


def test_nothing_is_said_of_a_whole_graph(visitor: Any, seed: list[str]) -> None:
    page = visitor.get(AROUND)
    assert "Left out" not in page
    assert "ends at" not in page
    assert visitor.json(AROUND.replace("?", ".json?"))["left_out"] == {}


def test_names_are_found_with_what_they_belong_to(visitor: Any, seed: list[str]) -> None:
    page = visitor.get("/lineage?contains=digits-model")
    assert "training job digits-batch-100, Completed" in nodes(page)
    assert "training job digits-batch-200, Completed" not in nodes(page)
    matches = re.findall(r'aria-label="([^"]*)" class="node[^"]* match"', page)
    assert matches == ["model deployment digits-model, Completed"]
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
    page = visitor.get("/lineage?show=model+deployment&show=image&region=us-east-1")
    form = page[page.index("<form", page.index("<main")) :]
    assert form.index('name="show" value="model deployment"') < form.index("</form>")
    assert form.index('name="show" value="image"') < form.index("</form>")


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
        label = f'aria-label="training job job-{status}, {status}" class="node'
        assert f"{label} tone-{tone}" in page
        assert f">{sign} {status} · 1 image<" in page
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
    layouts = {
        "a": NodeLayout(0, "job", ["x" * 34, "note"]),
        "b": NodeLayout(1, "model", ["y", ""]),
    }
    drawing = draw(layouts, {})
    wide, narrow = drawing.boxes
    assert wide.width > 34 * 7 > narrow.width
    assert narrow.x > wide.x + wide.width
    assert drawing.width > narrow.x + narrow.width


def node(name: str, kind: str) -> LineageNode:
    place = (types.ARTIFACT, name)
    return LineageNode(name, kind, name, place, place)


def graph_of(*edges: tuple[LineageNode, LineageNode]) -> Graph:
    ends = [end for edge in edges for end in edge]
    return Graph(dict.fromkeys(ends), dict.fromkeys(edges, "ContributedTo"))


def test_folding_connects_all_before_with_all_after() -> None:
    first, second, artifact = node("a", "job"), node("b", "job"), node("c", "artifact")
    data, model = node("d", "data"), node("e", "model")
    graph = graph_of((first, artifact), (second, artifact), (artifact, data), (data, model))
    folded = fold(graph, ("artifact", "data"))
    assert folded.edges == {(first, model): None, (second, model): None}
    assert set(folded.nodes) == {first, second, model}
    assert fold(graph, ()) == graph


@given(
    edges=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20),
    kept=st.sets(st.integers(0, 7)),
)
def test_folding_keeps_what_leads_to_what(edges: list[tuple[int, int]], kept: set[int]) -> None:
    """Against a plain definition: a path whose inner nodes are folded is an edge."""
    nodes_of = {each: node(str(each), "kept" if each in kept else "folded") for each in range(8)}
    graph = graph_of(*((nodes_of[start], nodes_of[end]) for start, end in edges))

    def ends(start: int, passed: frozenset[int] = frozenset()) -> set[int]:
        reached = set[int]()
        for first, second in edges:
            if first == start and second not in passed:
                inner = second not in kept
                reached |= ends(second, passed | {second}) if inner else {second}
        return reached

    present = {each for edge in edges for each in edge} & kept
    expected = {(start, end) for start in present for end in ends(start) if start != end}
    folded = fold(graph, {"folded"})
    assert {(int(start.name), int(end.name)) for start, end in folded.edges} == expected


@given(edges=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25))
def test_edges_lead_to_the_right(edges: list[tuple[int, int]]) -> None:
    upwards = [(min(edge), max(edge)) for edge in edges if len(set(edge)) == 2]
    nodes_of = {each: node(str(each), "kind") for each in range(10)}
    graph = graph_of(*((nodes_of[start], nodes_of[end]) for start, end in upwards))
    placed = columns(graph)
    assert all(placed[start] < placed[end] for start, end in graph.edges)


def test_a_circle_has_columns() -> None:
    first, second, third = (node(name, "kind") for name in "abc")
    placed = columns(graph_of((first, second), (second, third), (third, first)))
    assert sorted(placed.values()) == [0, 1, 2]
