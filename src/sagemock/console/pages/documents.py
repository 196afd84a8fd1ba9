"""The page of a resource without a page of its own: its document as a definition list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from werkzeug.exceptions import NotFound

from sagemock.console import lineage_starts, transformed_objects
from sagemock.console.budget import cut
from sagemock.console.faults.waiting import waiting_job
from sagemock.console.links import FOLDERS, KINDS, heading, list_of, page_of, resource_of
from sagemock.console.missing import MissingResource
from sagemock.console.naming import plural, spaced
from sagemock.console.outline import outline
from sagemock.console.page import Page, Redirect
from sagemock.console.page_request import PageRequest
from sagemock.console.pages.find import status_of
from sagemock.console.references import References
from sagemock.console.search import resource_lookup
from sagemock.console.search.columns import is_changing
from sagemock.documents import Document
from sagemock.query import QueryError
from sagemock.resources import component_of_job, tuning_job, types
from sagemock.resources.resource_type import ResourceType

LOG_LINES, MAX_LINE = 120, 200
"""The last lines of a job's log, and the characters of each."""

_IN_HEAD = frozenset({"CreationTime", "Tags"})

Link = tuple[str, str]
"""A text, and the URL of a page."""


def listed(page_request: PageRequest, folder: str, name: str) -> Page:
    """Show a resource of a kind that has a list, but no page of its own."""
    return show(page_request, resource_of(FOLDERS[folder]), name)


def show(page_request: PageRequest, resource: str, key: str) -> Page:
    """Show the document with that key. Raises `NotFound`."""
    try:
        target = resource_lookup.find(page_request.world, resource)
    except QueryError:
        words = spaced(resource).lower()
        raise NotFound(f"There is no {words} {key!r} in {page_request.region}.") from None
    document = target.get(key)
    if document is None:
        raise MissingResource(page_request, KINDS[resource], key)
    kind = KINDS[resource]
    own = page_of(kind, key)
    status = status_of(kind, document)
    left_out = {*_IN_HEAD, kind.key, kind.status_member, "FailureReason"}
    shown = {name: value for name, value in document.items() if name not in left_out}
    has_page = kind in FOLDERS.values()
    context = {
        "title": str(document.get(kind.key, key)),
        "home": own,
        "heading": heading(kind) if has_page else plural(resource),
        "list_url": page_request.url(list_of(kind))
        if has_page
        else page_request.url("/search", [("resource", resource)]),
        "section": list_of(kind) if has_page else "/search",
        "document": document,
        "status": status,
        "changing": is_changing(status),
        "waiting": waiting_job(page_request.world, kind, key) if kind.statuses else None,
        "outline": outline(shown, target.schema.root),
        "link": References(page_request, own).of_item,
        "related": list(_related(page_request, kind, document)),
        "arn": document.get(kind.arn_member) if kind.ours else None,
        "log": _log(page_request, kind, document),
        "objects": transformed_objects.of_job(page_request.world, document)
        if kind is types.TRANSFORM_JOB
        else None,
        "may_delete": has_page and "Delete" in kind.verbs,
        "may_stop": kind.is_job and has_page and status == "InProgress",
    }
    return Page("document.html", context, {resource: dict(document)})


def _related(
    page_request: PageRequest, kind: ResourceType, document: Document
) -> Iterator[tuple[str, Sequence[Link]]]:
    """What refers to the resource, by headings."""
    world, name = page_request.world, str(document.get(kind.key))
    if kind in (types.PROCESSING_JOB, types.TRANSFORM_JOB):
        component = component_of_job.name_for(kind, name)
        if component in world.trial_components:
            path = page_of(types.TRIAL_COMPONENT, component)
            yield "Trial component", [(component, page_request.url(path))]
    if kind.words in lineage_starts.KINDS:
        arguments = [("kind", kind.words), ("name", str(document.get(world.table(kind).key)))]
        yield "Lineage", [("as a graph", page_request.url("/lineage", arguments))]
    if kind is types.HYPER_PARAMETER_TUNING_JOB:
        yield "Training jobs", list(_tuned(page_request, document))
    if kind is types.FEATURE_GROUP:
        arguments = [
            ("resource", resource_of(types.FEATURE_METADATA)),
            ("property", kind.key),
            ("operator", "Equals"),
            ("value", name),
        ]
        count = len(document.get("FeatureDefinitions", ()))
        yield "Features", [(f"all {count:,}", page_request.url("/search", arguments))]


def _tuned(page_request: PageRequest, document: Document) -> Iterator[Link]:
    """The training jobs of a tuning job, the best first, and the best."""
    (definition, *_) = tuning_job.definitions(document)
    objective = tuning_job.objective(document, definition)
    arguments = [
        ("property", "TuningJobArn"),
        ("operator", "Equals"),
        ("value", document[types.HYPER_PARAMETER_TUNING_JOB.arn_member]),
        ("sort", f"Metrics.{objective['MetricName']}"),
        ("order", "Descending" if objective["Type"] == "Maximize" else "Ascending"),
    ]
    count = sum(document["TrainingJobStatusCounters"].values())
    yield f"all {count:,}, best first", page_request.url("/search", arguments)
    best = document.get("BestTrainingJob")
    if best is not None:
        name = best["TrainingJobName"]
        yield f"best: {name}", page_request.url(page_of(types.TRAINING_JOB, name))


def _log(page_request: PageRequest, kind: ResourceType, document: Document) -> list[str]:
    """The last lines of the log of a job; none for what is no job of ours."""
    if kind not in (types.PROCESSING_JOB, types.TRANSFORM_JOB):
        return []
    lines = page_request.world.services.logs.read(kind.log_group, f"{document[kind.key]}/")
    return [cut(text.rstrip(), MAX_LINE) for _, text in lines[-LOG_LINES:]]


def stop(page_request: PageRequest, folder: str, name: str) -> Redirect:
    """Stop a job. Raises `ServiceError`."""
    kind = FOLDERS[folder]
    page_request.call(kind.operation("Stop"), {kind.name_member: name})
    message = f"Asked the {kind.words} {name} to stop."
    return Redirect(page_request.url(page_of(kind, name)), message)
