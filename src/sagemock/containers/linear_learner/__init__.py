"""The container of Linear Learner."""

from __future__ import annotations

from sagemock.containers.linear_learner.hyperparameters import parse_hyperparameters

__all__ = ["parse_hyperparameters"]
