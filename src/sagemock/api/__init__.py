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
        "CreateEndpoint": "endpoints:create_endpoint",
        "CreateEndpointConfig": "endpoint_configs:create_endpoint_config",
        "CreateModel": "models:create_model",
        "CreateTrainingJob": "training_jobs:create_training_job",
        "DeleteEndpoint": "endpoints:delete_endpoint",
        "DeleteEndpointConfig": "endpoint_configs:delete_endpoint_config",
        "DeleteModel": "models:delete_model",
        "DeleteTags": "tags:delete_tags",
        "DeleteTrainingJob": "training_jobs:delete_training_job",
        "DescribeEndpoint": "endpoints:describe_endpoint",
        "DescribeEndpointConfig": "endpoint_configs:describe_endpoint_config",
        "DescribeModel": "models:describe_model",
        "DescribeTrainingJob": "training_jobs:describe_training_job",
        "GetSearchSuggestions": "search_suggestions:get_search_suggestions",
        "ListEndpointConfigs": "endpoint_configs:list_endpoint_configs",
        "ListEndpoints": "endpoints:list_endpoints",
        "ListModels": "models:list_models",
        "ListTags": "tags:list_tags",
        "ListTrainingJobs": "training_jobs:list_training_jobs",
        "Search": "search:search",
        "StopTrainingJob": "training_jobs:stop_training_job",
        "UpdateEndpoint": "endpoints:update_endpoint",
        "UpdateEndpointWeightsAndCapacities": "endpoints:update_endpoint_weights_and_capacities",
        "UpdateTrainingJob": "training_job_updates:update_training_job",
    }
)
"""The control plane's operations that sagemock answers itself."""

RUNTIME_OPERATIONS = Operations({"InvokeEndpoint": "runtime:invoke_endpoint"})
"""SageMaker Runtime's."""
