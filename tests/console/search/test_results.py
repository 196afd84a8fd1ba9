"""What a search form finds: its page, a sample, and how often the store or moto is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sagemock.accounts.world import World
from sagemock.api import search_schema
from sagemock.console.search import resource_lookup
from sagemock.console.search.form import SearchForm
from sagemock.console.search.results import run
from sagemock.query import QueryError


@pytest.fixture
def jobs(world: World, job_document: Callable[..., Any]) -> list[str]:
    """The names of 30 jobs, the newest first."""
    names = [f"job-{number:02}" for number in range(30)]
    for number, name in enumerate(names):
        world.training_jobs.insert(job_document(name, created=1_790_000_000.0 + number))
    return names[::-1]


def names_of(documents: Any) -> list[str]:
    return [each["TrainingJobName"] for each in documents]


@pytest.mark.parametrize("sample", [0, 5, 30, 100])
@pytest.mark.parametrize("page", [1, 3, 4])
def test_the_page_does_not_depend_on_the_sample(
    world: World, jobs: list[str], page: int, sample: int
) -> None:
    target = resource_lookup.find(world, "TrainingJob")
    results = run(target, SearchForm(size=10, page=page), sample=sample)
    assert names_of(results.documents) == jobs[(page - 1) * 10 : page * 10]
    assert names_of(results.sample) == jobs[:sample]
    assert results.total == 30


def test_the_request_can_be_run_again_with_other_members(world: World, jobs: list[str]) -> None:
    results = run(resource_lookup.find(world, "TrainingJob"), SearchForm(size=10, page=2))
    assert names_of(results.ask(MaxResults=100).documents) == jobs
    assert names_of(results.ask(SortOrder="Ascending", MaxResults=2).documents) == jobs[:-3:-1]


def test_another_kind_of_resource_is_refused(world: World) -> None:
    with pytest.raises(QueryError, match="There is no resource Ship to search here"):
        run(None, SearchForm(resource="Ship"))
    with pytest.raises(QueryError, match="There is no resource Ship to search here"):
        resource_lookup.find(world, "Ship")


def test_a_page_asks_moto_once_for_what_it_keeps(
    visitor: Any, world: World, sagemaker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sagemaker.create_pipeline(
        PipelineName="p",
        PipelineDefinition="{}",
        RoleArn="arn:aws:iam::123456789012:role/SageMaker",
        ClientRequestToken="t" * 32,
        Tags=[{"Key": "Team", "Value": "a"}],
    )
    inventory = type(world.services.inventory)
    listed: list[str] = []
    documents = inventory.documents

    def counting(self: Any, kind: Any) -> Any:
        listed.append(search_schema.described_by(kind).name)
        return documents(self, kind)

    monkeypatch.setattr(inventory, "documents", counting)
    assert "1</strong> found" in visitor.get("/search?resource=Pipeline&sort=CreationTime")
    assert listed == ["Pipeline"]
