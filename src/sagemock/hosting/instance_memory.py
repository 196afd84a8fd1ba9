"""How much memory an instance has for the models of a multi-model container."""

from __future__ import annotations

import re

GIB = 1 << 30

DEFAULT_MEMORY = 8 * GIB
"""Bytes of an instance whose type is unknown."""

_PER_PROCESSOR = {"c": 2, "r": 8, "x": 16}
"""GiB for each processor by the letter of the family; all others have 4."""

_TYPE = re.compile(r"ml\.([a-z]+)\d\w*\.(medium|large|(\d*)xlarge)")


def memory_of(instance_type: str | None) -> int:
    """Return the bytes of memory of an instance, as EC2's families have it by their sizes.

    It is exact for the general families, and near for those with accelerators, of which only one
    container of NVIDIA's has several models.

    >>> memory_of("ml.t2.medium") // GIB, memory_of("ml.m5.xlarge") // GIB
    (4, 16)
    >>> memory_of("ml.r5.2xlarge") // GIB, memory_of("ml.c5.large") // GIB
    (64, 4)
    """
    known = _TYPE.fullmatch(instance_type or "")
    if known is None:
        return DEFAULT_MEMORY
    family, size, times = known.groups()
    processors = {"medium": 1, "large": 2}.get(size) or 4 * int(times or 1)
    return processors * _PER_PROCESSOR.get(family[0], 4) * GIB
