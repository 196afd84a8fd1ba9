"""Registrations of commands over HTTP, while jobs and endpoints run code of users."""

from __future__ import annotations

from sagemock.containers.registration import register
from sagemock.containers.registrations import registrations
from sagemock.web.hosts import runs_code


def register_container(
    pattern: str,
    train: list[str] | None = None,
    process: list[str] | None = None,
    serve: list[str] | None = None,
    python: str | None = None,
) -> int:
    """Run a command for jobs and endpoints whose image matches a pattern, until the server ends.

    The commands are lists of arguments, and `python` is the interpreter of these and of scripts.
    The one of `serve` is a server of HTTP, which listens on `{port}`.
    Only while the option containers is local; functions cannot be sent over HTTP.
    """
    if not runs_code():
        raise ValueError(
            "commands can be registered over HTTP only while the option containers is 'local'"
        )
    try:
        return register(pattern, train=train, process=process, serve=serve, python=python).number
    except TypeError as error:
        raise ValueError(str(error)) from None


def unregister_container(number: int) -> bool:
    """Remove a registration by its number. Returns whether it existed."""
    return registrations.remove(number)
