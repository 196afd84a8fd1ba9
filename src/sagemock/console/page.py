"""What a page function returns: a page in all its formats, or where to go instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemock.console.code import Script


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A table for a spreadsheet: the names of its columns, and rows of plain values."""

    header: Sequence[str]
    rows: Iterable[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Page:
    """A page in the formats in which it is offered.

    Attributes
    ----------
    template, context
        The HTML: the name of a template, and its variables.
    data
        The JSON, or a function that makes it.
    table
        The CSV.
    script
        The calls of boto3 that do the same.
    """

    template: str
    context: Mapping[str, Any]
    data: Any
    table: CsvTable | None = None
    script: Script | None = None
    status: int = 200


@dataclass(frozen=True, slots=True)
class Redirect:
    """The answer to a change that has been made.

    Attributes
    ----------
    location
        The URL of the page that shows it.
    message
        A sentence that the next page shows once, such as `Deleted the model m.`
    """

    location: str
    message: str = ""
