"""Changes of statuses in this process, for what waits for one."""

from __future__ import annotations

import threading

from sagemock import forks


class Activity:
    """Counts the changes of statuses in all worlds. Thread-safe."""

    def __init__(self) -> None:
        self._condition = threading.Condition(forks.rlock())
        self.count = 0

    def changed(self) -> None:
        """Count a change, and wake up all that wait."""
        with self._condition:
            self.count += 1
            self._condition.notify_all()

    def wait(self, since: int, seconds: float) -> bool:
        """Wait for a change.

        Parameters
        ----------
        since
            The count that has been seen.
        seconds
            How long to wait at most.

        Returns
        -------
        Whether there have been more changes than `since`.
        """
        with self._condition:
            return self._condition.wait_for(lambda: self.count > since, seconds)


activity = Activity()
