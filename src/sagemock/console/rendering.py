"""Templates: Jinja2 with everything escaped, and the words and numbers of pages."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from sagemock.console import assets, tag_chips
from sagemock.console.budget import cut, excerpt, middle
from sagemock.console.links import heading, home_of, list_of
from sagemock.console.page_request import PREFIX, address
from sagemock.console.search.columns import is_changing
from sagemock.resources.types import LISTED

_LISTS = [(heading(kind), list_of(kind)) for kind in LISTED if list_of(kind) != "/search"]
SECTIONS = [("Search", "/search"), *_LISTS, ("Lineage", "/lineage")]
"""The pages that every page leads to."""


@cache
def environment() -> Environment:
    """One for the process; templates are compiled at their first use."""
    made = Environment(
        loader=PackageLoader("sagemock.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals |= {
        "asset": lambda name: f"{PREFIX}/static/{assets.version(name)}",
        "address": address,
        "home_of": home_of,
        "max_tags": tag_chips.MAX_TAGS,
        "version": version("sagemock"),
        "sections": SECTIONS,
    }
    made.filters |= {
        "clock": clock,
        "moment": moment,
        "brief": brief,
        "duration": duration,
        "number": number,
        "pretty": pretty,
        "slug": slug,
        "count": lambda value: f"{value:,}",
        "breakable": breakable,
        "short": short,
        "cut": cut,
        "middle": middle,
        "excerpt": excerpt,
    }
    made.tests |= {"linked_tag": tag_chips.is_linked, "changing": is_changing}
    return made


def render(template: str, context: Mapping[str, Any]) -> str:
    return environment().get_template(template).render(context)


def clock(seconds: float | None) -> str:
    """A time in UTC, to the second."""
    if seconds is None:
        return ""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, ValueError, OSError, TypeError):
        return str(seconds)


def moment(seconds: float | None) -> Markup:
    """A time for the page: in UTC, and readable for a machine."""
    if seconds is None:
        return Markup("")
    text = clock(seconds)
    return Markup('<time datetime="{}Z">{}</time>').format(text.replace(" ", "T"), text)


def brief(seconds: float | None) -> Markup:
    """A time in a table, in UTC: as much of it as tells it from now."""
    if seconds is None:
        return Markup("")
    text = clock(seconds)
    day, _, time = text.partition(" ")
    now = datetime.now(UTC)
    if day == f"{now:%Y-%m-%d}":
        shown = time
    elif day.startswith(f"{now:%Y}-"):
        shown = f"{datetime.fromtimestamp(seconds, UTC):%b %d %H:%M}"
    else:
        shown = day
    return Markup('<time title="{} UTC">{}</time>').format(text, shown)


def duration(seconds: float | None) -> str:
    """A length of time, as short as it can be said."""
    if seconds is None:
        return ""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s"


def number(value: Any) -> str:
    """Six significant digits: what a metric of single precision holds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int):
        return str(value)
    return f"{value:,.0f}" if 1e6 <= abs(value) < 1e15 else f"{value:.6g}"


def pretty(value: Any) -> str:
    """A document as text."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def slug(text: str) -> str:
    """A text as a class name."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def short(text: str, length: int = 120) -> Markup:
    """A text in a table: on one line if it is short, cut if it is very long."""
    if len(text) <= ONE_LINE:
        return escape(text)
    return breakable(cut(text, length))


ONE_LINE = 36
"""Characters that a cell of a table shows without a break."""


def breakable(text: str) -> Markup:
    """A long name that may be broken where a reader would: after a slash, a colon, a dash."""
    parts = re.split(r"(?<=[/:_.])", text)
    return Markup("<wbr>").join(parts)
