"""The AWS configuration of whoever runs a command, of which the commands have no need."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ignored() -> Iterator[None]:
    """Have the sessions that moto and we make in this process read none of it.

    A profile that does not exist, or a file that cannot be parsed, would fail every call.
    """
    # `sagemock --help` has no need of it.
    from unittest.mock import patch

    with patch.dict(os.environ):
        for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
            os.environ.pop(name, None)
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            os.environ[name] = os.devnull
        yield
