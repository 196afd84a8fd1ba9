"""The user's AWS configuration, which the commands do not need."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ignored() -> Iterator[None]:
    """Keep botocore's sessions in this process from reading the configuration.

    A profile that does not exist, or a file that cannot be parsed, would make every call fail.
    """
    # Imported here, because `sagemock --help` does not need it.
    from unittest.mock import patch

    with patch.dict(os.environ):
        for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
            os.environ.pop(name, None)
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            os.environ[name] = os.devnull
        yield
