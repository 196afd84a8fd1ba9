"""One function for each AWS operation, one file for each family of resources.

Each takes the `World` of the caller and a validated request in wire shape, and gives an answer
in wire shape or raises an error of `sagemock.errors`. `NotOurs` leaves a request to moto.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any


class Operations(Mapping[str, Any]):
    """AWS's operation names and the functions behind them, each imported at its first use."""

    def __init__(self, homes: Mapping[str, str]) -> None:
        self._homes = homes
        self._functions: dict[str, Any] = {}

    def __getitem__(self, operation: str) -> Any:
        if operation not in self._functions:
            module, function = self._homes[operation].split(":")
            home = import_module(f"sagemock.api.{module}")
            self._functions[operation] = getattr(home, function)
        return self._functions[operation]

    def __iter__(self) -> Iterator[str]:
        return iter(self._homes)

    def __len__(self) -> int:
        return len(self._homes)


OPERATIONS = Operations(
    {
        "AddTags": "tags:add_tags",
        "AssociateTrialComponent": "trial_components:associate_trial_component",
        "CreateEndpoint": "endpoints:create_endpoint",
        "CreateEndpointConfig": "endpoint_configs:create_endpoint_config",
        "CreateExperiment": "experiments:create_experiment",
        "CreateModel": "models:create_model",
        "CreateTrainingJob": "training_jobs:create_training_job",
        "CreateTrial": "trials:create_trial",
        "CreateTrialComponent": "trial_components:create_trial_component",
        "DeleteEndpoint": "endpoints:delete_endpoint",
        "DeleteEndpointConfig": "endpoint_configs:delete_endpoint_config",
        "DeleteExperiment": "experiments:delete_experiment",
        "DeleteModel": "models:delete_model",
        "DeleteTags": "tags:delete_tags",
        "DeleteTrainingJob": "training_jobs:delete_training_job",
        "DeleteTrial": "trials:delete_trial",
        "DeleteTrialComponent": "trial_components:delete_trial_component",
        "DescribeEndpoint": "endpoints:describe_endpoint",
        "DescribeEndpointConfig": "endpoint_configs:describe_endpoint_config",
        "DescribeExperiment": "experiments:describe_experiment",
        "DescribeModel": "models:describe_model",
        "DescribeTrainingJob": "training_jobs:describe_training_job",
        "DescribeTrial": "trials:describe_trial",
        "DescribeTrialComponent": "trial_components:describe_trial_component",
        "DisassociateTrialComponent": "trial_components:disassociate_trial_component",
        "GetSearchSuggestions": "search_suggestions:get_search_suggestions",
        "ListEndpointConfigs": "endpoint_configs:list_endpoint_configs",
        "ListEndpoints": "endpoints:list_endpoints",
        "ListExperiments": "experiments:list_experiments",
        "ListModels": "models:list_models",
        "ListTags": "tags:list_tags",
        "ListTrainingJobs": "training_jobs:list_training_jobs",
        "ListTrialComponents": "trial_components:list_trial_components",
        "ListTrials": "trials:list_trials",
        "Search": "search:search",
        "StopTrainingJob": "training_jobs:stop_training_job",
        "UpdateEndpoint": "endpoints:update_endpoint",
        "UpdateEndpointWeightsAndCapacities": "endpoints:update_endpoint_weights_and_capacities",
        "UpdateExperiment": "experiments:update_experiment",
        "UpdateTrainingJob": "training_job_updates:update_training_job",
        "UpdateTrial": "trials:update_trial",
        "UpdateTrialComponent": "trial_components:update_trial_component",
    }
)
"""The control plane's operations that sagemock answers itself."""

CHECKS = Operations(
    {
        "AddTags": "tags:check_new",
        "CreateEndpoint": "tags:check_new",
        "CreateEndpointConfig": "endpoint_configs:check",
        "CreateExperiment": "tags:check_new",
        "CreateModel": "models:check",
        "CreateTrainingJob": "training_jobs:check",
        "CreateTrial": "tags:check_new",
        "CreateTrialComponent": "tags:check_new",
        "DeleteTags": "tags:check_unwanted",
        "ListTrialComponents": "trial_components:check",
    }
)
"""What AWS refuses of requests by themselves, beyond what the service model says.

Each takes a request and raises errors of `sagemock.errors`. What is refused because of what
there is, such as a name that is taken, is refused by the operations.
"""

RUNTIME_OPERATIONS = Operations({"InvokeEndpoint": "runtime:invoke_endpoint"})
"""SageMaker Runtime's."""

METRICS_OPERATIONS = Operations(
    {
        "BatchGetMetrics": "component_metrics:batch_get_metrics",
        "BatchPutMetrics": "component_metrics:batch_put_metrics",
    }
)
"""SageMaker Metrics'."""
