"""AWS's names as words: of kinds of resources and of their properties."""

from __future__ import annotations

_ABBREVIATIONS = {"Url": "URL", "Uri": "URI", "Arn": "ARN", "Id": "ID", "Ids": "IDs"}


def plural(resource: str) -> str:
    """Return the plural of a kind of resource, for the start of a text.

    >>> plural("TrainingJob"), plural("FeatureMetadata")
    ('Training jobs', 'Feature metadata')
    """
    words = spaced(resource)
    return words if words.endswith(("s", "data")) else f"{words}s"


def spaced(name: str) -> str:
    """Return a name in camel case as words.

    >>> spaced("TrainingJobStatus"), spaced("S3Uri")
    ('Training job status', 'S3 URI')
    """
    words: list[str] = []
    for letter in name:
        starts = letter.isupper() and (not words or not words[-1][-1].isupper())
        if not words or starts:
            words.append(letter)
        else:
            words[-1] += letter
    first, *rest = words or [""]
    return " ".join([first, *map(_within, rest)])


def _within(word: str) -> str:
    """A word that does not begin a text."""
    return _ABBREVIATIONS.get(word, word if word[:2].isupper() else word.lower())
