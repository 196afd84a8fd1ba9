"""One function for each AWS operation, one file for each family of resources.

Each takes the `World` of the caller and a validated request in wire shape, and gives an answer
in wire shape or raises an error of `sagemock.errors`. `NotOurs` leaves a request to moto.

The operations of a kind of resource are in the module with the name of its plural: those of
`TrainingJob` in `training_jobs`. `CreateTrainingJob` is there `create_training_job`, and
`check_create_training_job`, where there is one, raises what AWS refuses of a request by itself,
beyond what the service model says. What is refused because of what exists already, such as a name
that is taken, is refused by the operation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from sagemock.resources.types import OURS, snake

Check = Callable[[Mapping[str, Any]], None]


class Operations(Mapping[str, Any]):
    """AWS's operation names and the functions behind them, each imported at its first use.

    modules: in which module of this package each operation is.
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
        """Raises an error of `sagemock.errors` for a request that is wrong by itself."""
        if operation not in self._checks:
            self._checks[operation] = tuple(self._checks_of(operation))
        for check in self._checks[operation]:
            check(request)

    def _checks_of(self, operation: str) -> Iterator[Check]:
        if operation.startswith("Create"):
            # Whatever is created may have tags.
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
        "AddTags": "tags",
        "DeleteTags": "tags",
        "GetSearchSuggestions": "search_suggestions",
        "ListTags": "tags",
        "Search": "search",
    }
)
"""The control plane's operations that sagemock answers itself."""

RUNTIME_OPERATIONS = Operations({"InvokeEndpoint": "runtime"})
"""SageMaker Runtime's."""

METRICS_OPERATIONS = Operations(
    {"BatchGetMetrics": "component_metrics", "BatchPutMetrics": "component_metrics"}
)
"""SageMaker Metrics'."""
