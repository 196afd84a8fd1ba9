"""`Document`: a resource as everything that stores, shows or searches it sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

Document = Mapping[str, Any]
"""A resource in wire shape: AWS's member names, JSON types only, times as seconds since the epoch.

A document is never changed in place; a change replaces it. Code for documents of many kinds takes
this type, code for one kind its TypedDict, such as `resources.model.Model`.
"""

D = TypeVar("D", bound=Document)
"""The documents of one kind."""
