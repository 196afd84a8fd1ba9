"""Endpoints and their configurations: what they serve, its lineage, and a box to invoke it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from sagemock.api.runtime import UNKNOWN_IMAGE
from sagemock.console import code, related
from sagemock.console.charts.picture import SIDES, picture
from sagemock.console.endpoint import logs
from sagemock.console.endpoint.answers import HistoryRow, guides, predictions, targets, text_of
from sagemock.console.endpoint.traced import TracedVariant, traced_variants
from sagemock.console.endpoint.trial import ACCEPTS, Trial, content_types
from sagemock.console.missing import MissingResource
from sagemock.console.page import CsvTable, Page
from sagemock.console.page_request import PageRequest
from sagemock.console.samples import sample_row
from sagemock.containers.guide import ModelGuide
from sagemock.errors import ServiceError
from sagemock.formats.media_type import CSV, JSON
from sagemock.hosting.endpoint_history import of_endpoint
from sagemock.hosting.invocations import Invocation, Invocations
from sagemock.resources import lifecycle, types
from sagemock.wire.service_model import RUNTIME

MAX_SAMPLE = 20_000
"""Characters of a row that the request body is filled in with."""

NOT_SERVING = (lifecycle.CREATING, lifecycle.FAILED, lifecycle.DELETING)
"""The statuses in which InvokeEndpoint does not find an endpoint."""

NOT_RUN = (
    "sagemock does not run this model's image. Clients get moto's canned answer from this endpoint."
)


def endpoint(page_request: PageRequest, name: str) -> Page:
    """Show an endpoint.

    `sample` fills the request body with that row of training data, and `again` with the body of
    that invocation.
    """
    document = _find(page_request, name)
    if "again" in page_request.args:
        earlier = _earlier(page_request, name, page_request.args.get("again", type=int))
        return _page(page_request, document, Trial.again(earlier))
    first = _guide(guides(page_request.world, name))
    empty = Trial(content_type=content_types(first)[0])
    if "sample" not in page_request.args:
        return _page(page_request, document, empty)
    row = _sample(page_request, document, page_request.args.get("sample", 0, type=int))
    trial = Trial.of_row(row, empty.content_type)
    reads_sparse = first.columns is not None and JSON in content_types(first)
    if len(trial.body) > MAX_SAMPLE and reads_sparse:
        trial = Trial.of_sparse_row(row)
    if len(trial.body) > MAX_SAMPLE:
        note = f"A row of {len(row):,} features is too long for this page."
        return _page(page_request, document, empty, note=note)
    return _page(page_request, document, trial)


def _find(page_request: PageRequest, name: str) -> Mapping[str, Any]:
    document = page_request.world.endpoints.get(name)
    if document is None:
        raise MissingResource(page_request, types.ENDPOINT, name)
    return document


def _earlier(page_request: PageRequest, name: str, number: int | None) -> Invocation:
    """An invocation that can be repeated. Raises `NotFound`."""
    history = of_endpoint(page_request.world, name) or Invocations()
    earlier = history.get(number)
    if earlier is None or not earlier.whole:
        raise NotFound("That invocation is no longer kept, or its body is too long.")
    return earlier


def _config(page_request: PageRequest, document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return page_request.world.endpoint_configs.get(document["EndpointConfigName"])


def _sample(
    page_request: PageRequest, document: Mapping[str, Any], position: int
) -> Sequence[float]:
    """A row of the data that the endpoint's first model was trained on."""
    for variant in traced_variants(page_request.world, _config(page_request, document)):
        if variant.job is not None:
            row = sample_row(variant.job, page_request.world.services.storage, position)
            if row is not None:
                return row
    return ()


def _page(
    page_request: PageRequest,
    document: Mapping[str, Any],
    trial: Trial,
    *,
    answer: str | None = None,
    error: str | None = None,
    note: str | None = None,
    asked: HistoryRow | None = None,
) -> Page:
    config, name = _config(page_request, document), document["EndpointName"]
    configured = traced_variants(page_request.world, config)
    known = guides(page_request.world, name)
    answered = asked.invocation.variant if asked is not None else None
    guide = _guide(known, answered, trial.target)
    history = of_endpoint(page_request.world, name) or Invocations()
    rows = [HistoryRow(each) for each in history.newest_first()]
    lines, line_count = logs.last_lines(page_request.world, name)
    context = {
        "title": name,
        "endpoint": document,
        "config": config,
        "settings": configured,
        "serving": document["EndpointStatus"] not in NOT_SERVING,
        "trial": trial,
        "content_types": content_types(guide),
        "accepts": ACCEPTS,
        "targets": [each["VariantName"] for each in document.get("ProductionVariants", ())],
        "named": targets(page_request.world, name),
        "guide": guide,
        "answer": answer,
        "predictions": predictions(answer),
        "asked": asked,
        "error": error,
        "misfit": trial.misfit(guide.columns) if error else "",
        "note": note,
        "pictures": [drawn for row in trial.rows() if (drawn := picture(row))],
        # The pad writes CSV.
        "side": _side(guide, configured) if CSV in content_types(guide) else None,
        "has_sample": any(each.job is not None for each in configured),
        "sample": page_request.args.get("sample", 0, type=int),
        "history": rows,
        "log": lines,
        "log_total": line_count,
        "arn": document["EndpointArn"],
    }
    invocations = [each.data for each in rows]
    data = {
        "Endpoint": dict(document),
        "EndpointConfig": None if config is None else dict(config),
        "Answer": answer,
        "Error": error,
        "Invocations": invocations,
    }
    table = CsvTable(list(HISTORY), [[row[name] for name in HISTORY] for row in invocations])
    status = 400 if error else 200
    return Page("endpoint.html", context, data, table, trial.script(name), status)


HISTORY = (
    "Number",
    "Time",
    "ContentType",
    "Accept",
    "TargetVariant",
    "Body",
    "InvokedProductionVariant",
    "Answer",
    "Error",
    "ModelLatency",
    "OverheadLatency",
)
"""The columns of the invocations as CSV."""


def _guide(known: Mapping[str, ModelGuide], *variants: str | None) -> ModelGuide:
    """What is known about the first of these variants of which something is, else about any."""
    for variant in variants:
        if variant is not None and variant in known:
            return known[variant]
    return next(iter(known.values()), ModelGuide())


def _side(guide: ModelGuide, configured: Sequence[TracedVariant]) -> int | None:
    """The width of the pictures on which the first model was trained, None if it was not."""
    if guide.columns in SIDES:
        return SIDES[guide.columns]
    for each in configured:
        columns = ((each.job or {}).get("HyperParameters") or {}).get("feature_dim", "")
        if columns.isdecimal() and int(columns) in SIDES:
            return SIDES[int(columns)]
    return None


def invoke(page_request: PageRequest, name: str) -> Page:
    """Invoke the endpoint with the request of the form, or with an earlier one once more."""
    document, form = _find(page_request, name), page_request.request.form
    if "again" in form:
        trial = Trial.again(_earlier(page_request, name, form.get("again", type=int)))
    else:
        trial = Trial.posted(form)
    history = of_endpoint(page_request.world, name) or Invocations()
    before = max((each.number for each in history.newest_first()), default=0)
    request = trial.request(name)
    try:
        answer = page_request.call("InvokeEndpoint", request, RUNTIME)
    except ServiceError as error:
        asked = _asked(history, before, request)
        return _page(page_request, document, trial, error=error.message, asked=asked)
    asked = _asked(history, before, request)
    if (
        answer["Body"] == UNKNOWN_IMAGE
        and page_request.world.deployments[name].get(answer.get("InvokedProductionVariant", ""))
        is None
    ):
        return _page(page_request, document, trial, error=NOT_RUN)
    text = text_of(bytes(answer["Body"]))
    return _page(page_request, document, trial, answer=text, asked=asked)


def _asked(history: Invocations, before: int, request: Mapping[str, Any]) -> HistoryRow | None:
    """The invocation of a request that has just been made; None if it was not let through.

    Several clients may ask at the same time.
    """
    for each in history.newest_first():
        if each.number > before and all(
            each.request.get(member) == value
            for member, value in request.items()
            if member != "Body" or each.whole
        ):
            return HistoryRow(each)
    return None


def log(page_request: PageRequest, name: str) -> Response:
    """Send the whole log of the endpoint's instances as plain text, in pieces."""
    _find(page_request, name)
    return Response(
        (part.encode("utf-8", "replace") for part in logs.parts(page_request.world, name)),
        mimetype="text/plain",
    )


def endpoint_config(page_request: PageRequest, name: str) -> Page:
    """Show an endpoint configuration. Raises `NotFound`."""
    document = page_request.world.endpoint_configs.get(name)
    if document is None:
        raise MissingResource(page_request, types.ENDPOINT_CONFIG, name)
    request = code.request_of("CreateEndpointConfig", document)
    context = {
        "title": name,
        "config": document,
        "settings": traced_variants(page_request.world, document),
        "endpoints": related.endpoints_of_config(page_request.world, name),
        "arn": document["EndpointConfigArn"],
    }
    script = code.call("create_endpoint_config", request)
    data = {"EndpointConfig": dict(document)}
    return Page("endpoint_config.html", context, data, script=script)
