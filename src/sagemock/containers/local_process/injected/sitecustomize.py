"""Prepares the Python processes of a job; Python imports a module of this name when it starts.

Where nothing can be at `/opt/ml`, Python's own file functions use the job's folder for paths below
it. Works with any Python from 3.8 on, and uses only the standard library.
"""

from __future__ import annotations

import builtins
import io
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

ML = "/opt/ml"

FOLDER_VARIABLE = "SAGEMOCK_ML"
"""The environment variable with the folder that stands for `/opt/ml`."""

UNREACHABLE_VARIABLE = "SAGEMOCK_NO_SERVER"
"""The environment variable that is set where AWS calls reach no mock."""

ONE_PATH = [
    "access",
    "chdir",
    "chflags",
    "chmod",
    "chown",
    "getxattr",
    "lchown",
    "listdir",
    "listxattr",
    "lstat",
    "mkdir",
    "mkfifo",
    "mknod",
    "open",
    "pathconf",
    "readlink",
    "remove",
    "removexattr",
    "rmdir",
    "scandir",
    "setxattr",
    "stat",
    "statvfs",
    "truncate",
    "unlink",
    "utime",
]
TWO_PATHS = ["link", "rename", "replace", "symlink"]
"""Functions of `os`."""

KEYWORDS = ("path", "file", "src", "dst")


def redirected(path: Any, folder: str) -> Any:
    """Return the path of the job's folder for one below `/opt/ml`, and any other as it is."""
    try:
        name = os.fspath(path)
    except TypeError:
        return path
    if isinstance(name, bytes):
        text = os.fsdecode(name)
        return os.fsencode(folder + text[len(ML) :]) if _is_below(text) else path
    return folder + name[len(ML) :] if _is_below(name) else path


def _is_below(path: str) -> bool:
    return path.startswith(ML) and path[len(ML) : len(ML) + 1] in ("", "/")


def _wrap(function: Callable[..., Any], paths: int, folder: str) -> Callable[..., Any]:
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        first = [redirected(each, folder) for each in args[:paths]]
        for name in KEYWORDS:
            if name in kwargs:
                kwargs[name] = redirected(kwargs[name], folder)
        return function(*first, *args[paths:], **kwargs)

    wrapper.__name__ = function.__name__
    wrapper.__doc__ = function.__doc__
    return wrapper


def redirect(folder: str) -> None:
    """Let Python's file functions, and the commands that it starts, use a folder."""
    for paths, names in ((1, ONE_PATH), (2, TWO_PATHS)):
        for name in names:
            function = getattr(os, name, None)
            if function is not None:
                wrapped = _wrap(function, paths, folder)
                setattr(os, name, wrapped)
                for supports in ("dir_fd", "fd", "follow_symlinks", "effective_ids"):
                    known = getattr(os, "supports_" + supports)
                    if function in known:
                        known.add(wrapped)
    builtins.open = io.open = _wrap(io.open, 1, folder)
    _redirect_commands(folder)


def _redirect_commands(folder: str) -> None:
    import _posixsubprocess as native

    start: Callable[..., Any] = native.fork_exec

    def fork_exec(args: Any, executables: Any, close: Any, keep: Any, cwd: Any, *rest: Any) -> Any:
        args = [_in_text(each, folder) for each in args]
        executables = tuple(redirected(each, folder) for each in executables)
        return start(args, executables, close, keep, redirected(cwd, folder), *rest)

    setattr(native, "fork_exec", fork_exec)  # noqa: B010 - it is read-only to type checkers
    for name in ("system", "execv", "execve", "posix_spawn", "posix_spawnp"):
        function = getattr(os, name, None)
        if function is not None:
            setattr(os, name, _in_arguments(function, folder))


def _in_arguments(function: Callable[..., Any], folder: str) -> Callable[..., Any]:
    """Let a function that starts a program use a folder: in a text, or in a list of arguments."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        new = [
            [_in_text(each, folder) for each in argument]
            if isinstance(argument, (list, tuple))
            else _in_text(argument, folder)
            for argument in args
        ]
        return function(*new, **kwargs)

    wrapper.__name__ = function.__name__
    return wrapper


def _in_text(argument: Any, folder: str) -> Any:
    import re

    try:
        text = os.fsdecode(argument)
    except TypeError:
        return argument
    return re.sub(ML + r"(?![\w.-])", lambda _: folder, text)


class _Warner:
    """Says, when a client of AWS is imported, that its calls reach no mock."""

    def find_spec(self, name: str, *_: Any) -> None:
        """Find nothing."""
        if name == "botocore.httpsession":
            sys.meta_path.remove(self)
            sys.stderr.write(
                "sagemock: AWS calls of this process reach no mock, as the extra `server` is not "
                "installed: pip install 'sagemock[server]'\n"
            )


def _run_next() -> None:
    """Run the `sitecustomize` that Python would find without this one."""
    here = os.path.dirname(os.path.abspath(__file__))
    entries = [os.path.abspath(entry) for entry in sys.path]
    after = sys.path[entries.index(here) + 1 :] if here in entries else []
    specs = (
        each.find_spec("sitecustomize", after)
        for each in sys.meta_path
        if hasattr(each, "find_spec")
    )
    spec = next(filter(None, specs), None)
    if spec is None or spec.loader is None:
        return
    module = type(sys)("sitecustomize")
    module.__spec__, module.__file__, module.__loader__ = spec, spec.origin, spec.loader
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


if __name__ == "sitecustomize":
    if os.environ.get(FOLDER_VARIABLE):
        redirect(os.environ[FOLDER_VARIABLE])
    if os.environ.get(UNREACHABLE_VARIABLE):
        sys.meta_path.insert(0, _Warner())
    _run_next()
