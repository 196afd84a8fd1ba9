"""A match that is stopped is tried again, and not for ever."""

from __future__ import annotations

from typing import Any

import pytest
import regex

from sagemock.wire import constraints, patterns, service_model
from sagemock.wire.validation import validator


class Busy:
    """A pattern whose thread waits for the processor until its time is over, a few times."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.calls = 0

    def fullmatch(self, text: str, *, timeout: float) -> Any:
        self.calls += 1
        if self.calls <= self.times:
            raise TimeoutError
        return regex.fullmatch("[a-z]+", text, timeout=timeout)


@pytest.mark.parametrize("times", range(patterns.ATTEMPTS))
def test_a_busy_machine_is_no_mismatch(times: int) -> None:
    assert patterns.in_time(Busy(times).fullmatch, "abc")[0] == "abc"
    assert patterns.in_time(Busy(times).fullmatch, "ABC") is None


def test_it_gives_up() -> None:
    busy = Busy(100)
    with pytest.raises(TimeoutError):
        patterns.in_time(busy.fullmatch, "abc")
    assert busy.calls == patterns.ATTEMPTS


def test_a_pattern_that_takes_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "SECONDS", 0.02)
    with pytest.raises(TimeoutError):
        patterns.in_time(regex.compile("(a|a)*b|(a*)*c").fullmatch, "a" * 60)


def test_a_name_is_not_refused_because_the_machine_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    busy: list[Busy] = []

    def compiled(_: str) -> Busy:
        busy.append(Busy(2))
        return busy[-1]

    monkeypatch.setattr(constraints, "compile_pattern", compiled)
    validator.cache_clear()
    try:
        validate = validator(service_model.CONTROL_PLANE, "DescribeTrainingJob")
        validate({"TrainingJobName": "abc"})
    finally:
        validator.cache_clear()
    assert [each.calls for each in busy] == [3]
