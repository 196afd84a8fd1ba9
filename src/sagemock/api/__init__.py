"""One function for each AWS operation, one file for each family of resources.

A function takes the `World` of the caller and a validated request in wire shape. It returns an
answer in wire shape or raises an error of `sagemock.errors`; `NotOurs` leaves the request to moto.

The operations of a kind of resource are in the module named after its plural: those of
`TrainingJob` in `training_jobs`, with `CreateTrainingJob` as `create_training_job`. If there is a
`check_create_training_job`, it raises AWS's errors for a request that is wrong by itself, beyond
what the service model says. Errors that depend on other resources, such as a name that is taken,
are raised by the operation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from sagemock.resources.resource_type import snake
from sagemock.resources.types import OURS

Check = Callable[[Mapping[str, Any]], None]


class Operations(Mapping[str, Any]):
    """The functions of AWS's operations by name, each imported at its first use.

    Parameters
    ----------
    modules : Mapping[str, str]
        The module of this package in which each operation is.
    """

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._modules = modules
        self._functions: dict[str, Any] = {}
        self._checks: dict[str, Sequence[Check]] = {}

    def __getitem__(self, operation: str) -> Any:
        if operation not in self._functions:
            self._functions[operation] = getattr(self._module(operation), snake(operation))
        return self._functions[operation]

    def check(self, operation: str, request: Mapping[str, Any]) -> None:
        """Raise an error of `sagemock.errors` for a request that is wrong by itself."""
        if operation not in self._checks:
            self._checks[operation] = tuple(self._checks_of(operation))
        for check in self._checks[operation]:
            check(request)

    def _checks_of(self, operation: str) -> Iterator[Check]:
        if operation.startswith("Create"):
            # All Create operations may have tags.
            yield _module("tags").check_add_tags
        own = getattr(self._module(operation), f"check_{snake(operation)}", None)
        if own is not None:
            yield own

    def _module(self, operation: str) -> ModuleType:
        return _module(self._modules[operation])

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


def _module(name: str) -> ModuleType:
    return import_module(f"sagemock.api.{name}")


OPERATIONS = Operations(
    {
        **{operation: snake(kind.plural) for kind in OURS for operation in kind.operations},
        "AddAssociation": "associations",
        "AddTags": "tags",
        "DeleteAssociation": "associations",
        "DeleteTags": "tags",
        "GetSearchSuggestions": "search_suggestions",
        "ListAssociations": "associations",
        "ListTags": "tags",
        "ListTrainingJobsForHyperParameterTuningJob": "tuned_training_jobs",
        "QueryLineage": "lineage_query",
        "Search": "search",
    }
)
"""The operations of the control plane that sagemock answers itself."""

RUNTIME_OPERATIONS = Operations(
    {
        "InvokeEndpoint": "runtime",
        "InvokeEndpointAsync": "async_and_streaming",
        "InvokeEndpointWithResponseStream": "async_and_streaming",
    }
)
"""The operations of SageMaker Runtime."""

NOT_BUILT = frozenset({"InvokeEndpointAsync", "InvokeEndpointWithResponseStream"})
"""Operations that are only refused, where moto has no answer."""

METRICS_OPERATIONS = Operations(
    {"BatchGetMetrics": "component_metrics", "BatchPutMetrics": "component_metrics"}
)
"""The operations of SageMaker Metrics."""
