"""The form for training jobs: one job, a copy of one, or a sweep of several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sagemock.console.form_fields import is_whole
from sagemock.console.form_problems import NO_PROBLEMS, by_field
from sagemock.console.job_form import choices, fields, hyperparameters, sweep
from sagemock.console.job_form.fields import JobForm, example, parsed_rest
from sagemock.console.job_form.request import form_of, request
from sagemock.console.job_form.sweep import TooManyJobs
from sagemock.console.job_form.upload import UploadError, content_type, upload
from sagemock.console.links import page_of
from sagemock.console.missing import MissingResource
from sagemock.console.page import Page, Redirect
from sagemock.console.page_request import PageRequest
from sagemock.errors import NotOurs, ResourceInUse, ServiceError
from sagemock.resources import types

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

LABELS = {
    "name": "Job name",
    "image": "Training image",
    "role": "Execution role",
    "instance_type": "Instance type",
    "instance_count": "Instance count",
    "volume": "Volume size",
    "max_runtime": "Maximum run time",
    "output": "S3 output path",
    "hyperparameter": "Hyperparameters",
    "channel": "Input channels",
    "tag": "Tags",
    "rest": "More of the request",
    "upload": "Upload",
}

BLANK_ROWS = 2
"""Empty rows of each kind; a button adds more."""

MAX_ROWS, MAX_CHARACTERS = 200, 12_000
"""Of a form that is filled in from a job; its texts must be complete, so none is cut."""


def form(page_request: PageRequest) -> Page:
    """Show the form: as its address fills it in, or for a copy of the job that `clone` names.

    Raises
    ------
    MissingResource
        There is no job to copy.
    """
    world, clone = page_request.world, page_request.args.get("clone", "")
    job = world.training_jobs.get(clone)
    if job is None:
        if clone:
            raise MissingResource(page_request, types.TRAINING_JOB, clone)
        return _page(page_request, fields.addressed(page_request.args, world))
    copy = form_of(job, world)
    if not _fits(copy):
        context = {"title": "Create training job", "job": job["TrainingJobName"]}
        return Page("job_form_too_long.html", context, {"error": "too long for a form"})
    lists = sweep.has_lists(copy.fields["image"], copy.hyperparameters)
    return _page(page_request, replace(copy, sweeps=not lists))


def _fits(copy: JobForm) -> bool:
    rows = [*copy.hyperparameters, *copy.channels, *copy.tags]
    characters = sum(len("".join(row)) for row in rows) + len(copy.rest)
    return len(rows) <= MAX_ROWS and characters <= MAX_CHARACTERS


def create(page_request: PageRequest) -> Page | Redirect:
    """Create the jobs, or show the form again: with AWS's error, with more rows, or a new file."""
    values = page_request.request.form
    posted = fields.posted(values, page_request.world)
    match values.get("more"):
        case None:
            return _create(page_request, posted)
        case "algorithm":
            return _page(page_request, _switched(page_request, posted))
        case "upload":
            return _upload(page_request, posted)
        case _:
            return _page(page_request, posted)


def _switched(page_request: PageRequest, posted: JobForm) -> JobForm:
    """The form for the algorithm that has been chosen."""
    name = page_request.request.form.get("algorithm", "")
    image = dict(choices.algorithms(page_request.world)).get(name, posted.fields["image"])
    rows = hyperparameters.switched(posted.hyperparameters, image, example(image))
    return replace(posted.with_fields(image=image), hyperparameters=rows)


def _upload(page_request: PageRequest, posted: JobForm) -> Page:
    file = page_request.request.files.get("file")
    try:
        uri, size = upload(page_request.world, file, posted.fields["upload_to"])
    except UploadError as error:
        return _page(page_request, posted, str(error), {"upload": str(error)})
    return _page(page_request, _with_object(posted, uri), uploaded=(uri, size))


def _with_object(posted: JobForm, uri: str) -> JobForm:
    """The form with an object in the first channel that has no location yet."""
    rows = list(posted.channels)
    position = next((number for number, row in enumerate(rows) if not row[1]), None)
    if position is None:
        return posted
    name, _, typed = rows[position]
    rows[position] = (name or "train", uri, content_type(uri) or typed)
    return replace(posted, channels=rows)


def _create(page_request: PageRequest, posted: JobForm) -> Page | Redirect:
    """Create each job of the form that it has not created before."""
    problems = _problems(posted)
    if problems:
        return _page(page_request, posted, " ".join(problems.values()), problems)
    rest, jobs = parsed_rest(posted), sweep.jobs(posted)
    names = [name for name, _ in jobs]
    for name, parameters in jobs:
        if name in posted.created and name in page_request.world.training_jobs:
            continue
        try:
            page_request.call("CreateTrainingJob", request(posted, rest, name, parameters))
        except (ServiceError, NotOurs) as error:
            refused = name if len(jobs) > 1 else ""
            return _refused(page_request, posted, error, rest, refused)
        posted = replace(posted, created=(*posted.created, name))
    if len(names) == 1:
        home = page_request.url(page_of(types.TRAINING_JOB, names[0]))
        return Redirect(home, f"Created the training job {names[0]}.")
    address = page_request.url("/sweep", [("job", name) for name in names])
    return Redirect(address, f"Created {len(names)} training jobs.")


def _problems(posted: JobForm) -> dict[str, str]:
    """What the form itself finds, before AWS is asked."""
    problems = {
        name: f"{label} must be a whole number."
        for name, label in fields.WHOLE_NUMBERS.items()
        if not is_whole(posted.fields[name]) and (posted.fields[name] or not posted.rest)
    }
    repeated = _repeated(name for name, value in posted.hyperparameters if value)
    if repeated:
        problems["hyperparameter"] = f"There is more than one value for {', '.join(repeated)}."
    else:
        try:
            sweep.jobs(posted)
        except TooManyJobs as error:
            problems["hyperparameter"] = str(error)
    try:
        parsed_rest(posted)
    except ValueError as error:
        problems["rest"] = str(error)
    return problems


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _refused(
    page_request: PageRequest,
    posted: JobForm,
    error: ServiceError | NotOurs,
    rest: Mapping[str, Any],
    refused: str,
) -> Page:
    """The form with AWS's error. refused: which of several jobs it is about."""
    text = str(error)
    others = {f"{name[0].lower()}{name[1:]}": "rest" for name in rest if name}
    problems = by_field(text, {**FIELDS, **others})
    if isinstance(error, ResourceInUse):
        problems = {"name": text}
    elif any(uri and f'"{uri}"' in text for _, uri, _ in posted.channels):
        problems = {"channel": text}
    return _page(page_request, posted, text, problems, refused=refused)


def _page(
    page_request: PageRequest,
    content: JobForm,
    error: str | None = None,
    problems: Mapping[str, str] = NO_PROBLEMS,
    *,
    refused: str = "",
    uploaded: tuple[str, int] | None = None,
) -> Page:
    world, image = page_request.world, content.fields["image"]
    table = hyperparameters.fields(image, content.hyperparameters)
    algorithms = choices.algorithms(world)
    context = {
        "title": "Create training job",
        "fields": content.fields,
        "hyperparameters": table,
        "others": [*table.others, *[("", "")] * BLANK_ROWS],
        "channels": [*content.channels, *[("", "", "")] * BLANK_ROWS],
        "tags": [*content.tags, *[("", "")] * BLANK_ROWS],
        "rest": content.rest,
        "carried": _carried(content),
        "sweeps": content.sweeps,
        "created": content.created,
        "refused": refused,
        "uploaded": uploaded,
        "error": error,
        "problems": problems,
        "labels": LABELS,
        "algorithms": algorithms,
        "algorithm": next((name for name, each in algorithms if each == image), ""),
        "prefixes": choices.prefixes(world),
        "channel_names": choices.CHANNELS,
        "content_types": choices.CONTENT_TYPES,
        "instances": choices.instance_types(),
    }
    return Page("job_form.html", context, {"error": error}, status=400 if error else 200)


def _carried(content: JobForm) -> list[str]:
    """The members that the form carries along without fields for them."""
    try:
        return list(parsed_rest(content))
    except ValueError:
        return []
