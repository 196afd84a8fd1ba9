"""Stands before pip in the processes of a job, so that no job changes the interpreter's packages.

`install` does nothing, or installs into a folder of the job; `uninstall` does nothing. All else is
left to pip itself. Works with any Python from 3.8 on.
"""

from __future__ import annotations

import os
import sys

TARGET_VARIABLE = "SAGEMOCK_PACKAGES"
"""The environment variable with the folder for packages; without it nothing is installed."""

PLACES = ("-t", "--target", "--prefix", "--root")
"""Options that say where packages go."""

INTO_THE_USER = ("--user",)


def main(arguments: list[str] | None = None) -> int:
    """Run pip with arguments, by default those of the process. Returns the exit status."""
    passed = list(sys.argv[1:] if arguments is None else arguments)
    command = next((each for each in passed if not each.startswith("-")), "")
    folder = os.environ.get(TARGET_VARIABLE)
    if command == "uninstall" or (command == "install" and not folder):
        _say(passed)
        return 0
    if command == "install" and not any(each.split("=")[0] in PLACES for each in passed):
        passed = [each for each in passed if each not in INTO_THE_USER]
        passed += ["--target", str(folder), "--upgrade"]
    return _real(passed)


def _say(arguments: list[str]) -> None:
    text = "nothing is uninstalled"
    if "uninstall" not in arguments:
        text = 'nothing is installed without the option requirements="install"'
    sys.stdout.write(f"sagemock: {text}: pip {' '.join(arguments)}\n")
    sys.stdout.flush()


def _real(arguments: list[str]) -> int:
    """Run the pip that Python finds without this one."""
    import runpy

    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or os.curdir) != here]
    for name in [each for each in sys.modules if each.split(".")[0] == "pip"]:
        del sys.modules[name]
    sys.argv = ["pip", *arguments]
    try:
        runpy.run_module("pip", run_name="__main__", alter_sys=True)
    except SystemExit as exit:
        code = exit.code
        return code if isinstance(code, int) else int(code is not None)
    return 0
