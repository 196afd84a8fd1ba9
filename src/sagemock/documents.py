"""What a resource is to everything that keeps, shows or searches it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

Document = Mapping[str, Any]
"""A resource in wire shape: AWS's member names, JSON types only, times as seconds since the epoch.

A document is never changed in place; a change makes a new one. What treats documents of many kinds
alike takes this; what knows the kind takes its TypedDict, such as `resources.model.Model`.
"""

D = TypeVar("D", bound=Document)
"""The documents of one kind."""
