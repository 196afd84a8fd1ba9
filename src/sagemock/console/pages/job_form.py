"""Create a training job in a form; also a copy of one that there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from sagemock.console.visit import Page, Redirect, Visit
from sagemock.errors import NotOurs, ServiceError

REGISTRY = "382416733822.dkr.ecr.us-east-1.amazonaws.com"
IMAGE = f"{REGISTRY}/linear-learner:1"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"
CONTENT_TYPES = ("application/x-recordio-protobuf", "text/csv")
PREDICTORS = ("binary_classifier", "multiclass_classifier", "regressor")
INSTANCES = ("ml.m5.large", "ml.m5.xlarge", "ml.c5.xlarge", "ml.c4.2xlarge", "ml.p3.2xlarge")

DEFAULTS: Mapping[str, str] = {
    "name": "",
    "image": IMAGE,
    "role": ROLE,
    "instance_type": INSTANCES[0],
    "instance_count": "1",
    "volume": "10",
    "max_runtime": "3600",
    "output": "",
}
PARAMETERS = (
    ("predictor_type", PREDICTORS[0]),
    ("feature_dim", ""),
    ("mini_batch_size", ""),
    ("epochs", ""),
)
"""The hyperparameters that the empty form begins with."""

ROWS = {"hyperparameter": 2, "channel": 2, "tag": 2}
"""So many empty rows stand ready; a button adds more."""

Rows = list[tuple[str, ...]]


def form(visit: Visit) -> Page:
    """The empty form, or filled in from the job that `clone` names."""
    job = visit.world.training_jobs.get(visit.args.get("clone", ""))
    fields, rows = (dict(DEFAULTS), _initial()) if job is None else _copied(job)
    return _page(fields, rows)


def _initial() -> dict[str, Rows]:
    return {
        "hyperparameter": list(PARAMETERS),
        "channel": [("train", "", CONTENT_TYPES[0])],
        "tag": [],
    }


def _copied(job: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Rows]]:
    resources = job.get("ResourceConfig", {})
    fields = {
        "name": f"{job['TrainingJobName'][:58]}-copy",
        "image": job.get("AlgorithmSpecification", {}).get("TrainingImage", ""),
        "role": job.get("RoleArn", ROLE),
        "instance_type": resources.get("InstanceType", INSTANCES[0]),
        "instance_count": str(resources.get("InstanceCount", 1)),
        "volume": str(resources.get("VolumeSizeInGB", 10)),
        "max_runtime": str(job.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", 3600)),
        "output": job.get("OutputDataConfig", {}).get("S3OutputPath", ""),
    }
    channels: Rows = [
        (
            each["ChannelName"],
            each.get("DataSource", {}).get("S3DataSource", {}).get("S3Uri", ""),
            each.get("ContentType", ""),
        )
        for each in job.get("InputDataConfig", ())
    ]
    rows: dict[str, Rows] = {
        "hyperparameter": list((job.get("HyperParameters") or {}).items()),
        "channel": channels,
        "tag": [(tag["Key"], tag["Value"]) for tag in job.get("Tags", ())],
    }
    return fields, rows


def _page(fields: Mapping[str, str], rows: Mapping[str, Rows], error: str | None = None) -> Page:
    padded = {
        kind: [*held, *[("",) * (3 if kind == "channel" else 2)] * ROWS[kind]]
        for kind, held in rows.items()
    }
    context = {
        "title": "Create training job",
        "fields": fields,
        "rows": padded,
        "error": error,
        "content_types": CONTENT_TYPES,
        "instances": INSTANCES,
    }
    return Page("job_form.html", context, {"error": error}, status=400 if error else 200)


def create(visit: Visit) -> Page | Redirect:
    """Start the job, or show the form again with what was wrong in AWS's words."""
    given = visit.request.form
    fields = {name: given.get(name, default).strip() for name, default in DEFAULTS.items()}
    rows = {
        "hyperparameter": _rows(given, "hyperparameter", ("name", "value")),
        "channel": _rows(given, "channel", ("name", "uri", "type")),
        "tag": _rows(given, "tag", ("key", "value")),
    }
    if "more" in given:
        return _page(fields, rows)
    try:
        visit.call("CreateTrainingJob", request(fields, rows))
    except (ServiceError, NotOurs, ValueError) as error:
        return _page(fields, rows, str(error))
    return Redirect(visit.url(f"/training-jobs/{fields['name']}"))


def _rows(given: MultiDict[str, str], kind: str, parts: Sequence[str]) -> Rows:
    columns = [given.getlist(f"{kind}_{part}") for part in parts]
    return [row for row in zip(*columns, strict=False) if any(row)]


def request(fields: Mapping[str, str], rows: Mapping[str, Rows]) -> dict[str, Any]:
    """The CreateTrainingJob request of a filled form. Raises ValueError for what is no number."""
    made: dict[str, Any] = {
        "TrainingJobName": fields["name"],
        "AlgorithmSpecification": {"TrainingImage": fields["image"], "TrainingInputMode": "File"},
        "RoleArn": fields["role"],
        "OutputDataConfig": {"S3OutputPath": fields["output"]},
        "ResourceConfig": {
            "InstanceType": fields["instance_type"],
            "InstanceCount": _whole("Instance count", fields["instance_count"]),
            "VolumeSizeInGB": _whole("Volume size", fields["volume"]),
        },
        "StoppingCondition": {
            "MaxRuntimeInSeconds": _whole("Longest run time", fields["max_runtime"])
        },
    }
    parameters = {name: value for name, value in rows["hyperparameter"] if value}
    if parameters:
        made["HyperParameters"] = parameters
    channels = list(_channels(rows["channel"]))
    if channels:
        made["InputDataConfig"] = channels
    if rows["tag"]:
        made["Tags"] = [{"Key": key, "Value": value} for key, value in rows["tag"]]
    return made


def _channels(rows: Rows) -> Iterator[dict[str, Any]]:
    for name, uri, content_type in rows:
        if not uri:
            continue
        source = {"S3DataType": "S3Prefix", "S3Uri": uri}
        channel: dict[str, Any] = {"ChannelName": name, "DataSource": {"S3DataSource": source}}
        yield {**channel, "ContentType": content_type} if content_type else channel


def _whole(label: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{label} is a whole number, not {text!r}.") from None
