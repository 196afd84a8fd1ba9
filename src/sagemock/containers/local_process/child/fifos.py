"""Feeds channels in Pipe mode: a FIFO for each epoch, and the whole stream in each."""

from __future__ import annotations

import os
import threading
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

AHEAD = 2
"""FIFOs that are there before they are read."""


def feed(pipes: Mapping[str, str]) -> None:
    """Feed channels from threads that end with the process.

    Parameters
    ----------
    pipes
        The files with the streams, by the paths of the FIFOs without `_0` and so on.
    """
    for name, source in pipes.items():
        for epoch in range(AHEAD):
            os.mkfifo(f"{name}_{epoch}")
        threading.Thread(target=_feed, args=(name, source), daemon=True).start()


def _feed(name: str, source: str) -> None:
    epoch = 0
    # Ends when the job's folder has been deleted.
    with suppress(FileNotFoundError):
        while True:
            with suppress(BrokenPipeError), open(f"{name}_{epoch}", "wb") as pipe:
                os.mkfifo(f"{name}_{epoch + AHEAD}")
                with open(source, "rb") as file:
                    while piece := file.read(1 << 16):
                        pipe.write(piece)
            epoch += 1
