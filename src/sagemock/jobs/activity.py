"""Whether anything changes: what a wait in this process waits for."""

from __future__ import annotations

import threading

from sagemock import forks


class Activity:
    """Counts the changes of statuses in all worlds."""

    def __init__(self) -> None:
        self._condition = threading.Condition(forks.rlock())
        self.count = 0

    def changed(self) -> None:
        """The status of something has changed."""
        with self._condition:
            self.count += 1
            self._condition.notify_all()

    def wait(self, since: int, seconds: float) -> bool:
        """Wait until there are more changes than `since`; whether there are."""
        with self._condition:
            return self._condition.wait_for(lambda: self.count > since, seconds)


activity = Activity()
