"""The names of scripts, the commands that run them, and how their failures read. Pure.

As in AWS's `sagemaker-training` 5.1.4; see `toolkit.py`.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

ENTRY_POINT = re.compile(r"[A-Za-z0-9._][A-Za-z0-9._+-]*(/[A-Za-z0-9._+-]+)*")
"""The names of scripts that the toolkit runs."""


class EntryPointRefused(Exception):
    """A script's name that the toolkit refuses; the text is for the failure file."""


def check_entry_point(name: str) -> None:
    """Refuse a script's name as the toolkit does, in its words. Raises EntryPointRefused."""
    if not name:
        raise EntryPointRefused(
            "The training entry point name is empty. Set the 'sagemaker_program' hyperparameter "
            "(or ContainerEntrypoint) to the name of the script to run, relative to your source "
            "directory -- for example 'train.py' or 'train.sh'."
        )
    if not ENTRY_POINT.fullmatch(name):
        raise EntryPointRefused(
            f"The training entry point {name!r} cannot be used because it contains "
            f"{_unsupported(name)}. Rename the script so its name contains only letters, digits, "
            "'.', '_', '+', '-' and '/', and does not start with '-' or '/', then set the "
            "'sagemaker_program' hyperparameter (or ContainerEntrypoint) to the new name "
            "-- for example 'train.py' or 'bin/train.sh'."
        )
    if {".", ".."}.intersection(name.split("/")):
        raise EntryPointRefused(
            f"The training entry point {name!r} cannot be used because it contains '.' or '..' "
            "path segments. The entry point must be a path inside your source directory. "
            "Set the 'sagemaker_program' hyperparameter (or ContainerEntrypoint) to a "
            "path relative to that directory -- for example 'train.py' or 'bin/train.sh'."
        )


def _unsupported(name: str) -> str:
    characters = sorted(set(re.sub(r"[A-Za-z0-9._+/-]", "", name)))
    if characters:
        return f"the character(s) {', '.join(map(repr, characters))}"
    if name.startswith("-"):
        return "a leading '-', which is read as a command-line option"
    if name.startswith("/"):
        return "a leading '/', which makes it an absolute path"
    return "an unsupported character at the start of the name"


def is_command(name: str, files: Sequence[str]) -> bool:
    """Whether a script is run by a shell; `files` are those beside it."""
    return name.endswith(".sh") or ("setup.py" not in files and not name.endswith(".py"))


def command(name: str, files: Sequence[str], interpreter: str, arguments: list[str]) -> list[str]:
    """Return the command that runs a script; `files` are those beside it."""
    if is_command(name, files):
        return ["/bin/sh", "-c", f"./{shlex.quote(name)} {shlex.join(arguments)}"]
    if "setup.py" in files:
        return [interpreter, "-m", name.removesuffix(".py"), *arguments]
    return [interpreter, name, *arguments]


def failure(error: str, status: int, arguments: Sequence[str]) -> str:
    """Return the text of the failure file after a command that has failed.

    Parameters
    ----------
    error
        The class of the toolkit's error.
    status
        The exit status, or minus the number of a signal.
    arguments
        The command.
    """
    extra = ""
    if status == 137:
        extra = '\nExtraInfo "OutOfMemory: Process killed by SIGKILL (signal 9)"'
    return f'{error}:\nExitCode {status}\nErrorMessage ""{extra}\nCommand "{" ".join(arguments)}"'
