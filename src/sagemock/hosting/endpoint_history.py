"""Where the invocations of an endpoint are kept."""

from __future__ import annotations

from sagemock.accounts.world import World
from sagemock.hosting.invocations import Invocations


def of_endpoint(world: World, name: str) -> Invocations | None:
    """Return the invocations of an endpoint, None if there is no such endpoint."""
    history = world.invocations.get(name)
    if history is not None:
        return history
    # Under the lock, as the entry of an endpoint that is being deleted must not outlive it.
    with world.endpoints.lock:
        if name not in world.endpoints:
            return None
        return world.invocations.setdefault(name, Invocations())
