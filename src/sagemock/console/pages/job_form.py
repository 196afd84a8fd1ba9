"""The form for a training job, which may be filled in from another one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from sagemock.accounts.world import World
from sagemock.api.ready_made import default_image, default_role
from sagemock.console.form_fields import INSTANCE_TYPES, is_whole
from sagemock.console.form_problems import NO_PROBLEMS, by_field
from sagemock.console.links import page_of
from sagemock.console.page import Page, Redirect
from sagemock.console.page_request import PageRequest
from sagemock.containers import registry
from sagemock.errors import NotOurs, ServiceError
from sagemock.formats.media_type import CSV, RECORDIO
from sagemock.resources import types

CONTENT_TYPES = (RECORDIO, CSV)


def _defaults(world: World) -> dict[str, str]:
    """The fields of the empty form."""
    return {
        "name": "",
        "image": default_image(world),
        "role": default_role(world),
        "instance_type": INSTANCE_TYPES[0],
        "instance_count": "1",
        "volume": "10",
        "max_runtime": "3600",
        "output": "",
    }


PARAMETERS = registry.BUILT_IN[0].example
"""The hyperparameters in the empty form."""

FIELDS = {
    "trainingJobName": "name",
    "algorithmSpecification.trainingImage": "image",
    "roleArn": "role",
    "resourceConfig.instanceType": "instance_type",
    "resourceConfig.instanceCount": "instance_count",
    "resourceConfig.volumeSizeInGB": "volume",
    "stoppingCondition.maxRuntimeInSeconds": "max_runtime",
    "outputDataConfig.s3OutputPath": "output",
    "hyperParameters": "hyperparameter",
    "inputDataConfig": "channel",
    "tags": "tag",
}
"""The fields of the form, by the paths of their members in the request."""

WHOLE = {
    "instance_count": "Instance count",
    "volume": "Volume size",
    "max_runtime": "Maximum run time",
}
"""The labels of fields with whole numbers."""

ROWS = {"hyperparameter": 2, "channel": 2, "tag": 2}
"""Empty rows at first; a button adds more."""

FormRows = list[tuple[str, ...]]


def form(page_request: PageRequest) -> Page:
    """Show the form, empty or filled in from the job that `clone` names."""
    job = page_request.world.training_jobs.get(page_request.args.get("clone", ""))
    if job is None:
        return _page(_defaults(page_request.world), _initial())
    fields, rows = _copied(job, _defaults(page_request.world))
    return _page(fields, rows) if _fits(rows) else _too_long(job)


MAX_ROWS, MAX_CHARACTERS = 200, 12_000
"""Of a form that is filled in from a job; its texts must be complete, so none is cut."""


def _fits(rows: Mapping[str, FormRows]) -> bool:
    flat = [row for each in rows.values() for row in each]
    return len(flat) <= MAX_ROWS and sum(len("".join(row)) for row in flat) <= MAX_CHARACTERS


def _too_long(job: Mapping[str, Any]) -> Page:
    context = {"title": "Create training job", "job": job["TrainingJobName"]}
    return Page("job_form_too_long.html", context, {"error": "too long for a form"})


def _initial() -> dict[str, FormRows]:
    return {
        "hyperparameter": list(PARAMETERS),
        "channel": [("train", "", CONTENT_TYPES[0])],
        "tag": [],
    }


def _copied(
    job: Mapping[str, Any], defaults: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, FormRows]]:
    resources = job.get("ResourceConfig", {})
    fields = {
        "name": f"{job['TrainingJobName'][:58]}-copy",
        "image": job.get("AlgorithmSpecification", {}).get("TrainingImage", ""),
        "role": job.get("RoleArn", defaults["role"]),
        "instance_type": resources.get("InstanceType", INSTANCE_TYPES[0]),
        "instance_count": str(resources.get("InstanceCount", 1)),
        "volume": str(resources.get("VolumeSizeInGB", 10)),
        "max_runtime": str(job.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", 3600)),
        "output": job.get("OutputDataConfig", {}).get("S3OutputPath", ""),
    }
    channels: FormRows = [
        (
            each["ChannelName"],
            each.get("DataSource", {}).get("S3DataSource", {}).get("S3Uri", ""),
            each.get("ContentType", ""),
        )
        for each in job.get("InputDataConfig", ())
    ]
    rows: dict[str, FormRows] = {
        "hyperparameter": list((job.get("HyperParameters") or {}).items()),
        "channel": channels,
        "tag": [(tag["Key"], tag["Value"]) for tag in job.get("Tags", ())],
    }
    return fields, rows


def _page(
    fields: Mapping[str, str],
    rows: Mapping[str, FormRows],
    error: str | None = None,
    problems: Mapping[str, str] = NO_PROBLEMS,
) -> Page:
    padded = {
        kind: [*filled, *[("",) * (3 if kind == "channel" else 2)] * ROWS[kind]]
        for kind, filled in rows.items()
    }
    context = {
        "title": "Create training job",
        "fields": fields,
        "rows": padded,
        "error": error,
        "problems": problems,
        "content_types": CONTENT_TYPES,
        "instances": INSTANCE_TYPES,
    }
    return Page("job_form.html", context, {"error": error}, status=400 if error else 200)


def create(page_request: PageRequest) -> Page | Redirect:
    """Create the job, or show the form again with AWS's error."""
    posted = page_request.request.form
    fields = {
        name: posted.get(name, default).strip()
        for name, default in _defaults(page_request.world).items()
    }
    rows = {
        "hyperparameter": _rows(posted, "hyperparameter", ("name", "value")),
        "channel": _rows(posted, "channel", ("name", "uri", "type")),
        "tag": _rows(posted, "tag", ("key", "value")),
    }
    if "more" in posted:
        return _page(fields, rows)
    problems = {
        name: f"{label} must be a whole number."
        for name, label in WHOLE.items()
        if not is_whole(fields[name])
    }
    repeated = _repeated(name for name, value in rows["hyperparameter"] if value)
    if repeated:
        problems["hyperparameter"] = f"There is more than one value for {', '.join(repeated)}."
    if problems:
        return _page(fields, rows, " ".join(problems.values()), problems)
    try:
        page_request.call("CreateTrainingJob", request(fields, rows))
    except (ServiceError, NotOurs) as error:
        return _page(fields, rows, str(error), by_field(str(error), FIELDS))
    return Redirect(page_request.url(page_of(types.TRAINING_JOB, fields["name"])))


def _rows(posted: MultiDict[str, str], kind: str, parts: Sequence[str]) -> FormRows:
    """The rows with any text; all rows if more of them are requested."""
    columns = [map(str.strip, posted.getlist(f"{kind}_{part}")) for part in parts]
    rows = zip(*columns, strict=False)
    return [row for row in rows if any(row) or posted.get("more") == kind]


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def request(fields: Mapping[str, str], rows: Mapping[str, FormRows]) -> dict[str, Any]:
    """Return the CreateTrainingJob request of a form, whose numbers are known to be valid."""
    body: dict[str, Any] = {
        "TrainingJobName": fields["name"],
        "AlgorithmSpecification": {"TrainingImage": fields["image"], "TrainingInputMode": "File"},
        "RoleArn": fields["role"],
        "OutputDataConfig": {"S3OutputPath": fields["output"]},
        "ResourceConfig": {
            "InstanceType": fields["instance_type"],
            "InstanceCount": int(fields["instance_count"]),
            "VolumeSizeInGB": int(fields["volume"]),
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": int(fields["max_runtime"])},
    }
    parameters = {name: value for name, value in rows["hyperparameter"] if value}
    if parameters:
        body["HyperParameters"] = parameters
    channels = list(_channels(rows["channel"]))
    if channels:
        body["InputDataConfig"] = channels
    if rows["tag"]:
        body["Tags"] = [{"Key": key, "Value": value} for key, value in rows["tag"]]
    return body


def _channels(rows: FormRows) -> Iterator[dict[str, Any]]:
    for name, uri, content_type in rows:
        if not uri and not name:
            continue
        source = {"S3DataType": "S3Prefix", "S3Uri": uri}
        channel: dict[str, Any] = {"ChannelName": name, "DataSource": {"S3DataSource": source}}
        yield {**channel, "ContentType": content_type} if content_type else channel
