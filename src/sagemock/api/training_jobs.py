"""Operations on training jobs: Create, Describe, List, Stop and Delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api import experiment_entities, job_families, training_job_channels
from sagemock.api.job_families import TRAINING_JOBS
from sagemock.api.projection import described
from sagemock.api.training_job_updates import check_profiler

# Operations are looked up in the module of their kind.
from sagemock.api.training_job_updates import update_training_job as update_training_job
from sagemock.containers import selection
from sagemock.containers.container import Container
from sagemock.errors import ResourceInUse, ValidationException, problem, problems_message
from sagemock.jobs import job as jobs
from sagemock.jobs import training
from sagemock.resources import clock, training_job, types, warm_pool

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
    """Start a job; inline, it has ended when this returns.

    Raises `ResourceInUse` when the name is taken, `ResourceLimitExceeded` for too many instances,
    and `ValidationException` for a channel without objects. Whatever else is wrong with its data
    ends the job as `Failed`, with a reason.
    """
    _check_quota(_resources(request))
    experiment_entities.check_config(world, request.get("ExperimentConfig", {}))
    container = selection.training(request, world.config).container
    if world.rules.needs_objects and _trains_here(world, container):
        training_job_channels.check_objects(world, request)
    document = training_job.new(
        request,
        TRAINING_JOBS.arn(world, request["TrainingJobName"]),
        clock.now(),
        fills_in=world.rules.fills_in,
        metrics=selection.metrics(request),
    )
    answer = TRAINING_JOBS.insert(world, document)
    training.start(world, document)
    return answer


def _trains_here(world: World, container: Container | None) -> bool:
    """Whether the job trains, without importing what it trains with."""
    can_train = container is not None and container.training is not None
    return can_train and world.runtime.trainer() is not None


def check_create_training_job(request: CreateTrainingJobRequestTypeDef) -> None:
    """Check what the service model cannot express. Raises `ValidationException`."""
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
    """Raises `ValidationException` for metric definitions of a built-in algorithm."""
    algorithm = request.get("AlgorithmSpecification")
    if algorithm and algorithm.get("MetricDefinitions") and selection.metrics(request):
        raise ValidationException(
            "You can't override the metric definitions for Amazon SageMaker algorithms. "
            "Please retry the request without specifying metric definitions."
        )


def _check_spot(request: CreateTrainingJobRequestTypeDef) -> None:
    """Raises `ValidationException` for MaxWaitTimeInSeconds that does not fit spot training."""
    condition = request.get("StoppingCondition", {})
    max_wait = condition.get("MaxWaitTimeInSeconds")
    if not request.get("EnableManagedSpotTraining"):
        if max_wait is not None:
            raise ValidationException(
                "Invalid MaxWaitTimeInSeconds. It is only supported when "
                "EnableManagedSpotTraining is set to true"
            )
        return
    runtime = condition.get("MaxRuntimeInSeconds", training_job.DEFAULT_MAX_RUNTIME)
    if max_wait is None or max_wait < runtime:
        raise ValidationException(
            "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to "
            "MaxRuntimeInSeconds"
        )


MAX_INSTANCES = 1000
"""Limit of instances of a job. AWS has a quota for each type, which differs between accounts."""


def _check_instances(resources: ResourceConfigUnionTypeDef) -> None:
    """Raises `ValidationException` for a job without instances."""
    count = _instances(resources)
    if count < 1:
        constraint = "Member must have value greater than or equal to 1"
        raise ValidationException(
            problems_message([problem(count, "resourceConfig.instanceCount", constraint)])
        )


def _resources(request: CreateTrainingJobRequestTypeDef) -> ResourceConfigUnionTypeDef:
    return request.get("ResourceConfig", warm_pool.NO_RESOURCES)


def _instances(resources: ResourceConfigUnionTypeDef) -> int:
    groups = resources.get("InstanceGroups")
    if not groups:
        return max(0, resources.get("InstanceCount", 1))
    return sum(max(0, group.get("InstanceCount", 1)) for group in groups)


def _check_quota(resources: ResourceConfigUnionTypeDef) -> None:
    """Raises `ResourceLimitExceeded` for more instances than one machine can simulate."""
    groups = resources.get("InstanceGroups")
    instance_type = (groups[0] if groups else resources).get("InstanceType")
    count = _instances(resources)
    job_families.check_quota(types.TRAINING_JOB, instance_type, count, MAX_INSTANCES)


def describe_training_job(world: World, request: DescribeTrainingJobRequestTypeDef) -> Response:
    """Describe a job, with the seconds that it has trained by now.

    Raises `ValidationException` when it does not exist.
    """
    document = TRAINING_JOBS.look(world, request["TrainingJobName"])
    running = training_job.running_seconds(document, clock.now())
    return described("DescribeTrainingJob", {**document, **running})


def stop_training_job(world: World, request: StopTrainingJobRequestTypeDef) -> Response:
    """Stop a job between two mini-batches, and upload the best model so far.

    AWS's own algorithms do so, where there is a model already; see StoppingCondition in its API
    reference. Raises `ValidationException` for a job that has ended or does not exist.
    """
    name = request["TrainingJobName"]
    return job_families.stop(
        world, training.TRAINING, name, missing="Requested resource not found."
    )


def delete_training_job(world: World, request: DeleteTrainingJobRequestTypeDef) -> Response:
    """Delete a job, whose name is free again.

    Raises `ResourceInUse` unless the job has ended, and while it keeps a warm pool.
    """
    name = request["TrainingJobName"]
    document = TRAINING_JOBS.find(world, name)
    job_families.check_has_ended(types.TRAINING_JOB, document)
    if warm_pool.is_available(document):
        raise ResourceInUse(
            "The request was rejected because the training job has a warm pool in status Available."
        )
    jobs.delete(world, training.TRAINING, name)
    return {}


def list_training_jobs(world: World, request: ListTrainingJobsRequestTypeDef) -> Response:
    """One page of the jobs, the oldest first by default.

    NameContains applies to each page by itself, so a page may be empty before the last.
    """
    return TRAINING_JOBS.summaries(world, request)
