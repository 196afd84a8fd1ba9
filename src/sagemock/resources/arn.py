"""Amazon Resource Names of SageMaker's resources."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

_ARN = re.compile(
    r"arn:(?P<partition>[^:]*):sagemaker:(?P<region>[^:]*):(?P<account_id>\d{12}):"
    r"(?P<kind>[^/:]+)/(?P<name>.+)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Arn:
    """The parts of an ARN; `kind` is what stands before the slash, such as `training-job`.

    The case of the name is kept, as AWS does since 2022; before, it was lowered.
    """

    partition: str
    region: str
    account_id: str
    kind: str
    name: str

    def __str__(self) -> str:
        return (
            f"arn:{self.partition}:sagemaker:{self.region}:{self.account_id}:"
            f"{self.kind}/{self.name}"
        )

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The parts of `text`, or None when it is no ARN of SageMaker's."""
        match = _ARN.fullmatch(text)
        return cls(**match.groupdict()) if match else None
