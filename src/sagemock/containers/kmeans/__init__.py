"""The container of K-Means."""

from __future__ import annotations
