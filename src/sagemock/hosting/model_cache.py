"""The models in the memory of a multi-model container, of which the least recently used go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sagemock import forks
from sagemock.containers.base import Predictor
from sagemock.hosting.model_container import close_predictor

Load = Callable[[Callable[[int], None]], Predictor]
"""Loads a model; calls the function with its bytes before it takes them."""


class ModelTooLarge(Exception):
    """A model takes more memory than the instance has."""


class CachedModel:
    """A model that is loaded, or being loaded: with a lock for that, and who uses it."""

    def __init__(self) -> None:
        self.loading = forks.lock()
        self.predictor: Predictor | None = None
        self.size = 0
        self.users = 0
        self.dropped = False


class ModelCache:
    """Loaded models by their names. Thread-safe; no lock is held while a model answers.

    A model that is in use is not unloaded: where all are, they take more than the memory.

    Parameters
    ----------
    memory
        Bytes that the models may take.
    keeps
        Whether a model stays when it has answered.
    end
        Ends a model by its name, when it has made room for another or is not kept.
    """

    def __init__(self, memory: int, *, keeps: bool, end: Callable[[str, Predictor], None]) -> None:
        self._memory = memory
        self._keeps = keeps
        self._end = end
        self._lock = forks.lock()
        self._entries: dict[str, CachedModel] = {}

    def __len__(self) -> int:
        with self._lock:
            return sum(each.predictor is not None for each in self._entries.values())

    @contextmanager
    def use(self, name: str, load: Load) -> Iterator[tuple[Predictor, bool]]:
        """Give a model, which `load` loads unless it is there, and whether it was.

        Requests for a model that is being loaded wait for it, those for others do not.

        Raises
        ------
        ModelTooLarge
            When there is not enough memory for it, even without all others.
        """
        entry = self._enter(name)
        try:
            with entry.loading:
                was_there = entry.predictor is not None
                if entry.predictor is None:
                    entry.predictor = load(lambda size: self._reserve(entry, size))
            yield entry.predictor, was_there
        finally:
            self._leave(name, entry)

    def close(self) -> None:
        """End all models; those in use end when they have answered."""
        with self._lock:
            entries = list(self._entries.values())
            self._entries.clear()
            for entry in entries:
                entry.dropped = True
            idle = [each.predictor for each in entries if not each.users]
        for predictor in idle:
            if predictor is not None:
                close_predictor(predictor)

    def _enter(self, name: str) -> CachedModel:
        with self._lock:
            # The order of the entries is that of their last use.
            entry = self._entries.pop(name, None) or CachedModel()
            self._entries[name] = entry
            entry.users += 1
            return entry

    def _leave(self, name: str, entry: CachedModel) -> None:
        with self._lock:
            entry.users -= 1
            if entry.users:
                return
            predictor = entry.predictor
            if (predictor is None or not self._keeps) and self._entries.get(name) is entry:
                del self._entries[name]
        if predictor is None:
            return
        if entry.dropped:
            close_predictor(predictor)
        elif not self._keeps:
            self._end(name, predictor)

    def _reserve(self, entry: CachedModel, size: int) -> None:
        """Make room for a model. Raises `ModelTooLarge`."""
        if size > self._memory:
            raise ModelTooLarge
        going: list[tuple[str, Predictor]] = []
        with self._lock:
            entry.size = size
            excess = sum(each.size for each in self._entries.values()) - self._memory
            for name, each in list(self._entries.items()):
                if excess <= 0:
                    break
                if each.predictor is not None and not each.users:
                    del self._entries[name]
                    excess -= each.size
                    going.append((name, each.predictor))
        for name, predictor in going:
            self._end(name, predictor)
