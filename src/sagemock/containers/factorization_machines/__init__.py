"""The container of factorization machines."""

from __future__ import annotations

from sagemock.containers.factorization_machines.hyperparameters import parse_hyperparameters

__all__ = ["parse_hyperparameters"]
