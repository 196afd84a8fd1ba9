"""The columns of the leaderboard: which ones, in which order, and how their values are written."""

from __future__ import annotations

import csv
import html
import io
import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import pytest

from sagemock import control

ACCURACY, LOSS = "validation:accuracy", "train:objective_loss:final"


def shown(page: str) -> list[str]:
    """The properties of the table's columns, those included that the page's style hides."""
    return [html.unescape(name) for name in re.findall(r'title="Sort by ([^"]+)"', page)]


def search(arguments: Sequence[tuple[str, str]]) -> str:
    return f"/search?{urlencode(arguments)}"


# Forty random leaderboards


def random_jobs(random: random.Random) -> list[dict[str, Any]]:
    """Jobs with constants, rarities, numbers, texts and things that only some of them have."""
    choices = {
        f"setting_{number}": random.choice(
            [["784"], ["a"], ["1", "2"], ["0.1", "0.01", "0.001"], ["adam", "sgd"], [None, "x"]]
        )
        for number in range(random.randint(0, 12))
    }
    teams, owners = random.sample(["red", "blue", "green"], random.randint(1, 3)), ["me", None]
    metrics = random.sample([ACCURACY, LOSS, "train:throughput", "test:rmse"], random.randint(0, 4))
    constant = random.random() < 0.3
    return [
        {
            "name": f"job-{number}",
            "status": random.choice(["Completed", "Completed", "Stopped", "Failed"]),
            "hyperparameters": _present(
                {name: random.choice(values) for name, values in choices.items()}
            ),
            "tags": _present({"Team": random.choice(teams), "Owner": random.choice(owners)}),
            "metrics": {name: 0.5 if constant else random.random() for name in metrics},
            "created": 1_790_000_000.0 + random.randint(0, 3) * 3600,
        }
        for number in range(random.randint(2, 30))
    ]


def _present(values: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def random_search(random: random.Random) -> list[tuple[str, str]]:
    sort = random.choice(
        ["", "CreationTime", "TrainingJobName", f"Metrics.{ACCURACY}", "HyperParameters.setting_0"]
    )
    arguments = [("sort", sort), ("order", random.choice(["Ascending", "Descending"]))]
    condition = random.choice(
        [
            None,
            ("Tags.Team", "Equals", "red"),
            ("TrainingJobStatus", "Equals", "Completed"),
            (f"Metrics.{ACCURACY}", "GreaterThan", "0.3"),
            ("Tags.Owner", "Exists", ""),
        ]
    )
    if condition is not None:
        arguments += zip(("property", "operator", "value"), condition, strict=True)
    return arguments if sort else arguments[2:]


def value_of(job: Mapping[str, Any], name: str) -> Any:
    """A property of a described job, read without the console's help."""
    family, _, key = name.partition(".")
    if family == "Tags":
        return {tag["Key"]: tag["Value"] for tag in job["Tags"]}.get(key)
    if family == "HyperParameters":
        return job.get("HyperParameters", {}).get(key)
    if family == "Metrics":
        data = job.get("FinalMetricDataList", ())
        return {each["MetricName"]: each["Value"] for each in data}.get(key)
    return job.get(name)


def all_that_match(sagemaker: Any, request: Mapping[str, Any]) -> list[dict[str, Any]]:
    pages = sagemaker.get_paginator("search").paginate(**{**request, "MaxResults": 100})
    return [each["TrainingJob"] for page in pages for each in page["Results"]]


@pytest.mark.parametrize("seed", range(40))
def test_no_column_of_a_random_leaderboard_is_constant(
    visitor: Any, sagemaker: Any, seed: int
) -> None:
    chance = random.Random(seed)
    control.add_training_jobs(random_jobs(chance))
    arguments = random_search(chance)
    page = visitor.get(search(arguments))
    request = visitor.json(f"/search.json?{urlencode(arguments)}")["request"]
    jobs = all_that_match(sagemaker, request)
    name, *others = shown(page) or [""]
    if not jobs:
        assert others == []
        return
    assert name == "TrainingJobName"
    constant = [each for each in others if len({value_of(job, each) for job in jobs}) == 1]
    if constant and len(jobs) > 1:
        assert constant == others == ["TrainingJobStatus", "CreationTime"], "nothing else varies"


# What remains, and the order


def test_of_jobs_that_differ_in_nothing_name_status_and_time_remain(visitor: Any) -> None:
    control.add_training_jobs(
        {"name": f"job-{number}", "created": 1_790_000_000.0, "hyperparameters": {"epochs": "3"}}
        for number in range(3)
    )
    page = visitor.get("/search")
    assert shown(page) == ["TrainingJobName", "TrainingJobStatus", "CreationTime"]
    assert "The same in all" in page
    assert "epochs <b>3</b>" in page


def test_of_a_single_job_everything_is_shown(visitor: Any) -> None:
    control.add_training_job("job", hyperparameters={"epochs": "3"}, metrics={ACCURACY: 0.5})
    assert shown(visitor.get("/search")) == [
        "TrainingJobName",
        "LastModifiedTime",
        "TrainingJobStatus",
        f"Metrics.{ACCURACY}",
        "HyperParameters.epochs",
    ]


def test_settings_come_by_their_effect_on_the_metric_and_by_how_much_they_vary(
    visitor: Any,
) -> None:
    chance = random.Random(5)
    control.add_training_jobs(
        {
            "name": f"job-{number:02}",
            "hyperparameters": {
                "run_id": f"run-{number}",
                "rare": str(number == 7),
                "noise": chance.choice("abc"),
                "rate": str(10.0 ** -(number % 4)),
                "feature_dim": "784",
            },
            "metrics": {ACCURACY: 0.2 * (number % 4) + 0.01 * chance.random()},
        }
        for number in range(40)
    )
    page = visitor.get(search([("sort", f"Metrics.{ACCURACY}")]))
    settings = [name for name in shown(page) if name.startswith("HyperParameters.")]
    assert settings == [f"HyperParameters.{name}" for name in ("rate", "noise", "rare", "run_id")]
    assert shown(page)[1] == f"Metrics.{ACCURACY}", "what is sorted by comes first"


def test_what_a_filter_makes_constant_is_no_column(visitor: Any) -> None:
    control.add_training_jobs(
        {"name": f"job-{number}", "tags": {"Team": "red" if number else "blue", "Run": str(number)}}
        for number in range(4)
    )
    by_team = [("property", "Tags.Team"), ("operator", "Equals"), ("value", "red")]
    assert "Tags.Team" in shown(visitor.get("/search"))
    narrowed = visitor.get(search(by_team))
    assert "Tags.Team" not in shown(narrowed)
    assert "Tags.Run" in shown(narrowed)
    assert "Tags.Team" in shown(visitor.get(search([*by_team, ("column", "Tags.Team")])))


def test_a_column_that_varies_only_at_the_end_of_the_order_is_found(visitor: Any) -> None:
    control.add_training_jobs(
        {
            "name": f"job-{number:04}",
            "created": 1_790_000_000.0 + number,
            "hyperparameters": {"epochs": "3" if number else "4"},
        }
        for number in range(700)
    )
    assert "HyperParameters.epochs" in shown(visitor.get(search([("sort", "CreationTime")])))


def test_a_single_failure_among_many_makes_the_status_a_column(visitor: Any) -> None:
    control.add_training_jobs(
        {
            "name": f"job-{number:04}",
            "created": 1_790_000_000.0 + number,
            "status": "Failed" if number == 333 else "Completed",
        }
        for number in range(900)
    )
    assert "TrainingJobStatus" in shown(visitor.get("/search"))
    page = visitor.get("/search?property=TrainingJobStatus&operator=Equals&value=Completed")
    assert "TrainingJobStatus" not in shown(page)


@pytest.mark.parametrize(
    ("arguments", "name", "order"),
    [
        ([], "LastModifiedTime", "descending"),
        ([("sort", "CreationTime"), ("order", "Ascending")], "CreationTime", "ascending"),
        ([("sort", f"Metrics.{ACCURACY}")], f"Metrics.{ACCURACY}", "descending"),
    ],
)
def test_the_order_has_its_arrow(
    visitor: Any, arguments: list[tuple[str, str]], name: str, order: str
) -> None:
    control.add_training_jobs(
        {"name": f"job-{number}", "created": 1e9 + number, "metrics": {ACCURACY: number / 9}}
        for number in range(3)
    )
    page = visitor.get(search(arguments))
    heading = re.search(rf'<th [^>]*aria-sort="{order}"><a [^>]*title="Sort by ([^"]+)"', page)
    assert heading is not None
    assert heading[1] == name


# Values


def column(page: str, name: str) -> list[str]:
    """The texts of the cells below a heading."""
    index = shown(page).index(name)
    rows = re.findall(r"<tr>(.*?)</tr>", page.partition("<tbody>")[2], re.DOTALL)
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)[1:] for row in rows]
    return [re.sub(r"<em.*?</em>|<[^>]+>", "", each[index]).strip() for each in cells]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ((0.5, 0.25, 1.0), ["0.50", "0.25", "1.00"]),
        ((0.123456, 0.98, 0.5), ["0.1235", "0.9800", "0.5000"]),
        ((1234.5678, 3.25, 7.0), ["1234.57", "3.25", "7.00"]),
        ((0.999871, 0.999874, 0.5), ["0.999871", "0.999874", "0.500000"]),
        ((1e30, 0.5, 2.0), ["1.00e+30", "5.00e-01", "2.00e+00"]),
        ((1e-9, 0.5, 2.0), ["1.00e-09", "5.00e-01", "2.00e+00"]),
    ],
)
def test_a_column_has_one_number_of_decimals(
    visitor: Any, values: Sequence[float], texts: list[str]
) -> None:
    control.add_training_jobs(
        {"name": f"job-{number}", "metrics": {LOSS: value}} for number, value in enumerate(values)
    )
    page = visitor.get(search([("sort", "TrainingJobName"), ("order", "Ascending")]))
    assert column(page, f"Metrics.{LOSS}") == texts


def test_settings_that_are_numbers_are_written_as_such(visitor: Any) -> None:
    rates = ("0.1", "0.005", "1")
    control.add_training_jobs(
        {"name": f"job-{number}", "hyperparameters": {"rate": rate, "name": f"{rate}x"}}
        for number, rate in enumerate(rates)
    )
    page = visitor.get(search([("sort", "TrainingJobName"), ("order", "Ascending")]))
    assert column(page, "HyperParameters.rate") == ["0.100", "0.005", "1.000"]
    assert column(page, "HyperParameters.name") == [f"{rate}x" for rate in rates]


def test_metrics_without_a_number_do_not_upset_the_others(
    visitor: Any, world: Any, job_document: Callable[..., Any], metric_data: Callable[..., Any]
) -> None:
    for number, value in enumerate((0.5, float("nan"), float("inf"), -0.25)):
        data = metric_data(train__loss=value)
        world.training_jobs.insert(job_document(f"job-{number}", FinalMetricDataList=data))
    page = visitor.get(search([("sort", "TrainingJobName"), ("order", "Ascending")]))
    assert column(page, "Metrics.train:loss") == ["0.50", "\N{EN DASH}", "inf", "-0.25"]


@pytest.mark.parametrize(
    ("metric", "values", "widths"),
    [
        (ACCURACY, (0.25, 0.5, 1.0), [25, 50, 100]),
        (LOSS, (0.25, 0.5, 1.0), [100, 50, 25]),
        (LOSS, (0.001, 0.1, 10.0), [100, 50, 3]),
        (ACCURACY, (0.97, 0.98, 0.99), []),
        (LOSS, (-1.0, 0.5, 1.0), []),
        (LOSS, (0.0, 0.5, 1.0), []),
        ("train:throughput", (1.0, 2.0, 3.0), []),
    ],
)
def test_bars_are_longer_for_better_values_or_not_there(
    visitor: Any, metric: str, values: Sequence[float], widths: list[int]
) -> None:
    control.add_training_jobs(
        {"name": f"job-{number}", "metrics": {metric: value}} for number, value in enumerate(values)
    )
    query = [("sort", "TrainingJobName"), ("order", "Ascending")]
    page = visitor.get(search([*query, ("column", f"Metrics.{metric}")]))
    assert [int(width) for width in re.findall(r'<rect width="(\d+)%"', page)] == widths
    assert ("log bar" in page) == (values[0] == 0.001)


def test_times_of_a_csv_are_iso(visitor: Any) -> None:
    control.add_training_jobs(
        {"name": f"job-{number}", "created": 1_790_000_000.25 + number} for number in range(2)
    )
    text = visitor.raw("/search.csv?sort=CreationTime&order=Ascending&column=CreationTime").text
    times = [row["CreationTime"] for row in csv.DictReader(io.StringIO(text))]
    assert times == ["2026-09-21T14:13:20.250Z", "2026-09-21T14:13:21.250Z"]


def test_a_csv_has_the_columns_that_no_page_has_room_for(visitor: Any) -> None:
    control.add_training_jobs(
        {
            "name": f"job-{number}",
            "hyperparameters": {f"setting_{key}": str(number * key) for key in range(1, 41)},
        }
        for number in range(3)
    )
    page = visitor.get("/search")
    rows = list(csv.DictReader(io.StringIO(visitor.raw("/search.csv").text)))
    assert len(shown(page)) < 15
    assert sum(name.startswith("HyperParameters.") for name in rows[0]) == 40
    assert f"{len(rows[0]) - len(shown(page))} hidden" in page
