"""Which numbers in the logs of two jobs are the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

NUMBER = re.compile(r"\[[-\d.,\s+e]+\]|\d+x\d+|(?<![\w.])-?\d+(?:\.\d+)*(?:e[-+]?\d+)?", re.ASCII)
"""A number, a list of numbers, or the size of a matrix."""

OTHERWISE = {
    r"^\[[^]]*\]": "the time, and the id of a process",
    r"(?<=configuration from ).*": "hyperparameters",
    r"(?<=Final configuration: ).*": "hyperparameters",
    r"(?<=Setting up with params: ).*": "hyperparameters",
    r'"(Start|End)Time": [\d.]+': "the time",
    r'"duration": \d+': "the time",
    r'"[\w.]*time": \{[^}]*\}': "the time",
    r"seconds=[\d.]+|in \d+ second\(s\)": "the time",
    r"(?<=[Mm]emory).*? \d{9,}": "the memory of this machine",
    r"(?<=memory size in the node: )[\d.]+": "the memory of this machine",
    r"(?<=Best model found for hyperparameters: ).*": "one of the settings that are tried",
}
"""Numbers that follow something else than the data: regular expressions, and what that is."""

CONSTANTS = {
    r"^Process \d+ is": "the ids of the processes in the container",
    r"\{'TRAINING_JOB_NAME'.*": "the environment of the container",
    r"\balgo-\d+": "the name of the host",
    r'"count": 1\b': "what is measured once",
    r'"epochs": \{[^}]*\}': "the hyperparameter `epochs`",
    r'"Reset Count": \{[^}]*\}': "a reader is reset for every epoch",
    r'"epoch": \d+': "counted",
    r"\b[eE]poch(=|: | )\d+": "counted",
    r"completed [\d.]+ %": "of the hyperparameter `epochs`",
    r"nvidia-smi.*": "the instance has no GPU",
    r"(?<=GPUs being used: )0": "the instance has no GPU",
    r"'1\.0'\)": "the version of a content type",
    r"-\d+\.params": "the name of a file",
}
"""Numbers that are the same whatever the data is: regular expressions, and why."""

LEFT_OUT = {
    r" took: ": "the time of a step, in the order of these times",
    r"[Ss]earching index": "there is one for each batch",
}
"""Lines whose order or number is not the same in two jobs."""


class SameNumber(NamedTuple):
    """A number that stands in the same place of two logs, and the text before it."""

    number: str
    text: str

    @property
    def is_count(self) -> bool:
        """Whether it counts, also for each second."""
        return re.search(r"\.(?!0\b)", self.number) is None or "throughput=" in self.text


def same_numbers(
    one: Iterable[str], other: Iterable[str], constants: Iterable[str]
) -> list[SameNumber]:
    """The numbers that two logs have in common, but for those of the tables above.

    The logs must be the same but for their numbers. Constants must be the same in both of them.
    """
    same = []
    for here, there in zip(_lines(one), _lines(other), strict=True):
        here, there = _without(OTHERWISE, here), _without(OTHERWISE, there)
        for pattern in (*CONSTANTS, *constants):
            constant = re.findall(pattern, here) == re.findall(pattern, there)
            assert constant, f"{pattern} is no constant in {here!r} and {there!r}"
            here, there = _without([pattern], here), _without([pattern], there)
        kinds = [NUMBER.sub("N", text) for text in (here, there)]
        assert kinds[0] == kinds[1], f"lines of other kinds: {kinds}"
        same += [
            SameNumber(first[0], here[max(0, first.start() - 40) : first.start()])
            for first, second in zip(NUMBER.finditer(here), NUMBER.finditer(there), strict=True)
            if first[0] == second[0]
        ]
    return same


def _lines(texts: Iterable[str]) -> Iterator[str]:
    return (text for text in texts if not any(re.search(each, text) for each in LEFT_OUT))


def _without(patterns: Iterable[str], text: str) -> str:
    for pattern in patterns:
        text = re.sub(pattern, " ", text)
    return text
