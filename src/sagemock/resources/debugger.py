"""SageMaker Debugger in a training job's document: the hook, the profiler, and their rules.

The hook and the profiler write nothing here: no algorithm here has tensors to save, and there is
no instance to watch. Rules are told of as they are on AWS, and find nothing.
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
"""What ProfilingIntervalInMilliseconds may be; see ProfilerConfig in the API reference."""

DEFAULT_INTERVAL = 500

NO_PROFILER: ProfilerConfigTypeDef = {}
"""Of a job whose request has no ProfilerConfig."""

ENABLED, DISABLED = "Enabled", "Disabled"

_Rules = Literal["DebugRuleConfigurations", "ProfilerRuleConfigurations"]
_Statuses = Literal["DebugRuleEvaluationStatuses", "ProfilerRuleEvaluationStatuses"]

RULES: Mapping[_Rules, _Statuses] = {
    "DebugRuleConfigurations": "DebugRuleEvaluationStatuses",
    "ProfilerRuleConfigurations": "ProfilerRuleEvaluationStatuses",
}
"""The rules of a request, and the member of an answer that tells how each is doing."""


def started(request: CreateTrainingJobRequestTypeDef, arn: Arn, now: float) -> Debugged:
    """What the service fills in of a new job."""
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
    """Rules as AWS shows them, with a volume of 0 where none was asked for: so recorded."""
    return [{"VolumeSizeInGB": 0, **rule} for rule in rules]


def _profiler(given: Mapping[str, Any]) -> dict[str, Any]:
    if "S3OutputPath" not in given:
        return dict(given)
    return {"ProfilingIntervalInMilliseconds": DEFAULT_INTERVAL, **given}


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
    """AWS's name for it: the beginnings of both names, and a digest in place of a random one."""
    digest = hashlib.blake2b(f"{arn}/{rule}".encode(), digest_size=4).hexdigest()
    name = f"{arn.name[:26]}-{rule[:26]}-{digest}"
    return str(replace(arn, kind=types.PROCESSING_JOB.arn_kind, name=name))


def ended(job: TrainingJob, now: float) -> Debugged:
    """No rule is evaluated, so none finds an issue; those of a stopped job are stopped."""
    found = "NoIssuesFound" if job["TrainingJobStatus"] == "Completed" else "Stopped"
    settled = {
        statuses: _settled(job[statuses], found, now)
        for statuses in RULES.values()
        if statuses in job
    }
    return cast("Debugged", settled)


def _settled(statuses: Iterable[RuleStatus], found: str, now: float) -> list[RuleStatus]:
    """Rules that have been stopped already stay so."""
    return [
        {**status, "RuleEvaluationStatus": found, "LastModifiedTime": now}
        if status["RuleEvaluationStatus"] == "InProgress"
        else status.copy()
        for status in statuses
    ]


def updated(
    job: TrainingJob,
    profiler: ProfilerConfigForUpdateTypeDef | None,
    rules: Rules,
    arn: Arn,
    now: float,
) -> Debugged:
    """What UpdateTrainingJob changes of a job: members of its profiler, and further rules.

    Without a profiler there is nothing that its rules could look at, so that they are stopped.
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
    """A name that two rules have, where each must have its own."""
    seen: set[str] = set()
    for rule in rules:
        name = rule["RuleConfigurationName"]
        if name in seen:
            return name
        seen.add(name)
    return None
