"""Puts the answers for an object together, as AssembleWith says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sagemock.transform.splitting import LINE


def assembled(answers: Iterable[bytes], assemble_with: str) -> Iterator[bytes]:
    """The pieces of an output, in order.

    Parameters
    ----------
    answers
        What is written for each request.
    assemble_with
        `Line` adds a line feed to each answer that does not end with one; `None` adds nothing.
    """
    for answer in answers:
        yield answer
        if assemble_with == "Line" and not answer.endswith(LINE):
            yield LINE
