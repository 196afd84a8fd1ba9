"""The CloudWatch metrics of multi-model endpoints: how their models are loaded.

Names, namespaces, dimensions and units are those of the developer guide's page on the metrics of
multi-model endpoints. Times are in microseconds.
"""

from __future__ import annotations

from contextlib import suppress

from sagemock.accounts.services import MetricDatum
from sagemock.accounts.world import World
from sagemock.algorithms.base import Stopped
from sagemock.resources import clock

INVOCATIONS = "AWS/SageMaker"
"""The namespace of what invocations cause."""

INSTANCES = "/aws/sagemaker/Endpoints"
"""The namespace of the state of instances."""

OF_INSTANCES = frozenset({"LoadedModelCount"})


def measure(world: World, endpoint: str, variant: str, name: str, value: float) -> None:
    """Record a value of a metric now. Those of a mock that is stopping are not kept."""
    namespace = INSTANCES if name in OF_INSTANCES else INVOCATIONS
    dimensions = {"EndpointName": endpoint, "VariantName": variant}
    with suppress(Stopped):
        world.services.metrics.put(namespace, dimensions, [MetricDatum(name, value, clock.now())])
