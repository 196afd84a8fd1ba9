"""CreateTrainingJob, DescribeTrainingJob, ListTrainingJobs, StopTrainingJob, DeleteTrainingJob."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api import experiment_entities, training_job_channels
from sagemock.api.listing import Listing
from sagemock.api.projection import arn_of, described, summary
from sagemock.api.training_job_updates import check_profiler

# An operation of this kind, so that it is looked for here.
from sagemock.api.training_job_updates import update_training_job as update_training_job
from sagemock.containers import registry
from sagemock.errors import (
    ResourceInUse,
    ResourceLimitExceeded,
    ValidationException,
    problem,
    problems_message,
)
from sagemock.jobs import job as jobs
from sagemock.jobs import training
from sagemock.jobs.interruptions import StopRequested
from sagemock.resources import clock, lifecycle, training_job, types, warm_pool
from sagemock.store import DuplicateKey

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateTrainingJobRequestTypeDef,
        DeleteTrainingJobRequestTypeDef,
        DescribeTrainingJobRequestTypeDef,
        ListTrainingJobsRequestTypeDef,
        ResourceConfigUnionTypeDef,
        StopTrainingJobRequestTypeDef,
    )


def create_training_job(world: World, request: CreateTrainingJobRequestTypeDef) -> Response:
    """Start a job; inline, it has ended when this returns. Raises `ResourceInUse`.

    Raises `ValidationException` for a channel without objects; for whatever else is wrong with
    its data the job ends as `Failed`, with a reason.
    """
    _check_quota(_resources(request))
    name = request["TrainingJobName"]
    arn = arn_of(world, types.TRAINING_JOB, name)
    experiment_entities.check_config(world, request.get("ExperimentConfig", {}))
    if world.rules.needs_objects:
        training_job_channels.check_objects(world, request)
    document = training_job.new(
        request,
        arn,
        clock.now(),
        fills_in=world.rules.fills_in,
        metrics=registry.metrics(training_job.image(request)),
    )
    try:
        world.training_jobs.insert(document)
    except DuplicateKey:
        raise ResourceInUse(
            "Training job names must be unique within an AWS account and region, "
            f"and a training job with this name already exists ({arn})"
        ) from None
    training.start(world, document)
    return {"TrainingJobArn": str(arn)}


def check_create_training_job(request: CreateTrainingJobRequestTypeDef) -> None:
    """What the service model cannot say. Raises `ValidationException`."""
    if "ServerlessJobConfig" not in request:
        absent = [
            problem(None, name[0].lower() + name[1:], "Member must not be null")
            for name in ("AlgorithmSpecification", "ResourceConfig")
            if name not in request
        ]
        if absent:
            raise ValidationException(problems_message(absent))
    _check_metrics(request)
    training_job_channels.check(request)
    _check_spot(request)
    check_profiler(request)
    _check_instances(_resources(request))


def _check_metrics(request: CreateTrainingJobRequestTypeDef) -> None:
    """Built-in algorithms have their own definitions. Raises `ValidationException`."""
    algorithm = request.get("AlgorithmSpecification")
    if (
        algorithm
        and algorithm.get("MetricDefinitions")
        and registry.metrics(training_job.image(request))
    ):
        raise ValidationException(
            "You can't override the metric definitions for Amazon SageMaker algorithms. "
            "Please retry the request without specifying metric definitions."
        )


def _check_spot(request: CreateTrainingJobRequestTypeDef) -> None:
    """MaxWaitTimeInSeconds belongs to spot training. Raises `ValidationException`."""
    condition = request.get("StoppingCondition", {})
    longest = condition.get("MaxWaitTimeInSeconds")
    if not request.get("EnableManagedSpotTraining"):
        if longest is not None:
            raise ValidationException(
                "Invalid MaxWaitTimeInSeconds. It is only supported when "
                "EnableManagedSpotTraining is set to true"
            )
        return
    runtime = condition.get("MaxRuntimeInSeconds", training_job.DEFAULT_MAX_RUNTIME)
    if longest is None or longest < runtime:
        raise ValidationException(
            "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to "
            "MaxRuntimeInSeconds"
        )


MAX_INSTANCES = 1000
"""Instances of a job. AWS has a quota for each type, which differs between accounts."""


def _check_instances(resources: ResourceConfigUnionTypeDef) -> None:
    """A job has an instance. Raises `ValidationException`."""
    count = _instances(resources)
    if count < 1:
        least = "Member must have value greater than or equal to 1"
        raise ValidationException(
            problems_message([problem(count, "resourceConfig.instanceCount", least)])
        )


def _resources(request: CreateTrainingJobRequestTypeDef) -> ResourceConfigUnionTypeDef:
    return request.get("ResourceConfig", warm_pool.NO_RESOURCES)


def _instances(resources: ResourceConfigUnionTypeDef) -> int:
    groups = resources.get("InstanceGroups")
    if not groups:
        return max(0, resources.get("InstanceCount", 1))
    return sum(max(0, group.get("InstanceCount", 1)) for group in groups)


def _check_quota(resources: ResourceConfigUnionTypeDef) -> None:
    """There are no more instances than one machine could play. Raises `ResourceLimitExceeded`."""
    count = _instances(resources)
    if count > MAX_INSTANCES:
        groups = resources.get("InstanceGroups")
        kind = (groups[0] if groups else resources).get("InstanceType")
        raise ResourceLimitExceeded(
            f"The account-level service limit '{kind} for training job usage' is {MAX_INSTANCES} "
            "Instances, with current utilization of 0 Instances and a request delta of "
            f"{count} Instances. Please use AWS Service Quotas to request an increase for this "
            "quota. If AWS Service Quotas is not available, contact AWS support to request an "
            "increase for this quota."
        )


def describe_training_job(world: World, request: DescribeTrainingJobRequestTypeDef) -> Response:
    name = request["TrainingJobName"]
    world.look(types.TRAINING_JOB, name)
    document = _find(world, name)
    running = training_job.running_seconds(document, clock.now())
    return described("DescribeTrainingJob", {**document, **running})


def _find(world: World, name: str) -> training_job.TrainingJob:
    document = world.training_jobs.get(name)
    if document is None:
        # The declared ResourceNotFound is not what comes.
        raise ValidationException("Requested resource not found.")
    return document


def stop_training_job(world: World, request: StopTrainingJobRequestTypeDef) -> Response:
    """The training stops between two mini-batches; the best model so far is uploaded.

    So AWS's own algorithms do, where there is one already; see StoppingCondition in its API
    reference. A job that is stopping already is left to it. Raises `ValidationException` for
    one that has ended.
    """
    name = request["TrainingJobName"]
    try:
        jobs.stop(world, training.TRAINING, name, StopRequested())
    except jobs.HasEnded as ended:
        _find(world, name)
        raise ValidationException(_rejected(ended.status)) from None
    return {}


def _rejected(status: str) -> str:
    return f"The request was rejected because the training job is in status {status}."


def delete_training_job(world: World, request: DeleteTrainingJobRequestTypeDef) -> Response:
    """The name is free again. Raises `ResourceInUse` unless the job has ended.

    Also while it keeps a warm pool.
    """
    name = request["TrainingJobName"]
    document = _find(world, name)
    status = document["TrainingJobStatus"]
    if status not in lifecycle.ENDED:
        raise ResourceInUse(_rejected(status))
    if warm_pool.is_available(document):
        raise ResourceInUse(
            "The request was rejected because the training job has a warm pool in status Available."
        )
    jobs.delete(world, training.TRAINING, name)
    return {}


_LISTING = Listing(
    key="TrainingJobName",
    sort_by={
        "CreationTime": "CreationTime",
        "Name": "TrainingJobName",
        "Status": "TrainingJobStatus",
    },
    descending=False,
    equal={
        "StatusEquals": "TrainingJobStatus",
        "WarmPoolStatusEquals": "WarmPoolStatus.Status",
        "TrainingPlanArnEquals": "TrainingPlanArn",
    },
    contains_by_page=True,
)


def list_training_jobs(world: World, request: ListTrainingJobsRequestTypeDef) -> Response:
    """NameContains applies to each page by itself, so a page may be empty before the last."""
    some, token = _LISTING.page(world.training_jobs, request)
    return {"TrainingJobSummaries": [summary("TrainingJobSummary", each) for each in some], **token}
