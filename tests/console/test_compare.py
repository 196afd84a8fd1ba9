"""The comparison of jobs: a baseline, jobs added and removed, and what it updates."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from sagemock.accounts.world import World
from sagemock.console.comparison import Difference, difference, rows

Visit = Any


@pytest.fixture
def jobs(
    world: World, job_document: Callable[..., Any], metric_data: Callable[..., Any]
) -> list[str]:
    """Four jobs, a to d, better from one to the next."""
    for index, name in enumerate("abcd"):
        world.training_jobs.insert(
            job_document(
                f"job-{name}",
                created=1_790_000_000.0 + index,
                HyperParameters={
                    "epochs": "5",
                    "learning_rate": f"0.{index + 1}",
                    "optimizer": name,
                },
                Tags=[{"Key": "Batch", "Value": f"00{index}"}],
                FinalMetricDataList=metric_data(
                    train__accuracy=0.5 + index / 10, train__loss=0.8 - index / 10
                ),
            )
        )
    return [f"job-{name}" for name in "abcd"]


def compared(*names: str, **arguments: str) -> str:
    return "/compare?" + urlencode([*(("job", name) for name in names), *arguments.items()])


def row(page: str, name: str) -> list[str]:
    """The texts of the cells of a row."""
    (cells,) = re.findall(rf'<tr><th scope="row">{name}</th>(.*?)</tr>', page)
    return [
        " ".join(re.sub(r"<[^>]*>", " ", cell).split())
        for cell in re.findall(r"<td[^>]*>(.*?)</td>", cells)
    ]


def test_values_have_one_number_of_decimals_and_the_best_is_marked(
    visitor: Visit, jobs: list[str]
) -> None:
    page = visitor.get(compared("job-a", "job-b", "job-d"))
    assert row(page, "train:<wbr>accuracy") == ["0.5", "0.6", "best 0.8"]
    assert row(page, "train:<wbr>loss") == ["0.8", "0.7", "best 0.5"]
    assert page.count('<td class="number">') == 9, "the text of an optimizer is no number"
    assert row(page, "Batch") == ["000", "001", "003"], "a tag is a text"


def test_a_baseline_has_the_others_subtracted(visitor: Visit, jobs: list[str]) -> None:
    path = compared("job-a", "job-b", "job-d", baseline="job-b")
    page = visitor.get(path)
    assert "Below the values: differences from <strong>job-b</strong>" in page
    assert row(page, "train:<wbr>accuracy") == [
        "0.5 worse: -0.1 -17%",
        "0.6",
        "best 0.8 better: +0.2 +33%",
    ]
    assert row(page, "train:<wbr>loss") == [
        "0.8 worse: +0.1 +14%",
        "0.7",
        "best 0.5 better: -0.2 -29%",
    ]
    assert row(page, "learning_<wbr>rate") == ["0.1 -0.1 -50%", "0.2", "0.4 +0.2 +100%"]
    assert row(page, "optimizer") == ["a", "b", "d"]
    by_name = {each["property"]: each for each in visitor.json(path.replace("?", ".json?"))}
    assert by_name["train:accuracy"]["differences"] == [
        {"absolute": "-0.1", "relative": "-17%"},
        None,
        {"absolute": "+0.2", "relative": "+33%"},
    ]
    assert "differences" not in by_name["epochs"]


def test_a_baseline_that_is_not_compared_does_not_count(visitor: Visit, jobs: list[str]) -> None:
    for name in ("job-c", "gone", ""):
        page = visitor.get(compared("job-a", "job-b", baseline=name))
        assert "Below the values" not in page


@pytest.mark.parametrize(
    ("number", "base", "expected"),
    [
        (0.98, 0.98, None),
        (math.nan, 1.0, None),
        (1.0, math.inf, None),
        (None, 1.0, None),
        (1e30, -1e-12, Difference("+1e+30", "+1e+44%", "worse")),
        (-0.5, -1.0, Difference("+0.5", "+50%", "worse")),
        (41763.9, 441.6, Difference("+41,322", "+9,357%", "worse")),
    ],
)
def test_differences(number: float | None, base: float, expected: Difference | None) -> None:
    assert difference(number, base, "low") == expected


def test_no_value_that_is_not_finite_is_best(
    job_document: Callable[..., Any], metric_data: Callable[..., Any]
) -> None:
    values = (math.nan, math.inf, 0.5)
    documents = [
        job_document(f"job-{each}", FinalMetricDataList=metric_data(train__accuracy=each))
        for each in values
    ]
    accuracy = rows(documents, 2)[0]
    assert accuracy.best == {2}
    assert accuracy.differences == [None, None, None]


def location(visitor: Visit, path: str) -> str:
    response = visitor.raw(path)
    assert response.status_code == 303
    return str(response.headers["Location"])


def test_a_job_is_removed_and_the_baseline_with_it(visitor: Visit, jobs: list[str]) -> None:
    both = compared("job-a", "job-b", "job-c", baseline="job-b")
    kept = location(visitor, f"{both}&add=&remove=job-a")
    assert kept == "/sagemock/compare?job=job-b&job=job-c&baseline=job-b"
    assert location(visitor, f"{both}&add=&remove=job-b") == "/sagemock/compare?job=job-a&job=job-c"


def test_the_form_that_has_a_baseline_can_change_and_clear_it(
    visitor: Visit, jobs: list[str]
) -> None:
    with_one = compared("job-a", "job-b", baseline="job-a", add="")
    changed = location(visitor, f"{with_one}&baseline=job-b")
    assert changed == "/sagemock/compare?job=job-a&job=job-b&baseline=job-b"
    assert location(visitor, f"{with_one}&baseline=") == "/sagemock/compare?job=job-a&job=job-b"


def test_a_job_is_added_by_its_name_or_a_part_that_only_it_has(
    visitor: Visit, world: World, jobs: list[str], job_document: Callable[..., Any]
) -> None:
    world.training_jobs.insert(job_document("job-c-again"))
    pair = compared("job-a", "job-b", baseline="job-a")
    expected = "/sagemock/compare?job=job-a&job=job-b&job={}&baseline=job-a"
    for text, name in [("job-c", "job-c"), ("again", "job-c-again"), ("+job-d+", "job-d")]:
        assert location(visitor, f"{pair}&add={text}") == expected.format(name)
    # A button beside the field sends both.
    assert location(visitor, f"{pair}&add=jo&add=job-c") == expected.format("job-c")


def test_a_part_of_several_names_shows_them(visitor: Visit, jobs: list[str]) -> None:
    page = visitor.get(compared("job-a", "job-b", add="job"))
    assert re.findall(r'name="add" value="([^"]*)" form="compared"', page) == ["job-d", "job-c"]
    assert "2 names contain" in page
    page = visitor.get(compared("job-a", "job-b", add="<none>"))
    assert "No other training job has “&lt;none&gt;” in its name." in page
    assert 'value="&lt;none&gt;"' in page


def test_the_field_offers_the_newest_other_jobs(visitor: Visit, jobs: list[str]) -> None:
    page = visitor.get(compared("job-a", "job-d"))
    offered = page[page.index('<datalist id="offered">') : page.index("</datalist>")]
    assert re.findall(r'value="([^"]*)"', offered) == ["job-c", "job-b"]


def test_no_more_than_twenty_are_compared(
    visitor: Visit, world: World, job_document: Callable[..., Any]
) -> None:
    names = [f"job-{number:02}" for number in range(22)]
    for name in names:
        world.training_jobs.insert(job_document(name))
    page = visitor.get(compared(*names[:20], add=names[20]))
    assert "20 jobs at most" in page
    assert 'name="add"' not in page
    assert page.count('name="remove"') == 20


def test_columns_have_the_colours_of_their_curves(visitor: Visit, seed: list[str]) -> None:
    page = visitor.get(compared(*seed))
    table = page[page.index("<table") : page.index("</table>")]
    assert re.findall(r'class="curve (s\d)[^>]*d="M1 3h18"', table) == ["s0", "s1", "s2"]
    charts = page[: page.index("<table")]
    for colour in ("s0", "s1", "s2"):
        assert re.search(rf'class="curve other {colour}"', charts)


def test_it_follows_jobs_that_run(
    visitor: Visit, world: World, jobs: list[str], job_document: Callable[..., Any]
) -> None:
    assert "data-live-page" not in visitor.get(compared("job-a", "job-b"))
    world.training_jobs.insert(job_document("runs", TrainingJobStatus="InProgress"))
    page = visitor.get(compared("job-a", "runs"))
    assert "data-live-page" in page
    parts = re.findall(r'<div id="(\w+)" data-live>', page)
    assert parts == ["missing", "curves", "differing", "same"]


def test_one_job_alone_asks_for_another(visitor: Visit, jobs: list[str]) -> None:
    page = visitor.get(compared("job-a", add="job"))
    assert "1 job</span></h1>" in page
    assert "<title>Compare 1 job ·" in page
    assert re.findall(r'<input[^>]*value="job"', page) == [
        '<input name="add" list="offered" value="job"'
    ], "the field for a name in the head of the page is another one"
