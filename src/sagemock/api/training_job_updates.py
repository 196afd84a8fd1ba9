"""UpdateTrainingJob: the profiler of a job that runs, the warm pool of one that has ended.

Only for RemoteDebugConfig is it documented which statuses allow a change. The rest follows AWS's
own controller for Kubernetes, which only sends what the service accepts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api.job_families import TRAINING_JOBS, rejected
from sagemock.documents import Document
from sagemock.errors import ValidationException
from sagemock.resources import clock, debugger, lifecycle, types, warm_pool

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateTrainingJobRequestTypeDef,
        UpdateTrainingJobRequestTypeDef,
    )

    from sagemock.resources.arn import Arn
    from sagemock.resources.training_job_document import Debugged, TrainingJob

REMOTELY_DEBUGGED = (lifecycle.DOWNLOADING, lifecycle.TRAINING)
"""The secondary statuses in which RemoteDebugConfig may be updated."""


def update_training_job(world: World, request: UpdateTrainingJobRequestTypeDef) -> Response:
    """Change a job in one step, entirely or not at all. Raises `ValidationException`."""
    name = request["TrainingJobName"]
    arn = TRAINING_JOBS.arn(world, name)
    check_profiler(request)

    def change(job: TrainingJob) -> TrainingJob:
        job = {**job, **_profiled(job, request, arn)}
        if "RemoteDebugConfig" in request:
            _check_remote_debug(job)
            job["RemoteDebugConfig"] = request["RemoteDebugConfig"]
        if "ResourceConfig" in request:
            job = _kept(job, request["ResourceConfig"]["KeepAlivePeriodInSeconds"])
        return job

    world.settle()
    TRAINING_JOBS.update(world, name, change)
    return {"TrainingJobArn": str(arn)}


def check_profiler(
    request: CreateTrainingJobRequestTypeDef | UpdateTrainingJobRequestTypeDef,
) -> None:
    """Check what the service model cannot express of the profiler. Raises `ValidationException`."""
    profiler = request.get("ProfilerConfig", debugger.NO_PROFILER)
    interval = profiler.get("ProfilingIntervalInMilliseconds")
    if interval is not None and interval not in debugger.INTERVALS:
        raise ValidationException(
            f"Invalid ProfilingIntervalInMilliseconds {interval}. Available values are "
            f"{', '.join(map(str, debugger.INTERVALS))}"
        )
    document: Document = request
    for member in debugger.RULES:
        check_rules(document.get(member, ()))


def check_rules(rules: debugger.Rules) -> None:
    """Raises `ValidationException` when two have the same name."""
    name = debugger.repeated(rules)
    if name is not None:
        raise ValidationException(
            f"Rule configuration names must be unique, and there are two named {name}"
        )


def _profiled(job: TrainingJob, request: UpdateTrainingJobRequestTypeDef, arn: Arn) -> Debugged:
    """The members that change with the profiler, which only a running job has."""
    profiler = request.get("ProfilerConfig")
    rules = request.get("ProfilerRuleConfigurations", ())
    if profiler is None and not rules:
        return {}
    if job["TrainingJobStatus"] != lifecycle.IN_PROGRESS:
        raise ValidationException(rejected(types.TRAINING_JOB, job["TrainingJobStatus"]))
    check_rules([*job.get("ProfilerRuleConfigurations", ()), *rules])
    return debugger.updated(job, profiler, rules, arn, clock.now())


def _check_remote_debug(job: TrainingJob) -> None:
    if job["SecondaryStatus"] not in REMOTELY_DEBUGGED:
        raise ValidationException(
            "RemoteDebugConfig can only be updated when the SecondaryStatus of the training job "
            f"is Downloading or Training, not {job['SecondaryStatus']}."
        )


def _kept(job: TrainingJob, seconds: int) -> TrainingJob:
    """The job with a changed KeepAlivePeriodInSeconds; 0 ends its warm pool."""
    if "WarmPoolStatus" not in job:
        raise ValidationException(
            "KeepAlivePeriodInSeconds cannot be updated: the training job was created without "
            "a warm pool."
        )
    if not warm_pool.is_available(job):
        raise ValidationException(
            "KeepAlivePeriodInSeconds can only be updated when the warm pool is in status "
            f"Available, not {job['WarmPoolStatus']['Status']}."
        )
    return warm_pool.kept_for(job, seconds, clock.now())
