"""The execution role of commands of `sagemock run`, like that of a notebook on SageMaker.

`get_execution_role()` of the SageMaker SDK asks STS for the caller's identity, and IAM for the
path of its role. moto forgets both at a reset, which the session of a notebook outlives. So role
and session are restored after each reset, until the server stops.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

from sagemock import forks

NAME = "SageMaker"
PATH = "/service-role/"
"""The path of the roles that the SageMaker console creates."""

SESSION = "SageMaker"
"""The session name that SageMaker itself uses."""

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
_EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


class ExecutionRoles:
    """The sessions of the role, which is in moto's default account."""

    def __init__(self) -> None:
        self._lock = forks.lock()
        self._sessions: list[Any] = []

    def assume(self, region: str) -> dict[str, str]:
        """Create the execution role if it does not exist, and start a session of it.

        Parameters
        ----------
        region
            The region of the STS that starts the session; the partition follows from it.

        Returns
        -------
        dict
            `access_key_id`, `secret_access_key` and `session_token` of the session.
        """
        from moto.core.models import DEFAULT_ACCOUNT_ID
        from moto.sts.models import sts_backends
        from moto.utilities.utils import get_partition

        partition = get_partition(region)
        arn = _ensure_role(DEFAULT_ACCOUNT_ID, partition)
        session = sts_backends[DEFAULT_ACCOUNT_ID][partition].assume_role(
            region_name=region,
            role_session_name=SESSION,
            role_arn=arn,
            policy="",
            duration=43200,
            external_id="",
        )
        with self._lock:
            self._sessions.append(session)
        return {
            "access_key_id": session.access_key_id,
            "secret_access_key": session.secret_access_key,
            "session_token": session.session_token,
        }

    def restore(self) -> None:
        """Recreate the role and the sessions that a reset of moto has removed."""
        from moto.sts.models import sts_backends

        with self._lock:
            for session in self._sessions:
                _ensure_role(session.account_id, session.partition)
                sessions = sts_backends[session.account_id][session.partition].assumed_roles
                if session not in sessions:
                    sessions.append(session)

    def forget(self) -> None:
        """Restore none of the sessions any more."""
        with self._lock:
            self._sessions.clear()


def _ensure_role(account_id: str, partition: str) -> str:
    """The ARN of the role, which is created if it is missing."""
    from moto.iam.models import iam_backends

    backend = iam_backends[account_id][partition]
    role = next((role for role in backend.get_roles() if role.name == NAME), None)
    if role is None:
        role = backend.create_role(
            role_name=NAME,
            assume_role_policy_document=json.dumps(_TRUST),
            path=PATH,
            permissions_boundary=None,
            description="The execution role of commands that sagemock runs.",
            tags=[],
            max_session_duration="43200",
        )
        backend.put_role_policy(NAME, "Everything", json.dumps(_EVERYTHING))
    arn: str = role.arn
    return arn


execution_roles = ExecutionRoles()


def enter(stack: ExitStack) -> None:
    """Restore role and sessions after every reset until `stack` is closed."""
    from moto.moto_api._internal.models import MotoAPIBackend

    reset = MotoAPIBackend.reset

    def reset_and_restore(backend: Any) -> None:
        reset(backend)
        execution_roles.restore()

    stack.enter_context(patch.object(MotoAPIBackend, "reset", reset_and_restore))
    stack.callback(execution_roles.forget)
