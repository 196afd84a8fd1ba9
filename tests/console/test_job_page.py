"""The page of a training job: its log, its metrics by group, notes, and what it offers."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from sagemock import control
from sagemock.accounts.world import World
from sagemock.console import log_view
from sagemock.console.log_view import LogFilter, excerpt_of

GROUP = "/aws/sagemaker/TrainingJobs"
LINES = [
    "[11/26/2026 16:02:50 INFO 1] Reading configuration",
    "[11/26/2026 16:02:50 WARNING 1] Loggers have already been setup.",
    '#metrics {"Metrics": {"ERROR": 1}}',
    "[2026-11-26 16:02:50.478] [tensorio] [error] <b>no</b> such file",
    "Traceback (most recent call last):",
    '  File "train.py", line 1, in <module>',
    "    1 / 0",
    "ZeroDivisionError: division by zero",
    "the error is small, said the printer",
]


@pytest.fixture
def job(world: World, job_document: Callable[..., Any]) -> str:
    """A job with the lines above."""
    world.training_jobs.insert(job_document("job"))
    now = int(time.time() * 1000)
    world.services.logs.put(GROUP, "job/algo-1-1", [(now, line) for line in LINES])
    return "job"


def lines_of(page: str) -> list[str]:
    """The lines of the log on a page, as they are read."""
    log = re.search(r'<pre class="log[^>]*>(.*?)</pre>', page, re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "", log[1])).splitlines() if log else []


# The log


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", LINES),
        ("?find=CONFIG", LINES[:1]),
        ("?find=%3Cb%3E", LINES[3:4]),
        ("?find=nothing", []),
        ("?level=text", [*LINES[:2], *LINES[3:]]),
        ("?level=warning", [LINES[1], *LINES[3:8]]),
        ("?level=error", LINES[3:8]),
        ("?level=error&find=division", LINES[7:8]),
        ("?level=nonsense&wrap=nonsense", LINES),
    ],
)
def test_the_log_is_searched_by_the_address(
    visitor: Any, job: str, arguments: str, expected: list[str]
) -> None:
    page = visitor.get(f"/training-jobs/job{arguments}")
    assert lines_of(page) == expected
    if arguments.startswith("?find") or "level=error" in arguments:
        assert f"{len(expected)} of 9 lines match" in page
        assert "All lines</a>" in page


def test_what_was_looked_for_is_marked(visitor: Any, job: str) -> None:
    page = visitor.get("/training-jobs/job?find=error")
    assert "<mark>ERROR</mark>" in page
    assert "<mark>error</mark>" in page
    assert 'name="find" value="error"' in page


def test_lines_wrap_unless_the_address_says_otherwise(visitor: Any, job: str) -> None:
    page = visitor.get("/training-jobs/job?find=error")
    assert '<pre class="log"' in page
    link = re.search(r'href="/sagemock([^"]+)">Do not wrap', page)
    assert link is not None
    page = visitor.get(html.unescape(link[1]).partition("#")[0])
    assert '<pre class="log unwrapped"' in page
    assert "7 of 9" not in page
    assert 'value="error"' in page
    assert '<input type="hidden" name="wrap" value="off">' in page


def test_log_and_curves_keep_what_the_other_one_shows(visitor: Any, seed: list[str]) -> None:
    page = visitor.get(f"/training-jobs/{seed[0]}?find=epoch&wrap=off&scale=log&smoothing=0.6")
    forms = re.findall(r"<form method=.get.*?</form>", page, re.DOTALL)
    curves = next(form for form in forms if 'name="scale"' in form)
    log = next(form for form in forms if 'type="search" name="find"' in form)
    for name, value in (("find", "epoch"), ("wrap", "off")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in curves
    for name, value in (("scale", "log"), ("smoothing", "0.6"), ("wrap", "off")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in log
    link = re.search(r'href="/sagemock([^"]+)">Wrap<', log)
    assert link is not None
    assert html.unescape(link[1]).endswith("?find=epoch&scale=log&smoothing=0.6#log")


def test_the_form_stays_in_its_region(
    visitor: Any, world: World, job_document: Callable[..., Any]
) -> None:
    from sagemock.moto_adapter.backend import world_of

    other = world_of(world.account_id, "eu-west-1")
    other.training_jobs.insert(job_document("job"))
    other.services.logs.put(GROUP, "job/algo-1-1", [(int(time.time() * 1000), "line")])
    page = visitor.get("/training-jobs/job?region=eu-west-1")
    form = page[page.index('class="inline log-form"') :]
    assert '<input type="hidden" name="region" value="eu-west-1">' in form[: form.index("</form>")]


def numbered(count: int) -> list[tuple[int, str]]:
    return [(0, f"line {number} of many") for number in range(count)]


def test_a_long_log_is_searched_from_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_view, "MAX_SEARCHED", 1_000)
    log = excerpt_of(numbered(5_000), LogFilter(find="line"))
    assert (log.matching, log.searched, log.total) == (1_000, 1_000, 5_000)
    assert len(log.lines) == log_view.SHOWN
    assert "".join(text for text, _ in log.lines[-1].parts) == "line 4999 of many"
    assert excerpt_of(numbered(5_000), LogFilter(find="line 3 ")).lines == []


def test_a_match_in_a_long_line_is_shown() -> None:
    text = "x" * 500 + "needle" + "y" * 500
    line = excerpt_of([(0, text)], LogFilter(find="NEEDLE")).lines[0]
    assert [part for part, marked in line.parts if marked] == ["needle"]
    assert line.parts[0] == ("…", False)
    assert line.parts[-1] == ("…", False)
    assert sum(len(part) for part, _ in line.parts) <= log_view.MAX_LINE + 2


def test_the_last_errors_are_shown_longer() -> None:
    lines = [(0, f"ERROR {'x' * 400}{number}") for number in range(5)]
    lengths = [len(line.parts[0][0]) for line in excerpt_of(lines, LogFilter()).lines]
    assert lengths == [141, 141, 407, 407, 407]


# A job that failed, one that was put in place, and one that runs


def test_a_failed_job_shows_its_error_in_the_log(
    visitor: Any, seed: list[str], create_job: Any, sagemaker: Any
) -> None:
    create_job(sagemaker, "bad", 100, epochs="none")
    page = visitor.get("/training-jobs/bad")
    assert "none: the job failed" in page
    assert "not written yet" not in page
    assert "Nowhere yet" not in page
    assert "Create model" not in page
    errors = re.findall(r'<span class="is-error">([^<]+)', page)
    assert "The value &#39;none&#39; is not valid for the &#39;epochs&#39;" in errors[-1]
    assert "log-end" not in page


def test_a_failed_job_without_a_log_shows_its_reason_there(
    visitor: Any, world: World, job_document: Callable[..., Any]
) -> None:
    reason = {"TrainingJobStatus": "Failed", "FailureReason": "ClientError: no data"}
    world.training_jobs.insert(job_document("failed", **reason))
    page = visitor.get("/training-jobs/failed")
    assert '<p class="log-end">Failed: ClientError: no data</p>' in page
    assert "The whole log as text" not in page


def test_a_job_that_was_put_in_place_offers_nothing_that_cannot_work(
    visitor: Any, sagemaker: Any
) -> None:
    for status in ("Completed", "Failed", "Stopped"):
        control.add_training_job(status.lower(), status=status, metrics={"train:loss": 1.0})
        page = visitor.get(f"/training-jobs/{status.lower()}")
        for offered in ("Create model", "Nowhere yet", 'name="find"', "The whole log", "Stop<"):
            assert offered not in page, (status, offered)
        assert "Clone" in page
    assert "not in S3" in visitor.get("/training-jobs/completed")


def test_a_model_can_be_made_of_what_is_in_s3(visitor: Any, seed: list[str]) -> None:
    assert "Create model" in visitor.get(f"/training-jobs/{seed[0]}")


# Metrics


def test_scores_stand_apart_from_throughput(
    visitor: Any, world: World, job_document: Callable[..., Any], metric_data: Any
) -> None:
    metrics = metric_data(
        train__throughput=9.0,
        train__objective_loss=0.1,
        train__progress=100.0,
        train__accuracy=0.9,
        validation__f_beta=0.8,
    )
    world.training_jobs.insert(job_document("job", FinalMetricDataList=metrics))
    page = visitor.get("/training-jobs/job")
    section = page[page.index('id="metrics"') : page.index('id="channels"')]
    rows = [
        re.sub(r"<[^>]+>", "", row)
        for row in re.findall(r"<th scope=.row.*?</th>|<th scope=.colgroup.*?</th>", section)
    ]
    assert rows == [
        "Scores",
        "train:accuracy",
        "validation:f_beta",
        "Losses",
        "train:objective_loss",
        "Throughput and progress",
        "train:throughput",
        "train:progress",
    ]


# Notes


def test_a_note_is_kept_beside_the_job(
    visitor: Any, job: str, sagemaker: Any, world: World
) -> None:
    text = "the <best> one\r\nso far"
    page = visitor.follow("/training-jobs/job/note", {"note": text})
    assert "the &lt;best&gt; one\nso far</textarea>" in page
    assert visitor.json("/training-jobs/job.json")["Note"] == "the <best> one\nso far"
    assert "Note" not in sagemaker.describe_training_job(TrainingJobName="job")
    visitor.follow("/training-jobs/job/note", {"note": " "})
    assert world.job_notes == {}


def test_a_note_that_was_saved_or_removed_is_confirmed(visitor: Any, job: str) -> None:
    for note, message in (
        ("best", "Saved the note on job."),
        ("", "Removed the note on job."),
        ("", "There is no note on job."),
    ):
        page = visitor.follow("/training-jobs/job/note", {"note": note})
        assert f'<p class="message">{message}</p>' in page.replace("<wbr>", "")
        assert 'class="message"' not in visitor.get("/training-jobs/job")


def test_a_note_ends_with_its_job(visitor: Any, job: str, sagemaker: Any, world: World) -> None:
    visitor.follow("/training-jobs/job/note", {"note": "old"})
    sagemaker.delete_training_job(TrainingJobName="job")
    assert world.job_notes == {}
    assert visitor.post("/training-jobs/job/note", {"note": "new"}).status_code == 404
    assert world.job_notes == {}


def test_a_note_has_a_limit(visitor: Any, job: str, world: World) -> None:
    response = visitor.post("/training-jobs/job/note", {"note": "x" * 2_001})
    assert response.status_code == 400
    assert "A note has at most 2,000 characters." in response.text
    assert world.job_notes == {}


def test_a_note_that_is_too_long_stays_in_the_form(visitor: Any, job: str, world: World) -> None:
    visitor.follow("/training-jobs/job/note", {"note": "old"})
    response = visitor.post("/training-jobs/job/note", {"note": "<new>" + "y" * 1_995 + "z" * 99})
    assert response.status_code == 400
    assert f">&lt;new&gt;{'y' * 1_995}</textarea>" in response.text
    assert "The first 2,000 of yours are in the form; none is saved." in response.text
    assert "old</textarea>" in visitor.get("/training-jobs/job")
    assert world.job_notes == {"job": "old"}


def test_another_site_writes_no_note(visitor: Any, job: str, world: World) -> None:
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert visitor.post("/training-jobs/job/note", {"note": "x"}, elsewhere).status_code == 403
    assert world.job_notes == {}
