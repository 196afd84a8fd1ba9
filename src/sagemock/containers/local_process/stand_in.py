"""Stands before `uv` and `conda` in the processes of a job, as `injected/pip` before pip.

A program for any Python from 3.8 on, which needs neither `site` nor sagemock. Its arguments are the
real program and what it was called with.
"""

from __future__ import annotations

import os
import sys

TARGET_VARIABLE = "SAGEMOCK_PACKAGES"
"""The environment variable with the folder for packages; without it nothing is installed."""

INSTALLING = {
    "uv": ["pip install", "pip sync", "add", "sync"],
    "conda": ["install", "create", "update", "upgrade", "env create", "env update"],
}
UNINSTALLING = {
    "uv": ["pip uninstall", "remove"],
    "conda": ["remove", "uninstall", "env remove"],
}
"""Commands that change packages, by program."""

KINDS = {"mamba": "conda", "micromamba": "conda"}
"""Programs with the commands of another one."""

PLACES = ("-t", "--target", "--prefix")
"""Options of `uv pip` that say where packages go."""


def main(program: str, arguments: list[str]) -> int:
    """Do nothing where packages would change; else become the real program."""
    name = os.path.basename(program)
    kind = KINDS.get(name, name)
    words = " ".join(each for each in arguments if not each.startswith("-")) + " "
    folder = os.environ.get(TARGET_VARIABLE)
    if _is(words, UNINSTALLING[kind]):
        return _say("nothing is uninstalled", name, arguments)
    if _is(words, INSTALLING[kind]):
        if kind == "conda":
            return _say("jobs change no environment of conda", name, arguments)
        if not folder:
            text = 'nothing is installed without the option requirements="install"'
            return _say(text, name, arguments)
        if words.startswith("pip ") and not any(e.split("=")[0] in PLACES for e in arguments):
            arguments = [*arguments, "--target", folder]
    # Returns only by an exception.
    os.execv(program, [program, *arguments])  # noqa: S606 - what the job calls
    return 1


def _is(words: str, commands: list[str]) -> bool:
    return any(words.startswith(f"{each} ") for each in commands)


def _say(text: str, name: str, arguments: list[str]) -> int:
    sys.stdout.write(f"sagemock: {text}: {' '.join([name, *arguments])}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
