"""The GPUs of instance types, which jobs mention in their log and do not use here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FAMILIES = ("g4dn", "g5", "p2", "p3", "p3dn")
"""With one GPU, except for the sizes below."""

GPUS: Mapping[str, int] = {
    "ml.g4dn.12xlarge": 4,
    "ml.g5.12xlarge": 4,
    "ml.g5.24xlarge": 4,
    "ml.g5.48xlarge": 8,
    "ml.p2.16xlarge": 16,
    "ml.p2.8xlarge": 8,
    "ml.p3.16xlarge": 8,
    "ml.p3.8xlarge": 4,
    "ml.p3dn.24xlarge": 8,
}


def gpus(document: Mapping[str, Any]) -> int:
    """The GPUs of the instances of a job.

    Examples
    --------
    >>> gpus({"ResourceConfig": {"InstanceType": "ml.p3.2xlarge"}}), gpus({})
    (1, 0)
    """
    name = document.get("ResourceConfig", {}).get("InstanceType", "")
    family = name.split(".")[1] if name.count(".") == 2 else ""
    return GPUS.get(name, int(family in FAMILIES))
