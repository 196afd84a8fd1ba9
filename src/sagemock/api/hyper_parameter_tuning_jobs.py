"""Operations on hyperparameter tuning jobs: Create, Describe, List, Stop and Delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sagemock.accounts.world import Request, Response, World
from sagemock.api import job_families, tuning_checks, tuning_experiment, tuning_warm_start
from sagemock.api.job_families import TUNING_JOBS
from sagemock.api.projection import described
from sagemock.containers import selection
from sagemock.documents import Document
from sagemock.jobs import job as jobs
from sagemock.jobs.tuning import TUNING
from sagemock.jobs.tuning_branch import branches
from sagemock.jobs.tuning_run import TuningRun, runtime_seconds
from sagemock.resources import clock, tuning_job
from sagemock.resources.types import HYPER_PARAMETER_TUNING_JOB
from sagemock.wire import service_model

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        DeleteHyperParameterTuningJobRequestTypeDef,
        DescribeHyperParameterTuningJobRequestTypeDef,
        ListHyperParameterTuningJobsRequestTypeDef,
        StopHyperParameterTuningJobRequestTypeDef,
    )


def create_hyper_parameter_tuning_job(world: World, request: Request) -> Response:
    """Start a tuning job; inline, it has ended when this returns, unless a training job waits.

    Raises `ResourceInUse` when the name is taken, in whatever case, `ResourceLimitExceeded` for
    too many training jobs, and `ValidationException` for parents that do not fit.
    """
    name = request["HyperParameterTuningJobName"]
    if world.rules.checks:
        tuning_checks.check_limits(request)
        tuning_checks.check_metrics(request, _metrics)
        _check_training_jobs(request)
    earlier, best = tuning_warm_start.taken_over(world, request)
    document = {
        **tuning_job.new(
            request,
            TUNING_JOBS.arn(world, name),
            clock.now(),
            metrics=_metrics,
            fills_in=world.rules.fills_in,
        ),
        **best,
    }
    run = TuningRun(
        world,
        name,
        branches(document, seed=world.config.seed, earlier=earlier),
        lambda operation, request: _call(world, operation, request),
        lambda definition: bool(_metrics(definition)),
        lambda definition: _trains(world, definition),
    )
    answer = TUNING_JOBS.insert(world, document)
    world.tuning_runs[name] = run
    tuning_experiment.create(world, document)
    jobs.start(world, TUNING, document)
    return answer


def _call(world: World, operation: str, request: Request) -> Response:
    # Operations are looked up there, this one as well.
    from sagemock.api import operations

    return operations.run(world, service_model.CONTROL_PLANE, operation, request)


def _trains(world: World, definition: Document) -> bool:
    container = selection.training(_training_job(definition), world.config).container
    return container is not None and world.runtime.trainer() is not None


def _metrics(definition: Document) -> Sequence[Mapping[str, str]]:
    """The metric definitions that the service has for the algorithm of a definition."""
    return selection.metrics(_training_job(definition))


def _training_job(definition: Document) -> Document:
    """As much of a training job as says what runs for it."""
    return {
        "AlgorithmSpecification": definition["AlgorithmSpecification"],
        "HyperParameters": definition.get("StaticHyperParameters", {}),
    }


def check_create_hyper_parameter_tuning_job(request: Request) -> None:
    """Check what the service model cannot express. Raises `ValidationException`."""
    tuning_checks.check(request)


def _check_training_jobs(request: Request) -> None:
    """Raises what CreateTrainingJob would, for a training job of each definition."""
    from sagemock.api import operations

    for definition in tuning_job.definitions(request):
        example = tuning_job.training_request(
            request, definition, "example", {}, has_own_metrics=bool(_metrics(definition))
        )
        operations.check(service_model.CONTROL_PLANE, "CreateTrainingJob", example)


def describe_hyper_parameter_tuning_job(
    world: World, request: DescribeHyperParameterTuningJobRequestTypeDef
) -> Response:
    """Describe a tuning job. Its training jobs count as described, too. Raises `ResourceNotFound`.

    Clients that wait for a tuning job describe that alone.
    """
    document = TUNING_JOBS.find(world, request["HyperParameterTuningJobName"])
    name = document["HyperParameterTuningJobName"]
    run = world.tuning_runs.get(name)
    if run is not None:
        run.look()
    document = TUNING_JOBS.look(world, name)
    runtime = {"RuntimeInSeconds": runtime_seconds(document, clock.now())}
    operation = HYPER_PARAMETER_TUNING_JOB.operation("Describe")
    return described(operation, {"ConsumedResources": runtime, **document})


def list_hyper_parameter_tuning_jobs(
    world: World, request: ListHyperParameterTuningJobsRequestTypeDef
) -> Response:
    """One page of the tuning jobs, by name unless the request says otherwise."""
    return TUNING_JOBS.summaries(world, {"SortBy": "Name", **request})


def stop_hyper_parameter_tuning_job(
    world: World, request: StopHyperParameterTuningJobRequestTypeDef
) -> Response:
    """Stop a tuning job and its training jobs.

    Raises `ResourceNotFound`, and `ValidationException` for a tuning job that has ended.
    """
    document = TUNING_JOBS.find(world, request["HyperParameterTuningJobName"])
    name = document["HyperParameterTuningJobName"]
    job_families.stop(world, TUNING, name, missing="Requested resource not found.")
    run = world.tuning_runs.get(name)
    if run is not None:
        # The tuning job itself does so when it next continues, maybe after a long training job.
        run.stop_running()
    return {}


def delete_hyper_parameter_tuning_job(
    world: World, request: DeleteHyperParameterTuningJobRequestTypeDef
) -> Response:
    """Delete a tuning job, whose name is free again; its training jobs stay.

    Raises `ResourceNotFound`, and `ResourceInUse` unless the tuning job has ended.
    """
    document = TUNING_JOBS.find(world, request["HyperParameterTuningJobName"])
    job_families.check_has_ended(HYPER_PARAMETER_TUNING_JOB, document)
    jobs.delete(world, TUNING, document["HyperParameterTuningJobName"])
    return {}
