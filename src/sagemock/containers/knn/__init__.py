"""The container of k nearest neighbors."""

from __future__ import annotations
