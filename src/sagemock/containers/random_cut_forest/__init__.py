"""The container of the random cut forest."""

from __future__ import annotations
