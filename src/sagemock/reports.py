"""What a failing test is told: names that exist, why jobs do not go on, rules without an effect."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sagemock.jobs.engine import Progression
from sagemock.jobs.state import Phase
from sagemock.outcomes import EndpointRule, InvocationRule, JobRule, RefusalRule, Rule
from sagemock.resources import lifecycle
from sagemock.store import Document
from sagemock.suggestions import closest_first, listed
from sagemock.world import World

MAX_DOCUMENTS = 50
"""Training jobs, and endpoints, that a report has a line for."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource that assertions are about.

    noun: as AWS's members spell it. table: the attribute of `World`. passing: the statuses
    that give way to others by themselves.
    """

    title: str
    noun: str
    table: str
    passing: Collection[str]

    def documents(self, world: World) -> list[Document]:
        documents: list[Document] = getattr(world, self.table).documents()
        return documents

    def names(self, world: World) -> list[str]:
        return [document[f"{self.noun}Name"] for document in self.documents(world)]


TRAINING_JOB = Kind("training job", "TrainingJob", "training_jobs", ("InProgress", "Stopping"))
ENDPOINT = Kind(
    "endpoint", "Endpoint", "endpoints", ("Creating", "Updating", "RollingBack", "SystemUpdating")
)


def missing(worlds: Iterable[World], kind: Kind, name: str, region: str) -> str:
    """There is no such resource in a region; which there are, close matches first."""
    names, elsewhere = [], []
    for world in worlds:
        if world.region == region:
            names += kind.names(world)
        elif name in getattr(world, kind.table):
            elsewhere.append(world.region)
    text = f"no {kind.title} {name!r} in {region}; there are: {closest_first(name, names)}"
    if elsewhere:
        text += f"; there is one of that name in {listed(elsewhere)}"
    return text


def why_not_on(progression: Progression[Any] | None) -> str:
    """Why a job does not go on: what holds it, or what it waits for; empty when it does."""
    if progression is None:
        return ""
    state = progression.state
    if state.phase is Phase.HELD:
        name = progression.workflow.name
        return f"held by {state.held_by}; sagemock.control.release({name!r}) lets it go on"
    waits_for = progression.waits_for()
    return f"waits for {waits_for}" if waits_for else ""


def passed_through(job: Mapping[str, Any]) -> str:
    """The secondary statuses of a job."""
    return ", ".join(each["Status"] for each in job["SecondaryStatusTransitions"])


def resources(worlds: Iterable[World]) -> str:
    """Which jobs, endpoints, configurations and models there are, and what became of them."""
    return "\n".join(line for world in worlds for line in _resources(world))


def _resources(world: World) -> Iterator[str]:
    yield from _lines(world, TRAINING_JOB, lifecycle.COMPLETED, _job)
    yield from _lines(world, ENDPOINT, lifecycle.IN_SERVICE, _endpoint)
    for title, table in (
        ("endpoint configurations", world.endpoint_configs),
        ("models", world.models),
    ):
        if len(table):
            names = [document[table.key] for document in table.documents()]
            yield f"{title} ({world.region}): {listed(names)}"


def _lines(
    world: World, kind: Kind, success: str, line: Callable[[World, Document], str]
) -> Iterator[str]:
    """A line for each resource; where there are too many, for those without success first."""
    documents = kind.documents(world)
    more = len(documents) - MAX_DOCUMENTS
    if more > 0:
        documents.sort(key=lambda document: document[f"{kind.noun}Status"] == success)
    for document in documents[:MAX_DOCUMENTS]:
        name, reason = document[f"{kind.noun}Name"], document.get("FailureReason")
        text = f"{kind.title} {name} ({world.region}): {line(world, document)}"
        yield f"{text}; {reason}" if reason else text
    if more > 0:
        yield f"... and {more} more {kind.title}s ({world.region})"


def _job(world: World, job: Document) -> str:
    text = f"{job['TrainingJobStatus']}, passed through {passed_through(job)}"
    reason = why_not_on(world.progressions.get("training-job", job["TrainingJobName"]))
    return f"{text}; {reason}" if reason else text


def _endpoint(world: World, endpoint: Document) -> str:
    config = world.endpoint_configs.get(endpoint["EndpointConfigName"]) or {}
    variants = [
        f"{each['VariantName']} (model {each['ModelName']})"
        for each in config.get("ProductionVariants", ())
        if "ModelName" in each
    ]
    text: str = endpoint["EndpointStatus"]
    return f"{text}, variants {listed(variants)}" if variants else text


def ineffective_rules(worlds: Iterable[World]) -> str:
    """The rules that have had no effect so far, and what may be the reason."""
    worlds = list(worlds)
    if not worlds:
        return ""
    # All worlds have the same rules.
    outcomes = worlds[0].conduct.outcomes
    lines = [
        f"rule {number}, {rule}: {_why_unused(worlds, rule)}"
        for number, rule in outcomes.unused().items()
    ]
    lines += [
        f"rule {number}, {rule}: training job {job} ended before it could apply"
        for number, (rule, job) in outcomes.missed().items()
    ]
    return "\n".join(lines)


def _why_unused(worlds: list[World], rule: Rule) -> str:
    if isinstance(rule, RefusalRule):
        return "no such call was made"
    if isinstance(rule, JobRule):
        return _why_no_job(worlds, rule)
    names = [name for world in worlds for name in ENDPOINT.names(world)]
    pattern = rule.endpoint if isinstance(rule, InvocationRule) else rule.name
    matching = [name for name in names if rule.matches(name)]
    if not matching:
        return f"no endpoint matched; there are: {closest_first(pattern, names)}"
    if isinstance(rule, EndpointRule):
        return f"no endpoint was created or updated after it, {listed(matching)} before"
    return f"no call of InvokeEndpoint reached {listed(matching)}"


def _why_no_job(worlds: list[World], rule: JobRule) -> str:
    jobs = [job for world in worlds for job in TRAINING_JOB.documents(world)]
    matching = [job["TrainingJobName"] for job in jobs if rule.matches(job)]
    if matching:
        return (
            f"no training job that matched was created after it; {listed(matching)}: "
            "created before, ready-made, or taken by an earlier rule"
        )
    names = [job["TrainingJobName"] for job in jobs]
    text = f"no training job matched; there are: {closest_first(rule.name, names)}"
    if rule.action == "lose_spot_instance":
        text += " (only jobs with EnableManagedSpotTraining can match)"
    return text


MAX_LINE = 200
"""Characters of a line of a log that an assertion shows."""


def cut(line: str) -> str:
    """A line of a log, cut where it is too long to be read in a report."""
    line = re.sub(r"\s+", " ", line).strip()
    return line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]}... ({len(line):,} characters)"
