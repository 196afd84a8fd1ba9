"""SageMaker Debugger in a training job's document: the hook, the profiler, and their rules.

The hook and the profiler write nothing: the algorithms here have no tensors to save, and there are
no instances to profile. Rules are shown as on AWS, and find no issues.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, cast

from sagemock.resources import types
from sagemock.resources.arn import Arn

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateTrainingJobRequestTypeDef,
        DebugRuleConfigurationUnionTypeDef,
        ProfilerConfigForUpdateTypeDef,
        ProfilerConfigTypeDef,
        ProfilerRuleConfigurationUnionTypeDef,
    )

    from sagemock.resources.training_job_document import Debugged, RuleStatus, TrainingJob

Rules = Sequence["DebugRuleConfigurationUnionTypeDef | ProfilerRuleConfigurationUnionTypeDef"]

INTERVALS = (100, 200, 500, 1000, 5000, 60000)
"""The values of ProfilingIntervalInMilliseconds; see ProfilerConfig in the API reference."""

DEFAULT_INTERVAL = 500
"""The default of ProfilingIntervalInMilliseconds."""

NO_PROFILER: ProfilerConfigTypeDef = {}
"""The ProfilerConfig of a job whose request has none."""

ENABLED, DISABLED = "Enabled", "Disabled"

_Rules = Literal["DebugRuleConfigurations", "ProfilerRuleConfigurations"]
_Statuses = Literal["DebugRuleEvaluationStatuses", "ProfilerRuleEvaluationStatuses"]

RULES: Mapping[_Rules, _Statuses] = {
    "DebugRuleConfigurations": "DebugRuleEvaluationStatuses",
    "ProfilerRuleConfigurations": "ProfilerRuleEvaluationStatuses",
}
"""The members of a request that hold rules, and those of an answer that hold their statuses."""


def started(request: CreateTrainingJobRequestTypeDef, arn: Arn, now: float) -> Debugged:
    """The members of a new job that are about the debugger and the profiler."""
    profiler = request.get("ProfilerConfig", NO_PROFILER)
    disabled = profiler.get("DisableProfiler", not profiler)
    filled: dict[str, Any] = {"ProfilingStatus": DISABLED if disabled else ENABLED}
    if profiler:
        filled["ProfilerConfig"] = _profiler(profiler)
    if "DebugHookConfig" in request:
        filled["DebugHookConfig"] = {"CollectionConfigurations": [], **request["DebugHookConfig"]}
    for rules, statuses in RULES.items():
        if rules in request:
            filled[rules] = _configured(request[rules])
            filled[statuses] = _evaluated(request[rules], arn, now)
    return cast("Debugged", filled)


def _configured(rules: Rules) -> list[dict[str, Any]]:
    """Rules as recorded on AWS, with a volume of 0 where none was requested."""
    return [{"VolumeSizeInGB": 0, **rule} for rule in rules]


def _profiler(config: Mapping[str, Any]) -> dict[str, Any]:
    if "S3OutputPath" not in config:
        return dict(config)
    return {"ProfilingIntervalInMilliseconds": DEFAULT_INTERVAL, **config}


def _evaluated(rules: Rules, arn: Arn, now: float) -> list[RuleStatus]:
    """Each rule is evaluated by a processing job beside the training."""
    return [
        {
            "RuleConfigurationName": rule["RuleConfigurationName"],
            "RuleEvaluationJobArn": _evaluation_job(arn, rule["RuleConfigurationName"]),
            "RuleEvaluationStatus": "InProgress",
            "LastModifiedTime": now,
        }
        for rule in rules
    ]


def _evaluation_job(arn: Arn, rule: str) -> str:
    """Named as on AWS: the beginnings of both names, and a digest instead of a random suffix."""
    digest = hashlib.blake2b(f"{arn}/{rule}".encode(), digest_size=4).hexdigest()
    name = f"{arn.name[:26]}-{rule[:26]}-{digest}"
    return str(replace(arn, kind=types.PROCESSING_JOB.arn_kind, name=name))


def ended(job: TrainingJob, now: float) -> Debugged:
    """The final statuses of the rules: no issues found, or stopped with the job."""
    status = "NoIssuesFound" if job["TrainingJobStatus"] == "Completed" else "Stopped"
    settled = {
        statuses: _settled(job[statuses], status, now)
        for statuses in RULES.values()
        if statuses in job
    }
    return cast("Debugged", settled)


def _settled(rules: Iterable[RuleStatus], status: str, now: float) -> list[RuleStatus]:
    """Rules in their final status; those that have been stopped before stay stopped."""
    return [
        {**rule, "RuleEvaluationStatus": status, "LastModifiedTime": now}
        if rule["RuleEvaluationStatus"] == "InProgress"
        else rule.copy()
        for rule in rules
    ]


def updated(
    job: TrainingJob,
    profiler: ProfilerConfigForUpdateTypeDef | None,
    rules: Rules,
    arn: Arn,
    now: float,
) -> Debugged:
    """The members that UpdateTrainingJob changes: those of the profiler, and of its rules.

    Disabling the profiler stops its rules.

    Parameters
    ----------
    job : TrainingJob
        The job before the update.
    profiler : ProfilerConfigForUpdateTypeDef or None
        The members of ProfilerConfig to overwrite, if any.
    rules : Rules
        The rules to add.
    arn : Arn
        The ARN of the job.
    now : float
        Seconds since the epoch.
    """
    changed: dict[str, Any] = {}
    if profiler is not None:
        merged: ProfilerConfigTypeDef = {
            **job.get("ProfilerConfig", NO_PROFILER),
            "DisableProfiler": False,
            **profiler,
        }
        changed["ProfilerConfig"] = _profiler(merged)
        changed["ProfilingStatus"] = DISABLED if merged["DisableProfiler"] else ENABLED
    if rules:
        changed["ProfilerRuleConfigurations"] = [
            *job.get("ProfilerRuleConfigurations", ()),
            *_configured(rules),
        ]
    statuses = [
        *job.get("ProfilerRuleEvaluationStatuses", ()),
        *_evaluated(rules, arn, now),
    ]
    if statuses:
        disabled = changed.get("ProfilingStatus") == DISABLED
        changed["ProfilerRuleEvaluationStatuses"] = (
            _settled(statuses, "Stopped", now) if disabled else statuses
        )
    return cast("Debugged", changed)


def repeated(rules: Rules) -> str | None:
    """A name that two rules share, or None."""
    seen: set[str] = set()
    for rule in rules:
        name = rule["RuleConfigurationName"]
        if name in seen:
            return name
        seen.add(name)
    return None
