"""How the output of an object is called."""

from __future__ import annotations

SUFFIX = ".out"


def relative_name(key: str, prefix: str) -> str:
    """The name of an object relative to the folder that a prefix names.

    That is the prefix itself if it is one, with or without a slash at its end, else the last folder
    in it; so an object that is all of the prefix has its last name.

    Examples
    --------
    >>> relative_name("in/a/b.csv", "in/"), relative_name("in/a/b.csv", "in")
    ('a/b.csv', 'a/b.csv')
    >>> relative_name("in/a/b.csv", "in/a/b.csv"), relative_name("in/a/b.csv", "i")
    ('b.csv', 'in/a/b.csv')
    """
    if key.startswith(f"{prefix}/"):
        return key[len(prefix) :].lstrip("/")
    return key[prefix.rfind("/") + 1 :].lstrip("/")


def output_name(name: str) -> str:
    """The name of an object's output, below S3OutputPath, by its own name."""
    return f"{name}{SUFFIX}"
