"""A search as a call of boto3, to paste."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemock.console.code import Script, literal
from sagemock.console.search.form import SearchForm
from sagemock.resources.types import SEARCHABLE


def search(form: SearchForm, request: Mapping[str, Any]) -> Script:
    """Return the calls that print the names on the form's page; `request` is that of the form."""
    size = request["MaxResults"]
    lines = [
        f"    {name}={literal(value, 1)},"
        for name, value in request.items()
        if name != "MaxResults"
    ]
    if form.page == 1:
        lines = ["answer = sagemaker.search(", *lines, f"    MaxResults={size},", ")"]
    else:
        paging = f'    PaginationConfig={{"PageSize": {size}}},'
        pages = 'pages = sagemaker.get_paginator("search").paginate('
        skip = f"answer = next(itertools.islice(pages, {form.page - 1}, None))  # page {form.page}"
        lines = ["import itertools", "", pages, *lines, paging, ")", skip]
    searchable = SEARCHABLE[form.resource]
    lines.append('for result in answer["Results"]:')
    lines.append(f'    print(result["{searchable.member}"]["{searchable.key}"])')
    return Script("\n".join(lines))
