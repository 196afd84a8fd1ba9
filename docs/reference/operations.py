"""The reference page of the operations, from the tables that calls are dispatched by.

`python -m docs.reference.operations > docs/operations.md`
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

from sagemock import api
from sagemock.wire import service_model

_HEAD = """\
# Operations

Generated from the tables in `api/__init__.py`.

"""
_OURS = """\
## What sagemock answers itself

| Operation | Where |
|---|---|
"""


def page() -> str:
    """The page, in Markdown."""
    return f"{ours()}\n{motos()}"


def ours() -> str:
    """The part of the page that depends on this project alone."""
    tables: tuple[Mapping[str, Any], ...] = (
        api.OPERATIONS,
        api.RUNTIME_OPERATIONS,
        api.METRICS_OPERATIONS,
    )
    rows = [
        f"| `{name}` | `api/{table[name].__module__.rsplit('.', 1)[1]}.py` |\n"
        for table in tables
        for name in sorted(set(table) - api.NOT_BUILT)
    ]
    refused = (
        f"\n{_listed(sorted(api.NOT_BUILT))} are refused with a `ValidationError` that says that "
        "they are not built yet. Results that a test has queued through moto's API, endpoints with "
        'images that nothing here runs, and `validation="off"` leave the first one to moto.\n'
    )
    return _HEAD + _OURS + "".join(rows) + refused


def motos() -> str:
    """The part that depends on moto's version and botocore's."""
    from botocore import xform_name
    from moto.sagemaker.responses import SageMakerResponse
    from moto.sagemakermetrics.responses import SageMakerMetricsResponse
    from moto.sagemakerruntime.responses import SageMakerRuntimeResponse

    left: list[str] = []
    lacking = 0
    for service, table, responses in (
        (service_model.CONTROL_PLANE, api.OPERATIONS, SageMakerResponse),
        (service_model.RUNTIME, api.RUNTIME_OPERATIONS, SageMakerRuntimeResponse),
        (service_model.METRICS, api.METRICS_OPERATIONS, SageMakerMetricsResponse),
    ):
        others = sorted(service_model.operation_names(service) - set(table))
        has = [name for name in others if hasattr(responses, xform_name(name))]
        lacking += len(others) - len(has)
        left += has
    return (
        f"## What is left to moto\n\n{source()}: {_listed(left)}.\n\n"
        f"The other {lacking} operations of the three services have neither; they are refused "
        "with an `UnknownOperationException` that names the operation.\n"
    )


def source() -> str:
    """Whose lists the second part was made of."""
    return f"As of moto {version('moto')} and botocore {version('botocore')}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    sys.stdout.write(page())
