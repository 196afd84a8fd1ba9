"""How processes of user code are run."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sagemock.config import Isolation, Requirements


@dataclass(frozen=True, slots=True)
class ProcessSettings:
    """How processes of user code are run; the options of `Config` of the same names.

    Attributes
    ----------
    interpreter
        The Python of the processes, as an absolute path.
    requirements
        ``skip``: `pip install` does nothing. ``install``: it installs into a folder of the job.
    stop_grace
        Seconds from SIGTERM to SIGKILL.
    isolation
        How `/opt/ml` comes to be for the processes; ``auto`` for the best way that works here.
    """

    interpreter: str = field(default_factory=lambda: sys.executable)
    requirements: Requirements = "skip"
    stop_grace: float = 120.0
    isolation: Isolation = "auto"
