"""Lets programs do without system calls that the `proot` of Debian does not translate.

With them `ls`, `stat` and `test -r` find nothing at `/opt/ml`. Where Linux says that there is no
such call, the C library uses older ones, which `proot` knows.
"""

from __future__ import annotations

import ctypes
import os
import struct

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 22, 38
MODE_FILTER = 2
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
"""Instructions of the filter."""

NUMBER, ARCHITECTURE = 0, 4
"""Where the filter sees what a call is."""

ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | 38
"""What it answers; 38 is ENOSYS."""

OPENAT2, FACCESSAT2 = 437, 439
CALLS = {
    "x86_64": (0xC000003E, (332, OPENAT2, FACCESSAT2)),
    "aarch64": (0xC00000B7, (291, OPENAT2, FACCESSAT2)),
}
"""The architecture and the numbers of the calls, `statx` the first of them, by machine."""


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def without_new_calls() -> None:
    """Refuse the calls to this process and all that it starts, where Linux can do so."""
    if os.uname().machine not in CALLS:
        return
    architecture, numbers = CALLS[os.uname().machine]
    count = len(numbers)
    instructions = [
        (LOAD, 0, 0, ARCHITECTURE),
        (JUMP_IF_EQUAL, 0, 1 + count, architecture),
        (LOAD, 0, 0, NUMBER),
        *((JUMP_IF_EQUAL, count - each, 0, number) for each, number in enumerate(numbers)),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ]
    code = b"".join(struct.pack("=HBBI", *each) for each in instructions)
    program = _Program(len(instructions), code)
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(program), 0, 0)
