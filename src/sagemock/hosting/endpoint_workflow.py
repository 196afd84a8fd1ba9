"""How an endpoint's document follows its deployments, from `Creating` until it is gone."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

from sagemock.accounts.world import Request, World
from sagemock.documents import Document
from sagemock.hosting import endpoint_log
from sagemock.hosting.container_log import ContainerLog
from sagemock.hosting.deployment import Deployment, DeploymentFailure, close
from sagemock.hosting.loading import Loading
from sagemock.jobs.engine import Progression
from sagemock.jobs.workflow import R, Steps, Workflow, at_once
from sagemock.resources import clock, endpoint, lifecycle, types

KIND = types.ENDPOINT.arn_kind

INTERNAL_ERROR = (
    "Request to service failed. If failure persists after retry, contact customer support."
)
"""AWS's text about its own defects."""


def create(world: World, document: Document, config: Document, models: endpoint.Models) -> None:
    """Deploy for the first time. If that is not possible, the endpoint ends as `Failed`."""
    name = document["EndpointName"]
    printed = ContainerLog(world)
    loading = Loading(world, name, config, models, printed)

    def steps() -> Generator[str, None, Deployment | DeploymentFailure]:
        yield lifecycle.CREATING
        return loading.run()

    def end(outcome: Deployment | DeploymentFailure) -> None:
        if world.closed.is_set():
            loading.close()
            return
        now = clock.now()
        part = endpoint.deployed(config, models, now)
        printed.begin({**document, **part})
        if isinstance(outcome, DeploymentFailure):
            endpoint_log.failed(world, {**document, **part}, outcome)
            _move(world, name, lifecycle.FAILED, **part, FailureReason=str(outcome))
            return
        endpoint_log.deployed(world, {**document, **part})
        with world.endpoints.lock:
            world.deployments[name] = outcome
            _move(world, name, lifecycle.IN_SERVICE, **part)
        if world.closed.is_set():
            # It may have looked for containers before these were there.
            loading.close()

    _start(world, name, steps(), end, loading)


def update(
    world: World,
    document: Document,
    request: Request,
    config: Document,
    models: endpoint.Models,
) -> None:
    """Deploy another configuration, or roll back to the current one."""
    name = document["EndpointName"]
    printed = ContainerLog(world)
    loading = Loading(world, name, config, models, printed)

    def steps() -> Generator[str, None, Deployment | DeploymentFailure]:
        yield lifecycle.UPDATING
        outcome = loading.run()
        if isinstance(outcome, DeploymentFailure):
            yield lifecycle.ROLLING_BACK
        return outcome

    def end(outcome: Deployment | DeploymentFailure) -> None:
        if world.closed.is_set():
            loading.close()
            return
        now = clock.now()

        def updated(old: Document) -> Document:
            return endpoint.updated(old, request, config, models, now)

        printed.begin(updated(document))
        if isinstance(outcome, DeploymentFailure):
            endpoint_log.failed(world, updated(document), outcome)
            settled = {"FailureReason": str(outcome)}
            _move(world, name, lifecycle.IN_SERVICE, **settled)
            return
        endpoint_log.deployed(world, updated(document))
        with world.endpoints.lock:
            replaced = world.deployments.get(name, {})
            world.deployments[name] = outcome
            world.endpoints.update(name, updated)
        close(replaced)
        if world.closed.is_set():
            loading.close()

    _start(world, name, steps(), end, loading)


def reweight(world: World, document: Document, changes: Sequence[Mapping[str, Any]]) -> None:
    """Change the weights and capacities of some variants."""
    name = document["EndpointName"]

    def end(_: None) -> None:
        reweighted = endpoint.reweighted(document, changes, clock.now())
        endpoint_log.deployed(world, reweighted, before=document)
        with world.endpoints.lock:
            _move(world, name, lifecycle.IN_SERVICE)
            world.endpoints.update(name, lambda old: endpoint.reweighted(old, changes, clock.now()))

    _start(world, name, _only(lifecycle.UPDATING), end)


def delete(world: World, document: Document) -> None:
    """Take an endpoint out of service, and delete it."""
    name = document["EndpointName"]

    def end(_: None) -> None:
        with world.endpoints.lock:
            deployment = world.deployments.get(name, {})
            world.endpoints.delete(name)
        close(deployment)

    _start(world, name, _only(lifecycle.DELETING), end)


def _only(status: str) -> Steps[None]:
    """The steps of a resource that has one more status, without work in it."""
    yield status


def _start(
    world: World,
    name: str,
    steps: Steps[R],
    end: Callable[[R], None],
    loading: Loading | None = None,
) -> None:
    """Run the steps: in this thread, or beside a request that models of users would hold up."""
    runtime = world.runtime
    is_slow = loading is not None and loading.is_slow
    workflow = Workflow(
        KIND,
        name,
        enter=lambda status: _move(world, name, status),
        on_enter=lambda _: None,
        end=end,
        fail=lambda _: _fail(world, name),
        pace=lambda: runtime.pace(KIND),
        submit=runtime.load if is_slow else at_once,
        changed=runtime.changed,
    )
    progression = Progression(workflow, steps)
    if loading is not None:
        progression.done.add_done_callback(loading.ended)
    world.progressions.start(progression)
    if is_slow:
        runtime.loading(progression)


def _fail(world: World, name: str) -> None:
    if not world.closed.is_set():
        _move(world, name, lifecycle.FAILED, FailureReason=INTERNAL_ERROR)


def _move(world: World, name: str, status: str, **changes: Any) -> None:
    def moved(old: Document) -> Document:
        kept = {each: old[each] for each in old if each != "PendingDeploymentSummary"}
        kept = dict(old) if status == lifecycle.ROLLING_BACK else kept
        return lifecycle.moved_endpoint(kept, status, clock.now(), **changes)

    world.endpoints.update(name, moved)
