"""A command against a server: check it, get a role, run, and tell how it ended."""

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
    """Run a command against the server at `url`, or one of its own; gives the exit status.

    A negative status is a signal. environ: the user's, which the command gets with the changes
    that lead to the server. region: in place of the environment's. Raises `NotSagemock`
    when something else answers at `url`, where nothing has been created then.
    """
    with ExitStack() as stack:
        if url is None:
            url = stack.enter_context(server()).url
        url = service.address(url)
        service.check(url)
        region = region or environment.region_of(environ)
        credentials = service.assume_role(url, region)
        given = environment.for_command(environ, url, region, credentials)
        return command.run(arguments, given)
