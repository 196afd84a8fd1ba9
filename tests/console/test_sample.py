"""The sample in the console: loaded by a button of the empty home page, and trained on."""

from __future__ import annotations

import html
import re
from typing import Any

BUCKET = "sagemaker-us-east-1-123456789012"


def test_an_empty_home_page_loads_the_sample(visitor: Any) -> None:
    assert "Load the sample" in visitor.get("/")
    page = visitor.follow("/sample", {})
    assert "Load the sample" not in page
    assert f"s3://{BUCKET}/sample/digits/recordio/train/" in page.replace("<wbr>", "")


def test_the_next_step_is_a_form_that_trains_on_it(visitor: Any) -> None:
    page = visitor.follow("/sample", {})
    link = re.search(r'class="button primary" href="/sagemock([^"]+)">Train on the sample', page)
    assert link is not None
    form = visitor.get(html.unescape(link[1]))
    for value in ("binary_classifier", "64", f"s3://{BUCKET}/sample/digits/recordio/train/"):
        assert f'value="{value}"' in form


def test_a_server_with_jobs_offers_no_sample(visitor: Any, seed: list[str]) -> None:
    assert "Load the sample" not in visitor.get("/")


def test_it_is_loaded_into_the_region_of_the_page(visitor: Any) -> None:
    visitor.follow("/sample?region=eu-west-1", {})
    assert "Load the sample" in visitor.get("/")
    assert "Load the sample" not in visitor.get("/?region=eu-west-1")


def test_another_site_loads_none(visitor: Any) -> None:
    response = visitor.post("/sample", {}, {"Origin": "https://elsewhere.example"})
    assert response.status_code == 403
    assert "Load the sample" in visitor.get("/")
