"""The CreateTrainingJob request of a form, and the form of a job."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from sagemock.accounts.world import World
from sagemock.api.projection import arn_of
from sagemock.console.code import request_of
from sagemock.console.job_form.fields import JobForm, defaults
from sagemock.containers import registry
from sagemock.resources import training_job, types

IDENTITIES = {"InputDataConfig": "ChannelName", "Tags": "Key"}
"""The members whose items have a name, by which two lists of them are laid over each other."""

_FIELDS = (
    ("RoleArn", None, "role"),
    ("AlgorithmSpecification", "TrainingImage", "image"),
    ("OutputDataConfig", "S3OutputPath", "output"),
    ("ResourceConfig", "InstanceType", "instance_type"),
    ("ResourceConfig", "InstanceCount", "instance_count"),
    ("ResourceConfig", "VolumeSizeInGB", "volume"),
    ("StoppingCondition", "MaxRuntimeInSeconds", "max_runtime"),
)
_NUMBERS = frozenset({"instance_count", "volume", "max_runtime"})


def request(
    form: JobForm, rest: Mapping[str, Any], name: str, hyperparameters: Mapping[str, str]
) -> dict[str, Any]:
    """Return the request for one job of a form, whose numbers are known to be valid.

    Parameters
    ----------
    rest
        The members that the form has no fields for. With any of these, such as `InstanceGroups`,
        empty fields are left out.
    """
    channels = {each.get("ChannelName"): each for each in rest.get("InputDataConfig", ())}
    body = _of_fields(form, channels, name, hyperparameters, omits_empty=bool(rest))
    if "AlgorithmSpecification" in body:
        mode = rest.get("AlgorithmSpecification", {}).get("TrainingInputMode", "File")
        body["AlgorithmSpecification"]["TrainingInputMode"] = mode
    # Channels that have no row any more are gone, with all that was said of them.
    of_rows = {each["ChannelName"] for each in body.get("InputDataConfig", ())}
    carried = [each for name, each in channels.items() if name in of_rows]
    whole = laid_over({**rest, "InputDataConfig": carried}, body)
    return {member: value for member, value in whole.items() if value not in ([], {})}


def _of_fields(
    form: JobForm,
    carried: Mapping[Any, Mapping[str, Any]],
    name: str,
    hyperparameters: Mapping[str, str],
    *,
    omits_empty: bool,
) -> dict[str, Any]:
    """The members that the form has fields for; `carried` has what else channels have."""
    body: dict[str, Any] = {"TrainingJobName": name}
    for member, part, field in _FIELDS:
        text = form.fields[field]
        if not text and omits_empty:
            continue
        value = int(text) if field in _NUMBERS else text
        if part is None:
            body[member] = value
        else:
            body.setdefault(member, {})[part] = value
    if hyperparameters:
        body["HyperParameters"] = dict(hyperparameters)
    if channels := list(_channels(form.channels, carried)):
        body["InputDataConfig"] = channels
    if form.tags:
        body["Tags"] = [{"Key": key, "Value": value} for key, value in form.tags]
    return body


def _channels(
    rows: Sequence[Sequence[str]], carried: Mapping[Any, Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    for name, uri, content_type in rows:
        if not uri and not name:
            continue
        channel: dict[str, Any] = {"ChannelName": name}
        source = carried.get(name, {}).get("DataSource", {})
        if uri or not source:
            kind = source.get("S3DataSource", {}).get("S3DataType", "S3Prefix")
            channel["DataSource"] = {"S3DataSource": {"S3DataType": kind, "S3Uri": uri}}
        if content_type:
            channel["ContentType"] = content_type
        yield channel


def laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return two requests as one; where both have a value, that of the upper one.

    >>> laid_over({"A": {"x": 1, "y": 1}, "B": 2}, {"A": {"x": 3}})
    {'A': {'x': 3, 'y': 1}, 'B': 2}
    """
    result = dict(below)
    for name, value in above.items():
        lower = below.get(name)
        if isinstance(value, Mapping) and isinstance(lower, Mapping):
            result[name] = laid_over(lower, value)
        elif name in IDENTITIES and isinstance(lower, Sequence):
            key = IDENTITIES[name]
            lowers = {each.get(key): each for each in lower}
            uppers = {each.get(key): each for each in value}
            result[name] = [
                *(each for identity, each in lowers.items() if identity not in uppers),
                *(laid_over(lowers.get(each.get(key), {}), each) for each in value),
            ]
        else:
            result[name] = value
    return result


def difference(whole: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a request has beyond another one, or otherwise than it.

    >>> difference({"A": {"x": 1, "y": 1}, "B": 2}, {"A": {"x": 1}, "B": 2})
    {'A': {'y': 1}}
    """
    result: dict[str, Any] = {}
    for name, value in whole.items():
        other = part.get(name)
        if value == other:
            continue
        if isinstance(value, Mapping) and isinstance(other, Mapping):
            result[name] = difference(value, other)
        elif name in IDENTITIES and isinstance(other, Sequence):
            key = IDENTITIES[name]
            others = {each[key]: each for each in other}
            result[name] = [
                {key: each[key], **difference(each, others.get(each[key], {}))}
                for each in value
                if each != others.get(each[key])
            ]
        else:
            result[name] = value
    return result


def form_of(job: Mapping[str, Any], world: World) -> JobForm:
    """Return the form for a copy of a job, with all that its request had."""
    resources = job.get("ResourceConfig", {})
    fields = {
        **defaults(world),
        "name": f"{job['TrainingJobName'][:58]}-copy",
        "image": job.get("AlgorithmSpecification", {}).get("TrainingImage", ""),
        "role": job.get("RoleArn", ""),
        "instance_type": resources.get("InstanceType", ""),
        "instance_count": str(resources.get("InstanceCount", "")),
        "volume": str(resources.get("VolumeSizeInGB", "")),
        "max_runtime": str(job.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", "")),
        "output": job.get("OutputDataConfig", {}).get("S3OutputPath", ""),
    }
    hyperparameters = [
        pair for pair in (job.get("HyperParameters") or {}).items() if pair[1] and _fits_row(pair)
    ]
    channels = [
        (
            each["ChannelName"],
            each.get("DataSource", {}).get("S3DataSource", {}).get("S3Uri", ""),
            each.get("ContentType", ""),
        )
        for each in job.get("InputDataConfig", ())
    ]
    tags = [(tag["Key"], tag["Value"]) for tag in job.get("Tags", ())]
    form = JobForm(fields, hyperparameters, channels, [tag for tag in tags if _fits_row(tag)])
    rest = _beyond(form, job, world)
    return replace(form, rest=json.dumps(rest, indent=2, ensure_ascii=False) if rest else "")


def _fits_row(row: Sequence[str]) -> bool:
    """Whether one-line fields give the texts back as they are."""
    return all(text == text.strip() and text.isprintable() for text in row)


def _beyond(form: JobForm, job: Mapping[str, Any], world: World) -> dict[str, Any]:
    """The members of a job's request that its form has no fields for.

    What the service fills in by itself is left out: it is what a job of the form alone has, too.
    """
    name = job["TrainingJobName"]
    members = request_of("CreateTrainingJob", job)
    alone = _of_fields(form, {}, name, dict(form.hyperparameters), omits_empty=True)
    if "AlgorithmSpecification" in alone:
        alone["AlgorithmSpecification"]["TrainingInputMode"] = "File"
    if "OutputDataConfig" not in alone:
        return difference(members, alone)
    document = training_job.new(
        cast(Any, alone),
        arn_of(world, types.TRAINING_JOB, name),
        job["CreationTime"],
        fills_in=world.rules.fills_in,
        metrics=registry.metrics(form.fields["image"]),
    )
    return difference(members, document)
