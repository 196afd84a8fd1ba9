"""Warns, once for an image, that sagemock does not run it, and says why."""

from __future__ import annotations

import logging

log = logging.getLogger("sagemock")

_warned: set[tuple[str, str]] = set()


def warn(image: str, instead: str, reason: str) -> None:
    """Log a warning, unless it has been logged for the image.

    Parameters
    ----------
    image
        The image.
    instead
        What happens in place of running it, as the end of a sentence.
    reason
        Why it does not run, likewise.
    """
    if (image, instead) not in _warned:
        _warned.add((image, instead))
        log.warning("sagemock does not run the image %r: %s; %s", image, instead, reason)
