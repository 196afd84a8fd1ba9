"""Waiting without sleeping: boto3's waiters and the polling loops of the SageMaker SDK.

While the patch is on, the `time` that these modules see has another `sleep`: it returns as soon
as the status of any resource has changed. Where nothing can change any more, it raises an error
instead of letting the loop run forever. `time.sleep` itself is not patched.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any
from unittest.mock import patch

from sagemock import forks
from sagemock.accounts.reports import cut, why_not_on
from sagemock.jobs import nesting
from sagemock.jobs.activity import activity
from sagemock.jobs.engine import Progression
from sagemock.jobs.state import Phase
from sagemock.jobs.workers import THREAD_NAME
from sagemock.moto_adapter.backend import workers, worlds
from sagemock.resources import types
from sagemock.resources.arn import Arn
from sagemock.resources.resource_type import ResourceType
from sagemock.run.injected.sitecustomize import RETRY_PAUSE, SDK, NeverComes, PatientTime, polls

FREE_LOOKS = 25
"""How often in a row a loop may find nothing new before it is checked for being stuck."""

LOG_LINES = 5
"""The last lines of a log that the error of a waiter shows."""

MAX_LOOKS = 1000
"""How often in a row a loop may find nothing new before it is taken to be endless."""

PATIENCE = 5.0
"""Seconds that another thread is given to release a job that a test holds."""


class Looks:
    """What a polling loop has seen.

    Attributes
    ----------
    seen
        The count of status changes at its last look.
    vain
        How often in a row it has found nothing new since.
    """

    def __init__(self, seen: int = -1, vain: int = 0) -> None:
        self.seen = seen
        self.vain = vain


class _ThreadLooks(threading.local, Looks):
    """The looks of the loop in each thread."""


_looks = _ThreadLooks()

_threads_at_rest: set[int] = set()
"""The threads that wait in a loop. Changed in one step each, so without a lock."""


def rest(seconds: float, looks: Looks = _looks) -> None:
    """Wait until the status of a resource changes.

    Parameters
    ----------
    seconds
        The maximum time to wait.
    looks
        The state of the loop, which is updated.

    Raises
    ------
    NeverComes
        When nothing will change any more.
    """
    with _resting():
        for progression in _active():
            progression.pass_time(seconds)
        _lend_worker()
        if activity.count > looks.seen or _working():
            # A change since the last look ends the wait at once.
            activity.wait(looks.seen, seconds)
            looks.vain = 0
        else:
            looks.vain += 1
            _check_hope(looks)
        looks.seen = activity.count


@contextmanager
def _resting() -> Iterator[None]:
    """Within this context, the job whose code this thread runs waits, and does not work."""
    thread = threading.get_ident()
    _threads_at_rest.add(thread)
    try:
        yield
    finally:
        _threads_at_rest.discard(thread)


def _lend_worker() -> None:
    """Let a job begin in place of the one whose code waits here, if no other one works."""
    if nesting.is_nested():
        active = _active()
        queued = [each for each in active if each.phase is Phase.QUEUED]
        if queued and not any(each.phase.at_work for each in active if each not in queued):
            queued[0].hurry()


def _check_hope(looks: Looks) -> None:
    """Raises `NeverComes` when a loop has found nothing new for too long."""
    if looks.vain < FREE_LOOKS or (looks.vain < MAX_LOOKS and not _is_stuck()):
        return
    if _is_stuck() and _may_be_released() and activity.wait(activity.count, PATIENCE):
        looks.vain = 0
        return
    in_vain, looks.vain = looks.vain, 0
    raise NeverComes(_complaint(in_vain))


def _complaint(looks: int) -> str:
    descriptions = [_described(each) for each in _active()]
    if not descriptions:
        return f"{looks} polls in a row found no change, and nothing is in progress"
    return f"nothing will change by itself any more: {'; '.join(descriptions)}"


def _described(progression: Progression[Any]) -> str:
    state = progression.state
    text = f"{progression} is {state.status} ({state.phase.label})"
    reason = why_not_on(progression)
    return f"{text}: {reason}" if reason else text


def _active() -> list[Progression[Any]]:
    """All that is under way, less the jobs whose own code waits in a loop."""
    return [
        each
        for world in list(worlds())
        for each in world.progressions.active()
        if not (each.phase is Phase.RUNNING and each.state.thread in _threads_at_rest)
    ]


def _working() -> bool:
    return any(each.phase.at_work for each in _active())


def _is_stuck() -> bool:
    """Whether all that is active is held by a test, left to the parent process, or awaits another.

    Jobs that wait for a held one, or for each other, make no progress either.
    """
    phases = [each.phase for each in _active()]
    return bool(phases) and all(each in (Phase.HELD, Phase.LEFT, Phase.AWAITING) for each in phases)


def _may_be_released() -> bool:
    """Whether a test holds something, and there are other threads that could release it."""
    return any(each.phase is Phase.HELD for each in _active()) and any(
        each is not threading.current_thread() and not each.name.startswith(THREAD_NAME)
        for each in threading.enumerate()
    )


def poll_sleep(seconds: float) -> None:
    """The `sleep` of the SDK's polling loops and botocore's waiters."""
    if workers.config.waiting == "real":
        time.sleep(seconds)
    else:
        rest(seconds)


def retry_sleep(seconds: float) -> None:
    """The `sleep` of botocore before a retry."""
    time.sleep(seconds if workers.config.waiting == "real" else min(seconds, RETRY_PAUSE))


def _waiter(original: Callable[..., None]) -> Callable[..., None]:
    """A `Waiter.wait` for botocore whose errors include the last status."""
    from botocore.exceptions import WaiterError

    def wait(self: Any, **kwargs: Any) -> None:
        last: dict[str, Any] = {}
        operation = self._operation_method

        def look(**request: Any) -> Any:
            last["response"] = operation(**request)
            return last["response"]

        self._operation_method = look
        try:
            original(self, **kwargs)
        except NeverComes as hopeless:
            raise WaiterError(
                name=self.name, reason=str(hopeless), last_response=last.get("response", {})
            ) from None
        except WaiterError as error:
            status = _status(last.get("response", {}))
            if not status or workers.config.waiting == "real":
                raise
            reason = f"{error.kwargs['reason']}; {status}"
            raise WaiterError(
                name=self.name, reason=reason, last_response=error.last_response
            ) from None
        finally:
            self._operation_method = operation

    return wait


def _status(response: dict[str, Any]) -> str:
    """A clause on the status of the resource in a Describe response; empty for others."""
    for kind in types.OURS:
        status = response.get(kind.status_member)
        if kind.statuses is not None and status is not None:
            secondary = response.get("SecondaryStatus", status)
            more = f" ({secondary})" if secondary != status else ""
            reason = f": {response['FailureReason']}" if "FailureReason" in response else ""
            log = _end_of_log(kind, response) if "See job logs" in reason else ""
            return f"{kind.words} {response.get(kind.name_member)} is {status}{more}{reason}{log}"
    return ""


def _end_of_log(kind: ResourceType, response: dict[str, Any]) -> str:
    """The last lines of a job's log, indented; empty if it is not one of this process."""
    arn = Arn.parse(response.get(kind.arn_member, ""))
    for world in worlds():
        if arn is not None and (world.account_id, world.region) == (arn.account_id, arn.region):
            lines = world.services.logs.read(kind.log_group, f"{arn.name}/")[-LOG_LINES:]
            return "".join(f"\n  {cut(text.rstrip())}" for _, text in lines)
    return ""


class _SdkModules:
    """Patches modules of the SDK when they are imported, which may be at any time."""

    def __init__(self) -> None:
        self._stack: ExitStack | None = None
        self._known = 0
        self._time = PatientTime(poll_sleep)
        self._lock = forks.lock()

    def follow(self, stack: ExitStack | None) -> None:
        """Patch modules until `stack` is closed; None stops that."""
        self._stack, self._known = stack, 0
        self._time = PatientTime(poll_sleep)

    def refresh(self) -> None:
        """Patch the modules imported since the last call; cheap when there are none."""
        if self._stack is None or len(sys.modules) == self._known:
            return
        if not any(name in sys.modules for name in SDK):
            return
        with self._lock:
            if self._stack is None:
                return
            self._known = len(sys.modules)
            for module in list(_polling_modules()):
                _replace(self._stack, module, self._time)


sdk_modules = _SdkModules()


def _polling_modules() -> Iterator[ModuleType]:
    for name, module in list(sys.modules.items()):
        if polls(name) and isinstance(module, ModuleType):
            yield module


def _replace(stack: ExitStack, module: ModuleType, patient: PatientTime) -> None:
    names = vars(module)
    if names.get("time") is time:
        stack.enter_context(patch.object(module, "time", patient))
    if names.get("sleep") is time.sleep:
        stack.enter_context(patch.object(module, "sleep", patient.sleep))


def enter(stack: ExitStack) -> None:
    """Let waiters and polling loops wait for status changes until `stack` is closed."""
    import botocore.endpoint
    import botocore.waiter

    _replace(stack, botocore.waiter, PatientTime(poll_sleep))
    _replace(stack, botocore.endpoint, PatientTime(retry_sleep))
    waiter_class = botocore.waiter.Waiter
    stack.enter_context(patch.object(waiter_class, "wait", _waiter(waiter_class.wait)))
    sdk_modules.follow(stack.enter_context(ExitStack()))
    stack.callback(sdk_modules.follow, None)
