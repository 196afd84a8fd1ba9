"""Ranges and spaces: what is drawn lies inside, and positions and values agree."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagemock.tuning.parameters import (
    CategoricalParameter,
    ContinuousParameter,
    IntegerParameter,
    Parameter,
    Scaling,
    resolved,
)
from sagemock.tuning.space import Space

UNITS = st.floats(0, 1)
NUMBERS = st.floats(-1e9, 1e9)
POSITIVE = st.floats(1e-9, 1e9)
SHARES = st.floats(0, 0.999)


@st.composite
def continuous(draw: st.DrawFn) -> ContinuousParameter:
    scaling: Scaling = draw(st.sampled_from(("Linear", "Logarithmic", "ReverseLogarithmic")))
    numbers = {"Linear": NUMBERS, "Logarithmic": POSITIVE, "ReverseLogarithmic": SHARES}[scaling]
    low, high = sorted((draw(numbers), draw(numbers)))
    return ContinuousParameter("x", low, high, scaling)


@st.composite
def integers(draw: st.DrawFn) -> IntegerParameter:
    scaling: Scaling = draw(st.sampled_from(("Linear", "Logarithmic")))
    numbers = st.integers(1 if scaling == "Logarithmic" else -(10**6), 10**6)
    low, high = sorted((draw(numbers), draw(numbers)))
    return IntegerParameter("x", low, high, scaling)


CATEGORIES = st.lists(st.text(max_size=3), min_size=1, max_size=5, unique=True).map(
    lambda values: CategoricalParameter("x", tuple(values))
)
PARAMETERS = st.one_of(continuous(), integers(), CATEGORIES)


@given(continuous(), UNITS, UNITS)
def test_numbers_lie_in_their_range_and_grow_with_their_position(
    parameter: ContinuousParameter, first: float, second: float
) -> None:
    low, high = sorted((first, second))
    assert parameter.low <= float(parameter.text(low)) <= float(parameter.text(high))
    assert float(parameter.text(high)) <= parameter.high


@given(continuous())
def test_the_ends_of_a_range_are_reached(parameter: ContinuousParameter) -> None:
    spread = parameter.high - parameter.low
    assert float(parameter.text(0.0)) == pytest.approx(parameter.low, abs=1e-6 * spread)
    assert float(parameter.text(1.0)) == pytest.approx(parameter.high, abs=1e-6 * spread)


@given(integers(), UNITS)
def test_integers_lie_in_their_range(parameter: IntegerParameter, unit: float) -> None:
    text = parameter.text(unit)
    assert parameter.low <= int(text) <= parameter.high
    assert parameter.text(parameter.unit(text)) == text


def test_all_integers_of_a_range_are_equally_likely() -> None:
    parameter = IntegerParameter("x", 10, 20)
    texts = [parameter.text((step + 0.5) / 1100) for step in range(1100)]
    assert {text: texts.count(text) for text in set(texts)} == {
        str(value): 100 for value in range(10, 21)
    }


@pytest.mark.parametrize(
    ("scaling", "low", "high", "share_below"),
    [("Linear", 0.0, 1.0, 0.1), ("Logarithmic", 1e-4, 1.0, 0.75)],
)
def test_a_scale_decides_where_values_are_drawn(
    scaling: str, low: float, high: float, share_below: float
) -> None:
    parameter = ContinuousParameter("x", low, high, scaling)  # type: ignore[arg-type]
    generator = random.Random(1)
    values = [float(parameter.text(generator.random())) for _ in range(4000)]
    assert sum(value < 0.1 for value in values) / 4000 == pytest.approx(share_below, abs=0.03)


def test_reverse_logarithmic_values_crowd_at_the_upper_end() -> None:
    parameter = ContinuousParameter("x", 0.0, 0.999, "ReverseLogarithmic")
    assert float(parameter.text(0.5)) == pytest.approx(1 - math.sqrt(0.001))


def test_auto_is_logarithmic_over_three_orders_of_magnitude() -> None:
    assert resolved("Auto", 1.0, 999.0) == "Linear"
    assert resolved("Auto", 1.0, 1000.0) == "Logarithmic"
    assert resolved("Auto", -1.0, 1000.0) == "Linear"


@given(st.lists(PARAMETERS, min_size=1, max_size=4), st.integers(0, 2**31))
def test_what_is_drawn_can_be_encoded_in_the_unit_cube(
    parameters: list[Parameter], seed: int
) -> None:
    named = [
        type(each)(f"p{number}", *(getattr(each, name) for name in list(each.__slots__)[1:]))
        for number, each in enumerate(parameters)
    ]
    space = Space(named)
    point = space.encoded(space.drawn(random.Random(seed)))
    assert all(0 <= coordinate <= 1 for coordinate in point)


def test_the_untried_rest_of_a_small_space_is_drawn_to_the_last() -> None:
    space = Space((IntegerParameter("n", 1, 40), CategoricalParameter("c", ("a", "b"))))
    generator = random.Random(0)
    tried: set[tuple[str, ...]] = set()
    for _ in range(80):
        drawn = space.untried(generator, tried.__contains__)
        assert drawn is not None
        tried.add(space.key(drawn))
    assert len(tried) == 80
    assert space.untried(generator, tried.__contains__) is None


@pytest.mark.parametrize("configuration", [{}, {"n": "many"}])
def test_configurations_of_other_spaces_are_not_contained(configuration: dict[str, str]) -> None:
    space = Space((IntegerParameter("n", 1, 4),))
    assert space.contains({"n": "9", "more": "x"})
    assert not space.contains(configuration)
