"""Documents of endpoint configurations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sagemock.resources.arn import Arn
from sagemock.resources.tag import merged

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import CreateEndpointConfigInputTypeDef

    class EndpointConfig(CreateEndpointConfigInputTypeDef):
        """The document of a configuration: the request, and what the service adds."""

        EndpointConfigArn: str
        CreationTime: float


DEFAULT_WEIGHT = 1.0
"""The default of InitialVariantWeight."""

Variants = Literal["ProductionVariants", "ShadowProductionVariants"]

VARIANTS: tuple[Variants, ...] = ("ProductionVariants", "ShadowProductionVariants")
"""The members that list variants."""


def new(
    request: CreateEndpointConfigInputTypeDef, arn: Arn, now: float, *, fills_in: bool = True
) -> EndpointConfig:
    """The document of a new configuration: the request, and what the service adds.

    Parameters
    ----------
    request : CreateEndpointConfigInputTypeDef
        The request.
    arn : Arn
        The ARN of the configuration.
    now : float
        Seconds since the epoch.
    fills_in : bool
        Whether to add defaults inside of the variants as well.
    """
    document: EndpointConfig = {
        **request,
        "EndpointConfigArn": str(arn),
        "CreationTime": now,
        "EnableNetworkIsolation": request.get("EnableNetworkIsolation", False),
        "Tags": merged((), request.get("Tags", ())),
    }
    for kind in VARIANTS if fills_in else ():
        if kind in request:
            document[kind] = [
                each
                if "InitialVariantWeight" in each
                else {**each, "InitialVariantWeight": DEFAULT_WEIGHT}
                for each in request[kind]
            ]
    return document
