"""How a model container refuses a request."""

from __future__ import annotations

UNABLE_TO_EVALUATE = "unable to evaluate payload provided"
"""What Linear Learner says to every payload that it cannot read, with status 400."""


class InferenceError(Exception):
    """The container answers with an error: an HTTP status and a body."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body
