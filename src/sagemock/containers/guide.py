"""What people need to know about a model that they ask."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ModelGuide:
    """What people need to know to ask a model and to read its answers.

    Attributes
    ----------
    columns
        The number of features in a row of a request; None if it is unknown.
    members
        What each member of a prediction means, by its name, as a sentence.
    content_types
        Those of the requests that the model reads; empty if they are unknown.
    """

    columns: int | None = None
    members: Mapping[str, str] = field(default_factory=dict)
    content_types: Collection[str] = ()
