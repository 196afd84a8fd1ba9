"""A factorization machine in plain loops and plain gradient descent, as the judge of the other."""

from __future__ import annotations

from typing import Any

import numpy as np


def score(row: np.ndarray, bias: float, weights: np.ndarray, factors: np.ndarray) -> float:
    """The definition: the bias, the linear terms, and all pairs of features."""
    total = bias + float(weights @ row)
    for i in range(len(row)):
        for j in range(i + 1, len(row)):
            total += float(factors[i] @ factors[j]) * row[i] * row[j]
    return total


def scores(features: np.ndarray, bias: float, weights: np.ndarray, factors: np.ndarray) -> Any:
    return np.array([score(row, bias, weights, factors) for row in features])


class GradientDescent:
    """Full gradient descent on the mean of half the squared error, in double precision."""

    def __init__(self, columns: int, factors: int, seed: int = 0) -> None:
        generator = np.random.default_rng(seed)
        self.bias = 0.0
        self.weights = generator.normal(0, 0.01, columns)
        self.factors = generator.normal(0, 0.1, (columns, factors))

    def predict(self, features: Any) -> np.ndarray:
        sums = features @ self.factors
        squares = (features * features) @ (self.factors**2).sum(axis=1)
        linear = features @ self.weights
        return np.asarray(self.bias + linear + 0.5 * ((sums**2).sum(axis=1) - squares))

    def fit(self, features: Any, labels: np.ndarray, steps: int, rate: float) -> None:
        rows = len(labels)
        squared = features * features
        for _ in range(steps):
            residuals = (self.predict(features) - labels) / rows
            sums = features @ self.factors
            of_factors = features.T @ (residuals[:, np.newaxis] * sums)
            of_factors -= self.factors * (squared.T @ residuals)[:, np.newaxis]
            self.bias -= rate * residuals.sum()
            self.weights -= rate * (features.T @ residuals)
            self.factors -= rate * of_factors
