"""Putting sagemock into moto, and taking it out again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sagemock import forks
from sagemock.config import Config
from sagemock.containers.registrations import registrations
from sagemock.moto_adapter.loopback import Loopback, loopback

MotoApiHandler = Callable[[Any, str, Any], tuple[int, dict[str, str], str]]
"""Takes a request, its URL and its headers; returns status, headers and body."""


class Patch:
    """Replaces moto's SageMaker handlers while at least one mock or server is on.

    Mocks nest and overlap, so each switches the patch on with a token of its own. The options of
    the most recent one are in force.
    """

    def __init__(self) -> None:
        self._lock = forks.rlock()
        self._users: dict[object, Config] = {}
        self._in_process: set[object] = set()
        self._code_allowed: set[object] = set()
        self._patches: ExitStack | None = None

    @property
    def on(self) -> bool:
        """Whether a mock or a server is on."""
        return bool(self._users)

    @property
    def in_process(self) -> bool:
        """Whether a mock is on, and clients without an explicit URL must reach it."""
        return bool(self._in_process)

    @property
    def allows_code(self) -> bool:
        """Whether the most recent mock or server was started with `containers="local"`."""
        with self._lock:
            return bool(self._users) and next(reversed(self._users)) in self._code_allowed

    def switch_on(
        self,
        token: object,
        config: Config,
        *,
        moto_api: Mapping[str, MotoApiHandler],
        start_loopback: Callable[[], Loopback | None],
        in_process: bool = False,
    ) -> None:
        """Put sagemock into moto.

        Parameters
        ----------
        token
            Identifies this user of the patch to `switch_off`.
        config
            The options in force until a later user switches on or this one off.
        moto_api
            Handlers to add to moto's own API, by patterns of moto's URL tables. Those of the
            first user stay until the last one switches off.
        start_loopback
            Starts the server for the processes of jobs; called when the first one needs it. That
            of the first user stays until the last one switches off.
        in_process
            Whether a mock is switched on, and not a server.
        """
        with self._lock:
            if self._patches is None:
                self._patches = _replace_handlers(lambda: self.in_process, moto_api)
                loopback.enter(self._patches, start_loopback)
            self._users[token] = config
            if config.containers == "local":
                self._code_allowed.add(token)
            registrations.open(token)
            if in_process:
                from sagemock.moto_adapter import early_clients

                early_clients.adopt()
                self._in_process.add(token)
            self._apply_options()

    def switch_off(self, token: object) -> None:
        """Undo `switch_on`; after the last user, moto is as it was before."""
        from sagemock.moto_adapter import backend

        with self._lock:
            self._users.pop(token, None)
            self._in_process.discard(token)
            self._code_allowed.discard(token)
            registrations.close(token)
            if self._users:
                self._apply_options()
                return
            registrations.use(Config())
            backend.faults.clear()
        # Jobs that are still running may need the lock.
        backend.workers.drain()
        with self._lock:
            if self._users:  # Another mock or server has been switched on meanwhile.
                return
            patches, self._patches = self._patches, None
            if patches is not None:
                patches.close()

    def change_options(self, **options: Any) -> Config:
        """Change options of the most recent mock or server.

        Parameters
        ----------
        **options
            New values by the names of `Config`'s fields.

        Returns
        -------
        Config
            All options in force after the change.

        Raises
        ------
        ValueError
            For a value that an option does not accept.
        """
        with self._lock:
            token = next(reversed(self._users))
            self._users[token] = replace(self._users[token], **options)
            self._apply_options()
            return self._users[token]

    @property
    def options(self) -> Config:
        """The options in force."""
        return next(reversed(self._users.values()))

    def _apply_options(self) -> None:
        from sagemock.moto_adapter import backend

        backend.use(self.options)
        registrations.use(self.options)


def _replace_handlers(
    in_process: Callable[[], bool], moto_api: Mapping[str, MotoApiHandler]
) -> ExitStack:
    """Put our handlers into moto; closing the returned stack puts moto's back."""
    # Imported here, so that moto's services are not loaded before a mock starts.
    from moto.iam.responses import IamResponse
    from moto.moto_api._internal import urls as moto_api_urls

    from sagemock.moto_adapter import (
        cloudformation,
        cloudwatch_logs,
        execution_role,
        handlers,
        interception,
        log_pages,
        moto_locks,
        tagging,
        url_tables,
        waiting,
    )
    from sagemock.wire import sessions

    moto_locks.protect()

    with ExitStack() as stack:
        enter = stack.enter_context
        url_tables.enter(stack)
        enter(
            patch.object(
                IamResponse,
                "simulate_principal_policy",
                handlers.simulate_principal_policy,
                create=True,
            )
        )
        enter(patch.dict(moto_api_urls.url_paths, moto_api))
        cloudformation.enter(stack)
        cloudwatch_logs.enter(stack)
        tagging.enter(stack)
        execution_role.enter(stack)
        interception.enter(stack)
        log_pages.enter(stack)
        waiting.enter(stack)
        sessions.enter(stack, in_process)
        return stack.pop_all()
    raise AssertionError("unreachable")


moto_patch = Patch()
