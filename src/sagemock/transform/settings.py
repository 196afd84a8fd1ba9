"""How a job sends requests: what it says itself, then the container, then the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SINGLE, MULTI = "SINGLE_RECORD", "MULTI_RECORD"
"""BatchStrategy in the words of containers."""

_STRATEGIES = {"SingleRecord": SINGLE, "MultiRecord": MULTI}

DEFAULT_PAYLOAD = 6
"""The default of MaxPayloadInMB."""

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class TransformSettings:
    """How requests are made and sent.

    Parameters
    ----------
    concurrent
        How many requests may be under way at once, on each instance.
    payload
        The largest body of a request, in megabytes; 0 for any size.
    strategy
        `SINGLE_RECORD` or `MULTI_RECORD`.
    retries
        How often a request is tried again that the container could not answer.
    """

    concurrent: int = 1
    payload: int = DEFAULT_PAYLOAD
    strategy: str = MULTI
    retries: int = 3

    @classmethod
    def of_job(
        cls, job: Mapping[str, Any], parameters: Mapping[str, Any] | None
    ) -> TransformSettings:
        """The settings of a job.

        Parameters
        ----------
        job
            The document of the job.
        parameters
            The answer of the container to `/execution-parameters`; None if it does not have that.
        """
        of_container = parameters or {}
        strategy = job.get("BatchStrategy")
        concurrent = _count(of_container.get("MaxConcurrentTransforms"), 1)
        payload = _count(of_container.get("MaxPayloadInMB"), DEFAULT_PAYLOAD)
        return cls(
            concurrent=job.get("MaxConcurrentTransforms") or concurrent or 1,
            payload=job.get("MaxPayloadInMB", payload),
            strategy=_STRATEGIES[strategy] if strategy else _strategy(of_container),
            retries=job.get("ModelClientConfig", {}).get("InvocationsMaxRetries", 3),
        )

    @property
    def limit(self) -> int | None:
        """The largest body of a request in bytes; None for any size."""
        return self.payload * MEGABYTE if self.payload else None

    def __str__(self) -> str:
        return (
            f"MaxConcurrentTransforms={self.concurrent}, MaxPayloadInMB={self.payload}, "
            f"BatchStrategy={self.strategy}"
        )


def environment(job: Mapping[str, Any], of_model: Mapping[str, str]) -> dict[str, str]:
    """The environment of a container: of its model, of the job, and what a transform job adds."""
    added = {
        "SAGEMAKER_BATCH": "true",
        "SAGEMAKER_MAX_PAYLOAD_IN_MB": job.get("MaxPayloadInMB"),
        "SAGEMAKER_BATCH_STRATEGY": _STRATEGIES.get(job.get("BatchStrategy", "")),
        "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS": job.get("MaxConcurrentTransforms"),
    }
    texts = {name: str(value) for name, value in added.items() if value is not None}
    return {**of_model, **job.get("Environment", {}), **texts}


def _count(value: Any, default: int) -> int:
    """A number of the container; what is none does not count."""
    is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return value if is_count else default


def _strategy(of_container: Mapping[str, Any]) -> str:
    return SINGLE if of_container.get("BatchStrategy") == SINGLE else MULTI
