"""The box at the top of every page: resources of all kinds by a part of their names."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from sagemock.accounts.world import World


def test_names_are_found_in_all_kinds(visitor: Any, seed: list[str]) -> None:
    page = visitor.get("/find?q=DIGITS")
    for path in (
        "training-jobs/digits-batch-100",
        "models/digits-model",
        "endpoint-configs/digits-config",
        "endpoints/digits-endpoint",
        "trial-components/digits-batch-300-aws-training-job",
    ):
        assert f'href="/sagemock/{path}"' in page
    assert 'value="DIGITS"' in page
    assert "<title>“DIGITS” · sagemock</title>" in page


def test_what_moto_keeps_is_found_too(visitor: Any, sagemaker: Any) -> None:
    sagemaker.create_model_package_group(
        ModelPackageGroupName="digits", ModelPackageGroupDescription="d"
    )
    assert 'href="/sagemock/documents/ModelPackageGroup/digits"' in visitor.get("/find?q=digi")


def test_an_arn_finds_its_resource(visitor: Any, seed: list[str]) -> None:
    arn = "arn:aws:sagemaker:us-east-1:123456789012:model/digits-model"
    results = visitor.json(f"/find.json?q={arn}")
    assert results == {
        "total": 1,
        "results": [{"Resource": "Model", "Name": "digits-model", "Status": ""}],
    }


def test_the_best_match_comes_first(visitor: Any, sagemaker: Any) -> None:
    for name in ("a-zero", "zero", "zero-b"):
        sagemaker.create_experiment(ExperimentName=name)
    names = [each["Name"] for each in visitor.json("/find.json?q=zero")["results"]]
    assert names == ["zero", "zero-b", "a-zero"]


def test_many_of_a_kind_are_a_click_away(visitor: Any, sagemaker: Any) -> None:
    for number in range(9):
        sagemaker.create_experiment(ExperimentName=f"exp-{number}")
    page = visitor.get("/find?q=exp")
    assert page.count('href="/sagemock/experiments/exp-') == 6
    assert "and 3 more" in page
    assert 'href="/sagemock/find?q=exp&amp;kind=Experiment"' in page
    assert visitor.get("/find?q=exp&kind=Experiment").count("/experiments/exp-") == 9
    assert len(visitor.raw("/find.csv?q=exp").text.splitlines()) == 10


@pytest.mark.parametrize("part", ["", "nothing-has-this", "<b>&", "%F0%9F%A7%AA"])
def test_nothing_is_found_without_an_error(visitor: Any, mock: None, part: str) -> None:
    page = visitor.get(f"/find?q={part}")
    assert "Search by properties" in page
    assert "<b>" not in page


def test_similar_names_are_offered_where_there_is_none(visitor: Any, seed: list[str]) -> None:
    page = visitor.get("/training-jobs/digits-bacth-100", 404)
    assert "Did you mean" in page
    assert 'href="/sagemock/training-jobs/digits-batch-100"' in page
    assert 'href="/sagemock/models/digits-model"' in visitor.get("/models/digit-model/delete", 404)
    assert "Did you mean" not in visitor.get("/endpoints/quite-another", 404)


def test_the_same_name_in_another_region_is_offered(visitor: Any, sagemaker: Any) -> None:
    boto3.client("sagemaker", "eu-west-1").create_experiment(ExperimentName="far")
    page = visitor.get("/experiments/far", 404)
    assert 'href="/sagemock/experiments/far?region=eu-west-1">far in eu-west-1</a>' in page


def test_only_its_own_page_fills_the_field(
    visitor: Any, world: World, job_document: Callable[..., Any]
) -> None:
    world.training_jobs.insert(job_document("job"))
    field = re.compile(r'<input type="search" name="q"[^>]* value="([^"]*)"')
    for path, value in (("/find?q=jo", "jo"), ("/training-jobs/job?find=x", ""), ("/", "")):
        assert field.findall(visitor.get(path))[0] == value, path
