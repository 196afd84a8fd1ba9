"""The container of PCA."""

from __future__ import annotations
