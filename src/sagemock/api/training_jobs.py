"""CreateTrainingJob, DescribeTrainingJob, ListTrainingJobs."""

from __future__ import annotations

from sagemock.api.listing import named, page, select
from sagemock.api.projection import arn_of, described, summary
from sagemock.api.tags import check as check_tags
from sagemock.errors import ResourceInUse, ValidationException, problem, problems_message
from sagemock.resources import clock, lifecycle, training_job
from sagemock.store import DuplicateKey
from sagemock.training.runner import Outcome, run_training_job
from sagemock.world import Request, Response, World


def create_training_job(world: World, request: Request) -> Response:
    """Start a job; inline, it has ended when this returns. Raises `ResourceInUse`.

    A job that cannot run is made all the same, and ends as `Failed` with a reason.
    """
    _check(request)
    name = request["TrainingJobName"]
    arn = arn_of(world, "training-job", name)
    document = training_job.new(request, arn, clock.now())
    try:
        world.training_jobs.insert(document)
    except DuplicateKey:
        raise ResourceInUse(
            "Training job names must be unique within an AWS account and region, "
            f"and a training job with this name already exists ({arn})"
        ) from None
    world.submit(lambda: _run(world, name))
    return {"TrainingJobArn": str(arn)}


def _check(request: Request) -> None:
    """What the service model cannot say. Raises `ValidationException`."""
    check_tags(request.get("Tags", ()))
    if "ServerlessJobConfig" not in request:
        absent = [
            problem(None, name[0].lower() + name[1:], "Member must not be null")
            for name in ("AlgorithmSpecification", "ResourceConfig")
            if name not in request
        ]
        if absent:
            raise ValidationException(problems_message(absent))
    condition = request.get("StoppingCondition", {})
    wait = condition.get("MaxWaitTimeInSeconds")
    if request.get("EnableManagedSpotTraining"):
        if wait is None or wait < condition.get(
            "MaxRuntimeInSeconds", training_job.DEFAULT_MAX_RUNTIME
        ):
            raise ValidationException(
                "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal "
                "to MaxRuntimeInSeconds"
            )
    elif wait is not None:
        raise ValidationException(
            "Invalid MaxWaitTimeInSeconds. It is only supported when EnableManagedSpotTraining "
            "is set to true"
        )


def _run(world: World, name: str) -> None:
    """Take a job from its start to its end, its document following every step."""
    table = world.training_jobs

    def advance(status: str) -> None:
        table.update(name, lambda old: training_job.advanced(old, status, clock.now()))

    document = table.get(name)
    if document is None or world.closed.is_set():
        return
    outcome = run_training_job(
        document,
        world.services,
        region=world.region,
        seed=world.config.seed,
        advance=advance,
        stop=world.closed.is_set,
    )
    status = _final_status(outcome)
    table.update(
        name,
        lambda old: training_job.ended(
            old,
            status,
            clock.now(),
            metrics=outcome.metrics,
            failure_reason=outcome.failure_reason,
        ),
    )


def _final_status(outcome: Outcome) -> str:
    if outcome.stopped:
        return lifecycle.STOPPED
    return lifecycle.COMPLETED if outcome.failure_reason is None else lifecycle.FAILED


def describe_training_job(world: World, request: Request) -> Response:
    document = world.training_jobs.get(request["TrainingJobName"])
    if document is None:
        # The declared ResourceNotFound is not what comes.
        raise ValidationException("Requested resource not found.")
    return described("DescribeTrainingJob", document)


def list_training_jobs(world: World, request: Request) -> Response:
    """NameContains applies to each page by itself, so a page may be empty before the last."""
    found = select(
        world.training_jobs,
        request,
        sort_keys={
            "CreationTime": lambda each: each["CreationTime"],
            "Name": lambda each: each["TrainingJobName"],
            "Status": lambda each: each["TrainingJobStatus"],
        },
        descending=False,
        status="TrainingJobStatus",
    )
    found = [
        each
        for each in found
        if _equals(each.get("WarmPoolStatus", {}).get("Status"), request, "WarmPoolStatusEquals")
        and _equals(each.get("TrainingPlanArn"), request, "TrainingPlanArnEquals")
    ]
    some, token = page(found, request)
    summaries = [
        summary("TrainingJobSummary", each) for each in named(some, "TrainingJobName", request)
    ]
    return {"TrainingJobSummaries": summaries, **token}


def _equals(value: str | None, request: Request, member: str) -> bool:
    return member not in request or request[member] == value
