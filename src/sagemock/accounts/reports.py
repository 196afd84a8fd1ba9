"""What a failing test reports: existing names, why jobs wait, rules without an effect."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sagemock.accounts.world import World
from sagemock.documents import Document
from sagemock.faults.rules import EndpointRule, InvocationRule, JobRule, RefusalRule, Rule
from sagemock.jobs.engine import Progression
from sagemock.jobs.state import Phase
from sagemock.resources import types
from sagemock.resources.resource_type import ResourceType
from sagemock.suggestions import closest_first, listed

MAX_DOCUMENTS = 50
"""How many resources of a kind a report has a line for."""


def names(world: World, kind: ResourceType) -> list[str]:
    """Return the names of all resources of a kind."""
    return [document[kind.key] for document in world.table(kind).documents()]


def missing(worlds: Iterable[World], kind: ResourceType, name: str, region: str) -> str:
    """Say that a resource is missing in a region, and which there are, close matches first."""
    here, elsewhere = [], []
    for world in worlds:
        if world.region == region:
            here += names(world, kind)
        elif name in world.table(kind):
            elsewhere.append(world.region)
    text = f"no {kind.words} {name!r} in {region}; there are: {closest_first(name, here)}"
    if elsewhere:
        text += f"; there is one of that name in {listed(elsewhere)}"
    return text


def why_not_on(progression: Progression[Any] | None) -> str:
    """Say why a job does not continue: what holds it, or what it waits for. Empty if it does."""
    if progression is None:
        return ""
    state = progression.state
    if state.phase is Phase.HELD:
        name = progression.workflow.name
        return f"held by {state.held_by}; sagemock.control.release({name!r}) lets it continue"
    waits_for = progression.waits_for()
    return f"waits for {waits_for}" if waits_for else ""


def passed_through(job: Mapping[str, Any]) -> str:
    """List the secondary statuses of a job so far."""
    return ", ".join(each["Status"] for each in job["SecondaryStatusTransitions"])


def resources(worlds: Iterable[World]) -> str:
    """List the jobs, endpoints, configurations and models, with their statuses."""
    return "\n".join(line for world in worlds for line in _resources(world))


def _resources(world: World) -> Iterator[str]:
    for kind in types.LISTED:
        if kind.statuses is not None:
            yield from _lines(world, kind, kind.statuses.success)
    # The others have names only; those nearest to an endpoint come first.
    for kind in reversed(types.LISTED):
        if kind.statuses is None and (existing := names(world, kind)):
            yield f"{kind.words}s ({world.region}): {listed(existing)}"


def _lines(world: World, kind: ResourceType, success: str) -> Iterator[str]:
    """A line for each resource; if there are too many, for those without success first."""
    line = _LINES.get(kind, _status)
    documents = world.table(kind).documents()
    more = len(documents) - MAX_DOCUMENTS
    if more > 0:
        documents.sort(key=lambda document: document[kind.status_member] == success)
    for document in documents[:MAX_DOCUMENTS]:
        text = f"{kind.words} {document[kind.key]} ({world.region}): {line(world, kind, document)}"
        yield f"{text}; {document['FailureReason']}" if "FailureReason" in document else text
    if more > 0:
        yield f"... and {more} more {kind.words}s ({world.region})"


def _status(world: World, kind: ResourceType, document: Document) -> str:
    status: str = document[kind.status_member]
    reason = why_not_on(world.progressions.get(kind.arn_kind, document[kind.key]))
    return f"{status}; {reason}" if reason else status


def _job(world: World, kind: ResourceType, job: Document) -> str:
    text = f"{job[kind.status_member]}, passed through {passed_through(job)}"
    reason = why_not_on(world.progressions.get(kind.arn_kind, job[kind.key]))
    return f"{text}; {reason}" if reason else text


def _endpoint(world: World, kind: ResourceType, endpoint: Document) -> str:
    config = world.endpoint_configs.get(endpoint["EndpointConfigName"])
    variants = [
        f"{each['VariantName']} (model {each['ModelName']})"
        for each in (config["ProductionVariants"] if config is not None else ())
        if "ModelName" in each
    ]
    text: str = endpoint[kind.status_member]
    return f"{text}, variants {listed(variants)}" if variants else text


_LINES: Mapping[ResourceType, Callable[[World, ResourceType, Document], str]] = {
    types.TRAINING_JOB: _job,
    types.ENDPOINT: _endpoint,
}
"""How a line describes a resource; by default with its status alone."""


def ineffective_rules(worlds: Iterable[World]) -> str:
    """List the rules that have had no effect so far, with a likely reason."""
    worlds = list(worlds)
    if not worlds:
        return ""
    # All worlds have the same rules.
    faults = worlds[0].runtime.faults
    lines = [
        f"rule {number}, {rule}: {_why_unused(worlds, rule)}"
        for number, rule in faults.unused().items()
    ]
    lines += [
        f"rule {number}, {rule}: {rule.of.words} {job} ended before it could apply"
        for number, (rule, job) in faults.missed().items()
    ]
    return "\n".join(lines)


def _why_unused(worlds: list[World], rule: Rule) -> str:
    if isinstance(rule, RefusalRule):
        return "no such call was made"
    if isinstance(rule, JobRule):
        return _why_no_job(worlds, rule)
    endpoints = [name for world in worlds for name in names(world, types.ENDPOINT)]
    pattern = rule.endpoint if isinstance(rule, InvocationRule) else rule.name
    matching = [name for name in endpoints if rule.matches(name)]
    if not matching:
        return f"no endpoint matched; there are: {closest_first(pattern, endpoints)}"
    if isinstance(rule, EndpointRule):
        return f"no endpoint was created or updated after it, {listed(matching)} before"
    return f"no call of InvokeEndpoint reached {listed(matching)}"


def _why_no_job(worlds: list[World], rule: JobRule) -> str:
    kind = rule.of
    jobs = [job for world in worlds for job in world.table(kind).documents()]
    matching = [job[kind.key] for job in jobs if rule.matches(rule.job_kind, job)]
    if matching:
        return (
            f"no {kind.words} that matched was created after it; {listed(matching)}: "
            "created before, ready-made, or taken by an earlier rule"
        )
    others = [job[kind.key] for job in jobs]
    text = f"no {kind.words} matched; there are: {closest_first(rule.name, others)}"
    if rule.action == "lose_spot_instance":
        text += " (only jobs with EnableManagedSpotTraining can match)"
    return text


MAX_LINE = 200
"""The length, in characters, at which a failed assertion cuts off lines of a log."""


def cut(line: str) -> str:
    """Shorten a line of a log for a report."""
    line = re.sub(r"\s+", " ", line).strip()
    return line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]}... ({len(line):,} characters)"
