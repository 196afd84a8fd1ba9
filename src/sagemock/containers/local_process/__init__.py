"""The user's own code: scripts and commands that run as processes on this machine."""

from __future__ import annotations
