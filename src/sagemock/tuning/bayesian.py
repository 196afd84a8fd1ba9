"""Bayesian search: a Gaussian process over the results so far, and expected improvement.

Jones, Schonlau, Welch, "Efficient Global Optimization of Expensive Black-Box Functions" (Journal of
Global Optimization 13, 1998). Jobs that still run count with the mean that the process expects of
them (Ginsbourger, Le Riche, Carraro, 2010), so that parallel jobs search in different places.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from sagemock.tuning.parameters import CategoricalParameter
from sagemock.tuning.search import Observation, RandomSearch
from sagemock.tuning.space import Configuration, Space

INITIAL = 3
"""How many configurations are drawn at random before results count."""

MAX_FITTED = 120
"""How many results a process is fitted to: the best half and the latest."""

CANDIDATES = 300
"""How many random configurations are compared."""

NEIGHBORS = 60
"""How many configurations near the best are compared with them, at each distance."""

DISTANCES = (0.2, 0.05, 0.01)
"""Standard deviations of the coordinates of those, in the unit cube."""


class BayesianSearch:
    """Searches where a Gaussian process expects the largest improvement.

    Parameters
    ----------
    space
        Where to search.
    seed
        The seed of the random numbers. The same results give the same proposals.
    maximize
        Whether the largest objective is the best.
    known
        What earlier tuning jobs have tried.
    """

    def __init__(
        self, space: Space, seed: int, *, maximize: bool, known: Sequence[Configuration] = ()
    ) -> None:
        self._space = space
        self._sign = -1.0 if maximize else 1.0
        self._initial = RandomSearch(space, seed, known)
        self._generator = random.Random(f"bayesian {seed}")
        self._tried = {space.key(each) for each in known}

    def propose(
        self, ended: Sequence[Observation], running: Sequence[Observation]
    ) -> Configuration | None:
        """The next configuration; see `SearchStrategy`."""
        results = [
            each
            for each in ended
            if each.value is not None and self._space.contains(each.configuration)
        ]
        if len(results) < INITIAL:
            chosen = self._drawn()
        else:
            chosen = self._most_promising(_for_fit(results, self._sign), running)
        if chosen is not None:
            self._tried.add(self._space.key(chosen))
        return chosen

    def _drawn(self) -> Configuration | None:
        """One of the configurations that Random would try."""
        while True:
            drawn = self._initial.propose((), ())
            if drawn is None or self._space.key(drawn) not in self._tried:
                return drawn

    def _most_promising(
        self, results: Sequence[Observation], running: Sequence[Observation]
    ) -> Configuration | None:
        candidates = self._candidates(results)
        if not candidates:
            return self._drawn()
        space, sign = self._space, self._sign
        points = [space.encoded(each.configuration) for each in results]
        values = _comparable(results, sign)
        pending = [
            space.encoded(each.configuration)
            for each in running
            if space.contains(each.configuration)
        ]
        scores = expected_improvement(
            points, values, pending, [space.encoded(each) for each in candidates]
        )
        return candidates[max(range(len(candidates)), key=scores.__getitem__)]

    def _candidates(self, results: Sequence[Observation]) -> list[dict[str, str]]:
        """Configurations not tried yet: anywhere, and near the best."""
        space, generator = self._space, self._generator
        own = [each for each in results if not each.source] or results
        best = min(own, key=lambda each: self._sign * (each.value or 0.0)).configuration
        proposals = [space.drawn(generator) for _ in range(CANDIDATES)]
        proposals += [
            self._near(best, distance) for distance in DISTANCES for _ in range(NEIGHBORS)
        ]
        keyed = {space.key(each): each for each in proposals}
        return [each for key, each in keyed.items() if key not in self._tried]

    def _near(self, configuration: Configuration, distance: float) -> dict[str, str]:
        """A configuration near another one; categories change now and then."""
        generator, near = self._generator, {}
        for parameter in self._space.parameters:
            text = configuration[parameter.name]
            if isinstance(parameter, CategoricalParameter):
                near[parameter.name] = (
                    generator.choice(parameter.values) if generator.random() < distance else text
                )
            else:
                unit = generator.gauss(parameter.unit(text), distance)
                near[parameter.name] = parameter.text(min(max(unit, 0.0), 1.0))
        return near


def _comparable(results: Sequence[Observation], sign: float) -> list[float]:
    """The losses of results; standardized for each source where there are several."""
    import numpy as np

    losses = np.array([sign * (each.value or 0.0) for each in results])
    sources = np.array([each.source for each in results])
    names = sorted(set(sources.tolist()))
    if len(names) > 1:
        for name in names:
            losses[sources == name] = _standardized(losses[sources == name])
    comparable: list[float] = losses.tolist()
    return comparable


def _for_fit(results: Sequence[Observation], sign: float) -> Sequence[Observation]:
    """The results that a process is fitted to, in their order."""
    if len(results) <= MAX_FITTED:
        return results
    half = MAX_FITTED // 2
    earlier, latest = results[:-half], results[-half:]
    ranked = sorted(range(len(earlier)), key=lambda index: sign * (earlier[index].value or 0.0))
    return [*(earlier[index] for index in sorted(ranked[:half])), *latest]


def expected_improvement(
    points: Sequence[Sequence[float]],
    values: Sequence[float],
    pending: Sequence[Sequence[float]],
    candidates: Sequence[Sequence[float]],
) -> Sequence[float]:
    """How much lower than the lowest value each candidate is expected to be.

    Parameters
    ----------
    points, values
        What is known: points of the unit cube, and their values.
    pending
        Points whose values are not known yet.
    candidates
        The points to rate.
    """
    import numpy as np
    from scipy.special import ndtr

    known = np.array(points)
    targets = _standardized(np.array(values))
    kernel = _fitted_kernel(known, targets)
    process = _process(kernel, known, targets)
    if pending:
        more = np.array(pending)
        known, targets = np.vstack([known, more]), np.append(targets, process.predict(more))
        process = _process(kernel, known, targets)
    mean, deviation = process.predict(np.array(candidates), return_std=True)
    gain = targets.min() - mean
    ratio = gain / deviation
    density = np.exp(-0.5 * ratio**2) / np.sqrt(2 * np.pi)
    improvement: Sequence[float] = (gain * ndtr(ratio) + deviation * density).tolist()
    return improvement


def _standardized(values: Any) -> Any:
    """Mean 0 and deviation 1, without outliers above: how bad the bad ones are does not matter."""
    import numpy as np

    low, middle = values.min(), np.median(values)
    values = np.minimum(values, middle + 2 * (middle - low)) if middle > low else values
    spread = values.std()
    return (values - values.mean()) / (spread if spread > 0 else 1.0)


def _process(kernel: Any, points: Any, targets: Any) -> Any:
    from sklearn.gaussian_process import GaussianProcessRegressor

    return GaussianProcessRegressor(kernel=kernel, optimizer=None).fit(points, targets)


def _fitted_kernel(points: Any, targets: Any) -> Any:
    """The kernel of the largest marginal likelihood, near the one that the search begins with.

    Its parameters are optimized here and not by the regressor, which warns of every bound that they
    reach, by way of filters that all threads share.
    """
    import numpy as np
    from scipy.optimize import minimize
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    scales = np.full(points.shape[1], 0.5)
    kernel = ConstantKernel(1.0, (0.05, 20.0)) * Matern(scales, (0.05, 10.0), nu=2.5)
    kernel += WhiteKernel(1e-3, (1e-6, 0.3))
    process = _process(kernel, points, targets)

    def loss(theta: Any) -> tuple[float, Any]:
        likelihood, gradient = process.log_marginal_likelihood(
            theta, eval_gradient=True, clone_kernel=False
        )
        # A weak prior, as few results say little about the scale of each parameter.
        distance = theta - kernel.theta
        return -likelihood + 0.05 * distance @ distance, -gradient + 0.1 * distance

    best = minimize(
        loss,
        kernel.theta,
        jac=True,
        method="L-BFGS-B",
        bounds=kernel.bounds,
        options={"maxiter": 12, "ftol": 1e-4},
    )
    return kernel.clone_with_theta(best.x)
