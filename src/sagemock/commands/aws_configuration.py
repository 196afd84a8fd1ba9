"""The AWS configuration of whoever starts a server, which is not the server's."""

from __future__ import annotations

import os


def ignore() -> None:
    """Have the sessions that moto makes in this process read no configuration of the user's.

    A server has no use for any, and a profile that does not exist would fail every call.
    """
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        os.environ.pop(name, None)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        os.environ[name] = os.devnull
