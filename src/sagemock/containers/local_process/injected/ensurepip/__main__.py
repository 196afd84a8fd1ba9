"""`python -m ensurepip`."""

from __future__ import annotations

from . import bootstrap

if __name__ == "__main__":
    bootstrap()
