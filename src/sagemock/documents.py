"""What a resource is to everything that keeps, shows or searches it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]
"""A resource in wire shape: AWS's member names, JSON types only, times as seconds since the epoch.

A document is never changed in place; a change makes a new one.
"""
