"""Suggestions for a wrong name: which existing names may have been meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

MAX_NAMES = 10
"""How many names a list in an error shows."""

MAX_MATCHES = 3
"""How many names are suggested."""


def close_matches(wanted: str, names: Iterable[str], likeness: float = 0.6) -> list[str]:
    """Return the names that resemble a wrong one, the closest first, three at most.

    Case, separators and wildcards do not count, nor does anything before the last `/` or `:`. So
    ARNs, IAM actions and methods of boto3 work as well.

    Parameters
    ----------
    wanted
        The wrong name.
    names
        The names that exist.
    likeness
        How much a name has to resemble it, from 0 to 1; the cutoff of `difflib`.

    Examples
    --------
    >>> close_matches("JBO", ["job", "other"])
    ['job']
    >>> close_matches("sagemaker:create_model", ["DeleteModel", "CreateModel"])[0]
    'CreateModel'
    """
    by_key: dict[str, list[str]] = {}
    for name in names:
        by_key.setdefault(_key(name), []).append(name)
    close = get_close_matches(_key(wanted), by_key, n=MAX_MATCHES, cutoff=likeness)
    return [name for key in close for name in by_key[key]][:MAX_MATCHES]


def _key(name: str) -> str:
    return re.sub(r"[-_*?\[\]]", "", re.split("[/:]", name)[-1]).lower()


def did_you_mean(wanted: str, names: Iterable[str]) -> str:
    """Return the end of an error about a wrong name; empty if no name resembles it.

    Examples
    --------
    >>> did_you_mean("jbo", ["other", "Job", "job"])
    '; did you mean Job or job?'
    """
    close = close_matches(wanted, names)
    return f"; did you mean {' or '.join(close)}?" if close else ""


def closest(wanted: str, names: Iterable[str]) -> list[str]:
    """Return all names, close matches first, with a lower threshold than `close_matches`.

    Examples
    --------
    >>> closest("jbo-*", ["a", "job-1"])
    ['job-1', 'a']
    """
    names = list(names)
    close = close_matches(wanted, names, likeness=0.4)
    return [*close, *(name for name in names if name not in close)]


def closest_first(wanted: str, names: Iterable[str]) -> str:
    """List names, close matches first; after the first ten the rest is counted.

    Examples
    --------
    >>> closest_first("jbo", ["a", "job"])
    'job, a'
    >>> closest_first("jbo", [])
    'none'
    """
    return listed(closest(wanted, names))


def listed(names: Iterable[str]) -> str:
    """List names, the first ten of them; `none` if there are none."""
    names = list(names)
    text = ", ".join(names[:MAX_NAMES]) or "none"
    more = len(names) - MAX_NAMES
    return f"{text} and {more} more" if more > 0 else text
