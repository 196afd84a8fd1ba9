"""Runs a command against a server: checks the server, assumes a role, and runs the command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack

from sagemock.run import command, environment, service
from sagemock.server import SageMockServer


def launch(
    arguments: Sequence[str],
    environ: Mapping[str, str],
    *,
    url: str | None = None,
    region: str | None = None,
    server: Callable[[], SageMockServer] = SageMockServer,
) -> int:
    """Run a command against a server.

    Parameters
    ----------
    arguments
        The command and its arguments.
    environ
        The user's environment variables. The command gets them with those that it needs to reach
        the server.
    url
        The URL of a running server; by default one is started for the command.
    region
        The region of the clients; by default that of the environment.
    server
        Creates the server for the command.

    Returns
    -------
    The exit status of the command, or minus the number of the signal that ended it.

    Raises
    ------
    NotSagemock
        If no sagemock server answers at `url`. Nothing has been created then.
    """
    with ExitStack() as stack:
        if url is None:
            url = stack.enter_context(server()).url
        url = service.address(url)
        service.check(url)
        region = region or environment.region_of(environ)
        credentials = service.assume_role(url, region)
        variables = environment.for_command(environ, url, region, credentials)
        return command.run(arguments, variables)
