"""Linux namespaces in which `/opt/ml` is the folder of a job.

Needs neither privileges nor programs, but a kernel that lets users have namespaces.
"""

from __future__ import annotations

import ctypes
import os
import stat
from contextlib import suppress

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWPID = 0x00020000, 0x10000000, 0x20000000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
PR_CAPBSET_DROP = 24

OPT = "/opt"


def enter(ml: str, mounts: str, hosts: str | None) -> None:
    """Enter new namespaces; the next child is the first process of a PID namespace.

    The user keeps its ids, so that files belong to whom they belonged to. What was in `/opt` stays
    there.

    Parameters
    ----------
    ml
        The folder that will be at `/opt/ml`.
    mounts
        An empty folder for the new `/opt`.
    hosts
        The file that will be at `/etc/hosts`, if any.

    Raises
    ------
    OSError
        Where that is not allowed.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.geteuid(), os.getegid()
    _call(libc.unshare, CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID, name="unshare")
    for path, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with open(f"/proc/self/{path}", "w") as file:
            file.write(text)
    _mount(libc, "none", "/", None, MS_REC | MS_PRIVATE)
    _mount(libc, "none", mounts, "tmpfs", MS_NOSUID | MS_NODEV)
    for entry in os.scandir(OPT):
        if entry.name != "ml":
            _again(libc, entry, os.path.join(mounts, entry.name))
    folder = os.path.join(mounts, "ml")
    os.mkdir(folder)
    _mount(libc, ml, folder, None, MS_BIND | MS_REC)
    _mount(libc, mounts, OPT, None, MS_BIND | MS_REC)
    if hosts is not None:
        with suppress(OSError):
            _mount(libc, hosts, "/etc/hosts", None, MS_BIND)


def _again(libc: ctypes.CDLL, entry: os.DirEntry[str], target: str) -> None:
    """Let an entry of the old `/opt` be in the new one."""
    mode = entry.stat(follow_symlinks=False).st_mode
    if stat.S_ISLNK(mode):
        os.symlink(os.readlink(entry.path), target)
        return
    if stat.S_ISDIR(mode):
        os.mkdir(target)
    else:
        with open(target, "x"):
            pass
    _mount(libc, entry.path, target, None, MS_BIND | MS_REC)


def become_first() -> None:
    """Prepare the first process of a PID namespace, which may only end what is in it.

    It has no capabilities to give to its children.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    # Some containers do not allow this; then process ids in /proc are those outside.
    with suppress(OSError):
        _mount(libc, "proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    capability = 0
    while libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0:
        capability += 1


def _mount(libc: ctypes.CDLL, source: str, target: str, kind: str | None, flags: int) -> None:
    _call(
        libc.mount,
        os.fsencode(source),
        os.fsencode(target),
        None if kind is None else kind.encode(),
        ctypes.c_ulong(flags),
        None,
        name=f"mount {target}",
    )


def _call(function: ctypes._NamedFuncPointer, *arguments: object, name: str) -> None:
    if function(*arguments) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")
