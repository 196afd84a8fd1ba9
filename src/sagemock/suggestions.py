"""Which names a wrong name may have meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

MAX_NAMES = 10
"""Names that a list in an error shows."""

MAX_MATCHES = 3
"""Names that are suggested."""


def close_matches(wanted: str, names: Iterable[str], likeness: float = 0.6) -> list[str]:
    """The names that resemble a wrong one, best first; three at most.

    Case, separators and wildcards do not count, nor does what comes before the last `/` or `:`,
    so that an ARN, an IAM action and a method of boto3 are understood too.
    likeness: from 0 to 1, as `difflib` has it.

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
    """The end of an error about a wrong name; empty where nothing resembles it.

    >>> did_you_mean("jbo", ["other", "Job", "job"])
    '; did you mean Job or job?'
    """
    close = close_matches(wanted, names)
    return f"; did you mean {' or '.join(close)}?" if close else ""


def closest(wanted: str, names: Iterable[str]) -> list[str]:
    """All names, close matches first; a name that is listed anyway need not be so close.

    >>> closest("jbo-*", ["a", "job-1"])
    ['job-1', 'a']
    """
    names = list(names)
    close = close_matches(wanted, names, likeness=0.4)
    return [*close, *(name for name in names if name not in close)]


def closest_first(wanted: str, names: Iterable[str]) -> str:
    """Names as a text, close matches first; after the first ten the rest is counted.

    >>> closest_first("jbo", ["a", "job"])
    'job, a'
    >>> closest_first("jbo", [])
    'none'
    """
    return listed(closest(wanted, names))


def listed(names: Iterable[str]) -> str:
    """Names as a text, the first ten of them; `none` where there are none."""
    names = list(names)
    text = ", ".join(names[:MAX_NAMES]) or "none"
    more = len(names) - MAX_NAMES
    return f"{text} and {more} more" if more > 0 else text
