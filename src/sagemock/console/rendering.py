"""Templates: Jinja2 with autoescape, and filters that write times, numbers and names."""

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
from sagemock.console.links import PREFIX, address, home_of, page_of
from sagemock.console.search.columns import ONE_LINE, is_changing


@cache
def environment() -> Environment:
    """Return the environment of the process; templates are compiled at their first use."""
    jinja = Environment(
        loader=PackageLoader("sagemock.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    jinja.globals |= {
        "asset": lambda name: f"{PREFIX}/static/{assets.version(name)}",
        "address": address,
        "home_of": home_of,
        "home_of_kind": page_of,
        "max_tags": tag_chips.MAX_TAGS,
        "version": version("sagemock"),
    }
    jinja.filters |= {
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
    jinja.tests |= {"linked_tag": tag_chips.is_linked, "changing": is_changing}
    return jinja


def render(template: str, context: Mapping[str, Any]) -> str:
    """Return the HTML of a template."""
    return environment().get_template(template).render(context)


def clock(seconds: float | None) -> str:
    """Return a Unix time in UTC, to the second."""
    if seconds is None:
        return ""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, ValueError, OSError, TypeError):
        return str(seconds)


def moment(seconds: float | None) -> Markup:
    """Return a Unix time in UTC, with markup that machines read."""
    if seconds is None:
        return Markup("")
    text = clock(seconds)
    return Markup('<time datetime="{}Z">{}</time>').format(text.replace(" ", "T"), text)


def brief(seconds: float | None) -> Markup:
    """Return a Unix time in UTC for a table, without the year or the day where they are today's."""
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
    """Return a length of time in two units at most.

    >>> duration(0.25), duration(40), duration(3700)
    ('250 ms', '40 s', '1 h 02 min')
    """
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
    """Return a number with six significant digits, which is what single precision has."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int):
        return str(value)
    return f"{value:,.0f}" if 1e6 <= abs(value) < 1e15 else f"{value:.6g}"


def pretty(value: Any) -> str:
    """Return a document as indented JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def slug(text: str) -> str:
    """Return a text as a class name, such as `in-progress`."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def short(text: str, length: int = 120) -> Markup:
    """Return a text for a cell: on one line if it is short, cut if it is longer than `length`."""
    if len(text) <= ONE_LINE:
        return escape(text)
    return breakable(cut(text, length))


def breakable(text: str) -> Markup:
    """Return a long name that may be wrapped after slashes, colons, underscores and dots."""
    parts = re.split(r"(?<=[/:_.])", text)
    return Markup("<wbr>").join(parts)
