"""Calls a user's function, and says how its job ends."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

from sagemock.algorithms.base import JobFailure, Stopped
from sagemock.containers.callbacks import AwsAccess
from sagemock.containers.functions.log import FunctionLog, captured
from sagemock.containers.local_process import environment


def call(function: Callable[[Any], object], job: Any, log: FunctionLog) -> Exit | JobFailure | None:
    """Call a function with its job.

    Returns
    -------
    None when it has returned; how it exits otherwise, or the failure that it has raised itself.

    Raises
    ------
    Stopped
        When the world of the job is closed.
    """
    try:
        with captured(log):
            function(job)
    except (JobFailure, Stopped) as failure:
        if isinstance(failure, Stopped):
            raise
        return failure
    except SystemExit as exit:
        return _exited(exit, log)
    except Exception as error:
        # Without the frame of this module.
        frames = error.__traceback__.tb_next if error.__traceback__ is not None else None
        log.write("".join(traceback.format_exception(type(error), error, frames)))
        return Exit(1, "".join(traceback.format_exception_only(error)).strip())
    return None


def clients_variables(access: AwsAccess | None) -> dict[str, str]:
    """Return the variables by which AWS's clients reach a server; none where they need none."""
    if access is None or access.endpoint_url is None:
        return {}
    return environment.aws(access)


class Exit:
    """How a function ends other than by returning: an exit code, and the text of the error."""

    def __init__(self, code: int, text: str = "") -> None:
        self.code = code
        self.text = text


def _exited(exit: SystemExit, log: FunctionLog) -> Exit | None:
    """As Python ends a script: a text is written, and means 1."""
    if exit.code is None or exit.code == 0:
        return None
    if isinstance(exit.code, int):
        return Exit(exit.code)
    log.write(str(exit.code))
    return Exit(1, str(exit.code))
