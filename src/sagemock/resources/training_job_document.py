"""The members of a training job's document, in wire shape.

`training_job` makes and changes whole documents, `debugger` and `warm_pool` a part of them each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

from sagemock.resources import lifecycle

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import (
        CreateTrainingJobRequestTypeDef,
        DebugHookConfigUnionTypeDef,
        DebugRuleConfigurationUnionTypeDef,
        ModelArtifactsTypeDef,
        ProfilerConfigUnionTypeDef,
        ProfilerRuleConfigurationUnionTypeDef,
        WarmPoolStatusTypeDef,
    )

    class RuleStatus(TypedDict):
        """The status of a rule, in wire shape."""

        RuleConfigurationName: str
        RuleEvaluationJobArn: str
        RuleEvaluationStatus: str
        LastModifiedTime: float

    class Debugged(TypedDict):
        """The part of a job that is about the debugger and the profiler."""

        ProfilingStatus: NotRequired[str]
        ProfilerConfig: NotRequired[ProfilerConfigUnionTypeDef]
        DebugHookConfig: NotRequired[DebugHookConfigUnionTypeDef]
        DebugRuleConfigurations: NotRequired[list[DebugRuleConfigurationUnionTypeDef]]
        DebugRuleEvaluationStatuses: NotRequired[list[RuleStatus]]
        ProfilerRuleConfigurations: NotRequired[list[ProfilerRuleConfigurationUnionTypeDef]]
        ProfilerRuleEvaluationStatuses: NotRequired[list[RuleStatus]]

    class FinalMetric(TypedDict):
        """An entry of FinalMetricDataList, in wire shape."""

        MetricName: str
        Value: float
        Timestamp: float

    class NewTrainingJob(CreateTrainingJobRequestTypeDef):
        """The request, and what the service adds."""

        TrainingJobArn: str
        ModelArtifacts: ModelArtifactsTypeDef
        TrainingJobStatus: str
        SecondaryStatus: str
        CreationTime: float
        LastModifiedTime: float
        SecondaryStatusTransitions: list[lifecycle.Transition]

    class TrainingJob(NewTrainingJob):
        """The document, with the members that follow later."""

        TrainingStartTime: NotRequired[float]
        TrainingEndTime: NotRequired[float]
        TrainingTimeInSeconds: NotRequired[int]
        BillableTimeInSeconds: NotRequired[int]
        FinalMetricDataList: NotRequired[list[FinalMetric]]
        FailureReason: NotRequired[str]
        TrainingPlanArn: NotRequired[str]
        TuningJobArn: NotRequired[str]
        WarmPoolStatus: NotRequired[WarmPoolStatusTypeDef]
        ProfilingStatus: NotRequired[str]
        DebugRuleEvaluationStatuses: NotRequired[list[RuleStatus]]
        ProfilerRuleEvaluationStatuses: NotRequired[list[RuleStatus]]
