"""Every kind of resource that sagemock knows, a row for each.

All that treats many kinds alike reads these rows: the tables of a world, the registration of
operations, tags, Search, CloudFormation, the console and the reports of failing tests. A new kind
is a new row, with its operations in a module of `api` and its documents in a module of this
package; see docs/architecture.md.
"""

from __future__ import annotations

from sagemock.resources import feature_group, feature_metadata, lifecycle
from sagemock.resources.resource_type import ResourceType, Searchable, Statuses


def _search(
    resource: str,
    *,
    shape: str = "",
    key: str = "",
    member: str = "",
    repeatable: frozenset[str] | None = frozenset(),
) -> Searchable:
    shape = shape or resource
    return Searchable(resource, shape, key or f"{shape}Name", member or shape, repeatable)


_OF_JOBS = Statuses(
    frozenset({lifecycle.IN_PROGRESS, lifecycle.STOPPING}), success=lifecycle.COMPLETED
)

TRAINING_JOB = ResourceType(
    "TrainingJob",
    "training-job",
    "training job",
    verbs=("Create", "Describe", "List", "Update", "Stop", "Delete"),
    search=_search("TrainingJob"),
    statuses=_OF_JOBS,
    listed=True,
)
MODEL = ResourceType(
    "Model",
    "model",
    "model",
    verbs=("Create", "Describe", "List", "Delete"),
    # The shape of the model dashboard wraps the model; documents are the models themselves.
    search=_search("Model"),
    listed=True,
)
ENDPOINT_CONFIG = ResourceType(
    "EndpointConfig",
    "endpoint-config",
    "endpoint configuration",
    verbs=("Create", "Describe", "List", "Delete"),
    listed=True,
)
ENDPOINT = ResourceType(
    "Endpoint",
    "endpoint",
    "endpoint",
    verbs=("Create", "Describe", "List", "Update", "Delete"),
    further=("UpdateEndpointWeightsAndCapacities",),
    search=_search("Endpoint"),
    statuses=Statuses(
        frozenset(
            {
                lifecycle.CREATING,
                lifecycle.UPDATING,
                lifecycle.ROLLING_BACK,
                lifecycle.SYSTEM_UPDATING,
            }
        ),
        success=lifecycle.IN_SERVICE,
    ),
    listed=True,
)
PROCESSING_JOB = ResourceType(
    "ProcessingJob",
    "processing-job",
    "processing job",
    verbs=("Create", "Describe", "List", "Stop", "Delete"),
    statuses=_OF_JOBS,
    listed=True,
)
TRANSFORM_JOB = ResourceType(
    "TransformJob",
    "transform-job",
    "transform job",
    verbs=("Create", "Describe", "List", "Stop"),
    statuses=_OF_JOBS,
    listed=True,
)
EXPERIMENT = ResourceType(
    "Experiment",
    "experiment",
    "experiment",
    verbs=("Create", "Describe", "List", "Update", "Delete"),
    search=_search("Experiment", repeatable=frozenset({"DisplayName", "ExperimentName", "Tags"})),
)
TRIAL = ResourceType(
    "Trial",
    "experiment-trial",
    "trial",
    verbs=("Create", "Describe", "List", "Update", "Delete"),
    search=_search(
        "ExperimentTrial",
        shape="Trial",
        repeatable=frozenset({"DisplayName", "TrialName", "Tags"}),
    ),
)
TRIAL_COMPONENT = ResourceType(
    "TrialComponent",
    "experiment-trial-component",
    "trial component",
    verbs=("Create", "Describe", "List", "Update", "Delete", "Associate", "Disassociate"),
    search=_search(
        "ExperimentTrialComponent",
        shape="TrialComponent",
        repeatable=frozenset(
            {"DisplayName", "TrialComponentName", "Tags", "InputArtifacts", "OutputArtifacts"}
        ),
    ),
)
# Several artifacts may have one name, or none.
ARTIFACT = ResourceType(
    "Artifact",
    "artifact",
    "artifact",
    verbs=("Create", "Describe", "List", "Update", "Delete"),
    identity="ArtifactId",
)
ACTION = ResourceType(
    "Action",
    "action",
    "action",
    verbs=("Create", "Describe", "List", "Update", "Delete"),
    ignores_case=True,
)
CONTEXT = ResourceType(
    "Context",
    "context",
    "context",
    verbs=("Create", "Describe", "List", "Update", "Delete"),
    ignores_case=True,
)
LINEAGE_GROUP = ResourceType(
    "LineageGroup",
    "lineage-group",
    "lineage group",
    verbs=("Describe", "List"),
    further=("GetLineageGroupPolicy",),
)
MODEL_PACKAGE = ResourceType(
    "ModelPackage",
    "model-package",
    "model package",
    search=_search("ModelPackage", key="ModelPackageArn"),
)
MODEL_PACKAGE_GROUP = ResourceType(
    "ModelPackageGroup",
    "model-package-group",
    "model package group",
    search=_search("ModelPackageGroup"),
)
PIPELINE = ResourceType("Pipeline", "pipeline", "pipeline", search=_search("Pipeline"))
# Its ARNs are those of the pipeline with `/execution/` and an identifier.
PIPELINE_EXECUTION = ResourceType(
    "PipelineExecution",
    "pipeline-execution",
    "pipeline execution",
    search=_search("PipelineExecution", key="PipelineExecutionArn"),
)
PIPELINE_VERSION = ResourceType(
    "PipelineVersion",
    "",
    "pipeline version",
    search=_search("PipelineVersion", key="PipelineVersionId"),
)
# The guide uses Contains two and three times in one search of feature groups and features.
FEATURE_GROUP = ResourceType(
    "FeatureGroup",
    "feature-group",
    "feature group",
    verbs=("Create", "Describe", "List", "Update", "Delete"),
    search=_search("FeatureGroup", repeatable=None),
    statuses=Statuses(frozenset({feature_group.CREATING}), success=feature_group.CREATED),
    listed=True,
    ignores_case=True,
)
FEATURE_METADATA = ResourceType(
    "FeatureMetadata",
    "",
    "feature",
    verbs=("Describe", "Update"),
    search=_search("FeatureMetadata", key="FeatureName", repeatable=None),
    ignores_case=True,
    identity=feature_metadata.KEY,
)
PROJECT = ResourceType("Project", "project", "project", search=_search("Project"))
HYPER_PARAMETER_TUNING_JOB = ResourceType(
    "HyperParameterTuningJob",
    "hyper-parameter-tuning-job",
    "hyperparameter tuning job",
    verbs=("Create", "Describe", "List", "Stop", "Delete"),
    statuses=_OF_JOBS,
    listed=True,
    ignores_case=True,
    search=_search(
        "HyperParameterTuningJob",
        shape="HyperParameterTuningJobSearchEntity",
        key="HyperParameterTuningJobName",
        member="HyperParameterTuningJob",
    ),
)
MODEL_CARD = ResourceType(
    "ModelCard", "model-card", "model card", search=_search("ModelCard", key="ModelCardArn")
)
JOB = ResourceType("Job", "job", "job", search=_search("Job"))
HUB_CONTENT = ResourceType("HubContent", "hub-content", "hub content", search=_search("HubContent"))
AUTO_ML_JOB = ResourceType("AutoMLJob", "automl-job", "AutoML job")
CLUSTER = ResourceType("Cluster", "cluster", "cluster")
COMPILATION_JOB = ResourceType("CompilationJob", "compilation-job", "compilation job")
DATA_QUALITY_JOB_DEFINITION = ResourceType(
    "DataQualityJobDefinition", "data-quality-job-definition", "data quality job definition"
)
DOMAIN = ResourceType("Domain", "domain", "domain")
MODEL_BIAS_JOB_DEFINITION = ResourceType(
    "ModelBiasJobDefinition", "model-bias-job-definition", "model bias job definition"
)
MODEL_EXPLAINABILITY_JOB_DEFINITION = ResourceType(
    "ModelExplainabilityJobDefinition",
    "model-explainability-job-definition",
    "model explainability job definition",
)
MODEL_QUALITY_JOB_DEFINITION = ResourceType(
    "ModelQualityJobDefinition", "model-quality-job-definition", "model quality job definition"
)
NOTEBOOK_INSTANCE = ResourceType("NotebookInstance", "notebook-instance", "notebook instance")
NOTEBOOK_INSTANCE_LIFECYCLE_CONFIG = ResourceType(
    "NotebookInstanceLifecycleConfig",
    "notebook-instance-lifecycle-config",
    "lifecycle configuration",
)

TYPES: tuple[ResourceType, ...] = tuple(
    value for value in list(globals().values()) if isinstance(value, ResourceType)
)
"""All rows, in the order in which lists show them."""

OURS = tuple(kind for kind in TYPES if kind.ours)
LISTED = tuple(kind for kind in TYPES if kind.listed)

ALSO_OF_MOTO = frozenset({HYPER_PARAMETER_TUNING_JOB})
"""Kinds of ours of which moto keeps those that cannot run, with `validation="off"`."""

SEARCHABLE = {kind.search.resource: kind.search for kind in TYPES if kind.search}
"""The searchable kinds by the value of Search's Resource enum.

Image and ImageVersion are missing: a SearchRecord has no member for them.
"""

_BY_SEARCH = {kind.search.resource: kind for kind in TYPES if kind.search}
_BY_ARN_KIND = {kind.arn_kind: kind for kind in TYPES if kind.arn_kind}


def of_arn_kind(arn_kind: str) -> ResourceType | None:
    """The kind whose ARNs have that before the slash, or None."""
    return _BY_ARN_KIND.get(arn_kind)


def of_search(resource: str) -> ResourceType:
    """The kind of a value of Search's Resource enum. Raises KeyError if it is not searchable."""
    return _BY_SEARCH[resource]
