"""Credentials of the role of a job, by which its processes call the mock.

A request with such credentials comes from a job. What it starts must not wait for the worker that
the job itself occupies, and its own end cannot come meanwhile, so `calling_job` tells.
"""

from __future__ import annotations

import threading
from typing import Any

from moto.core.models import botocore_stubber

from sagemock.algorithms.base import Stopped
from sagemock.containers.base import AwsAccess
from sagemock.moto_adapter.loopback import loopback

SECONDS = 43_200
"""The longest session of a role."""

_jobs: dict[str, str] = {}
"""The names of the jobs that run, by access key. Changed in one step each, so without a lock."""


def calling_job(access_key: str) -> str | None:
    """Return the name of the job that runs and has an access key; None if no job has it."""
    return _jobs.get(access_key)


class MotoJobAccess:
    """`services.JobAccess` on moto's STS."""

    def __init__(
        self, account_id: str, region: str, partition: str, closed: threading.Event
    ) -> None:
        self._account_id = account_id
        self._region = region
        self._partition = partition
        self._closed = closed

    def grant(self, role: str, session: str, *, in_process: bool) -> AwsAccess:
        """Assume a role, in the account of the job, for its processes or its function.

        Raises `Stopped` when the world has been closed.
        """
        if self._closed.is_set():
            raise Stopped
        name = role.partition(":role/")[2] or role
        assumed = self._sts().assume_role(
            region_name=self._region,
            role_session_name=session,
            role_arn=f"arn:{self._partition}:iam::{self._account_id}:role/{name}",
            policy="",
            duration=SECONDS,
            external_id="",
        )
        _jobs[assumed.access_key_id] = session
        return AwsAccess(
            # moto intercepts the clients of this process, if it is not only a server's.
            endpoint_url=None if in_process and botocore_stubber.enabled else loopback.url(),
            region=self._region,
            access_key_id=assumed.access_key_id,
            secret_access_key=assumed.secret_access_key,
            session_token=assumed.session_token,
        )

    def revoke(self, access: AwsAccess) -> None:
        """End a session; moto no longer knows its credentials."""
        _jobs.pop(access.access_key_id, None)
        backend = self._sts()
        # One assignment: requests of others read the list meanwhile.
        backend.assumed_roles = [
            each for each in backend.assumed_roles if each.access_key_id != access.access_key_id
        ]

    def _sts(self) -> Any:
        from moto.sts.models import sts_backends

        return sts_backends[self._account_id][self._partition]
