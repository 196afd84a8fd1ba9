"""Amazon Resource Names of SageMaker resources."""

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
    """The parts of an ARN.

    Parameters
    ----------
    partition, region, account_id : str
        Such as `aws`, `us-east-1` and `123456789012`.
    kind : str
        What precedes the slash, such as `training-job`.
    name : str
        What follows it. Its case is kept, as AWS has done since 2022.
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
        """The parts of `text`, or None if it is not the ARN of a SageMaker resource."""
        match = _ARN.fullmatch(text)
        return cls(**match.groupdict()) if match else None
