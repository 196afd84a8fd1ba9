"""Each kind that has a list has its pages, wherever they are made."""

from __future__ import annotations

from typing import Any

import pytest
from tests.console.conftest import Visitor
from werkzeug.exceptions import NotFound

from sagemock.api import OPERATIONS
from sagemock.console import app
from sagemock.console.links import FOLDERS, KINDS, heading, home_of, list_of, page_of, resource_of
from sagemock.resources import types
from sagemock.resources.resource_type import ResourceType
from sagemock.resources.types import LISTED


@pytest.fixture(scope="module")
def routes() -> Any:
    return app.routes().bind("")


@pytest.mark.parametrize("kind", LISTED, ids=[kind.noun for kind in LISTED])
def test_a_listed_kind_has_its_pages(kind: ResourceType, visitor: Visitor, routes: Any) -> None:
    assert FOLDERS[f"{kind.arn_kind}s"] is kind
    assert f"<span>{heading(kind)}</span>" in visitor.get("/")
    visitor.get(list_of(kind))
    assert kind.words in visitor.get(page_of(kind, "missing"), 404)
    deletion = f"{page_of(kind, 'missing')}/delete"
    if kind.operation("Delete") in OPERATIONS:
        visitor.get(deletion, 404)
        assert routes.match(deletion, method="POST")[0] == "deletion:delete"
    else:
        with pytest.raises(NotFound):
            routes.match(deletion)


def test_a_kind_without_a_list_shows_its_documents(visitor: Visitor) -> None:
    assert page_of(types.PIPELINE, "p") == "/documents/Pipeline/p"
    assert home_of("Pipeline", "p") == page_of(types.PIPELINE, "p")
    assert "pipeline" in visitor.get(page_of(types.PIPELINE, "p"), 404)


def test_trials_are_named_as_people_name_them(visitor: Visitor) -> None:
    assert home_of("ExperimentTrial", "t") == page_of(types.TRIAL, "t") == "/trials/t"
    assert "There is no trial" in visitor.get("/trials/t", 404)
    assert "There is no trial" in visitor.get("/documents/ExperimentTrial/t", 404)


def test_addresses_name_each_kind_once() -> None:
    assert len(KINDS) == len(types.TYPES)
    assert all(KINDS[resource_of(kind)] is kind for kind in types.TYPES)
