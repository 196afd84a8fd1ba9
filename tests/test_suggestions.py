"""Which names a wrong name may have meant."""

from __future__ import annotations

import doctest

from sagemock import suggestions


def test_examples() -> None:
    result = doctest.testmod(suggestions)
    assert result.attempted >= 5
    assert result.failed == 0


def test_close_matches_come_before_the_others_and_the_rest_is_counted() -> None:
    names = [f"a-{number}" for number in range(30)]
    assert suggestions.closest_first("jbo", [*names, "job"]).startswith("job, a-0, ")
    assert suggestions.closest_first("jbo", [*names, "job"]).endswith(" and 21 more")
