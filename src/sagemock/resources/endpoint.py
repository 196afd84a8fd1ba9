"""Documents of endpoints."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sagemock.resources import lifecycle
from sagemock.resources.arn import Arn
from sagemock.resources.endpoint_config import DEFAULT_WEIGHT, VARIANTS
from sagemock.resources.model import ModelDefinition
from sagemock.resources.tag import merged

CAPTURE = "CaptureOfConfig"
"""The member with the configuration's DataCaptureConfig, of which DescribeEndpoint shows a part."""

DEPLOYMENT = "DeploymentOfVariants"
"""The member from which the names of log streams follow: `Time`, in seconds since the epoch, and
`Containers`, the host names of the containers of each variant. No operation shows it."""

Models = Mapping[str, ModelDefinition]
"""The model of each variant, less variants for inference components."""


def new(
    request: Mapping[str, Any], config: Mapping[str, Any], arn: Arn, now: float
) -> dict[str, Any]:
    """The document of an endpoint that is being created; the part in service follows later."""
    return {
        "EndpointName": request["EndpointName"],
        "EndpointArn": str(arn),
        "EndpointConfigName": request["EndpointConfigName"],
        "EndpointStatus": lifecycle.CREATING,
        "CreationTime": now,
        "LastModifiedTime": now,
        "Tags": merged((), request.get("Tags", ())),
        "PendingDeploymentSummary": pending(config, now),
        **_last_deployment(request),
    }


def _last_deployment(request: Mapping[str, Any]) -> dict[str, Any]:
    if "DeploymentConfig" not in request:
        return {}
    return {"LastDeploymentConfig": request["DeploymentConfig"]}


def deployed(config: Mapping[str, Any], models: Models, now: float) -> dict[str, Any]:
    """The part of an endpoint that follows from the configuration in service."""
    part: dict[str, Any] = {
        "EndpointConfigName": config["EndpointConfigName"],
        DEPLOYMENT: {"Time": now, "Containers": _host_names(models)},
    }
    for kind in VARIANTS:
        if kind in config:
            part[kind] = [
                _variant(each, models.get(each["VariantName"], ModelDefinition()), now)
                for each in config[kind]
            ]
    if "DataCaptureConfig" in config:
        part["DataCaptureConfig"] = _data_capture(config["DataCaptureConfig"])
        part[CAPTURE] = config["DataCaptureConfig"]
    for member in (
        "AsyncInferenceConfig",
        "ExplainerConfig",
        "MetricsConfig",
        "CrossRegionTrafficConfig",
    ):
        if member in config:
            part[member] = config[member]
    return part


def pending(config: Mapping[str, Any], now: float) -> dict[str, Any]:
    """The PendingDeploymentSummary of an endpoint while a configuration is deployed to it."""
    variants: dict[str, Any] = {
        kind: [_pending_variant(each, now) for each in config[kind]]
        for kind in VARIANTS
        if kind in config
    }
    return {"EndpointConfigName": config["EndpointConfigName"], **variants, "StartTime": now}


def _pending_variant(config: Mapping[str, Any], now: float) -> dict[str, Any]:
    """The desired state of a variant; its current one is only known once it serves."""
    shown = {
        member: config[source]
        for member, source in _DESIRED.items()
        if config.get(source) is not None
    }
    return {**shown, "VariantStatus": [{"Status": "Creating", "StartTime": now}]}


_DESIRED = {
    "VariantName": "VariantName",
    "DesiredWeight": "InitialVariantWeight",
    "DesiredInstanceCount": "InitialInstanceCount",
    "InstanceType": "InstanceType",
    "AcceleratorType": "AcceleratorType",
    "DesiredServerlessConfig": "ServerlessConfig",
    "ManagedInstanceScaling": "ManagedInstanceScaling",
    "RoutingConfig": "RoutingConfig",
    "AcceleratorPartitionLayouts": "AcceleratorPartitionLayouts",
}
"""Members of a PendingProductionVariantSummary, and where a configuration has them."""


def updated(
    document: Mapping[str, Any],
    request: Mapping[str, Any],
    config: Mapping[str, Any],
    models: Models,
    now: float,
) -> dict[str, Any]:
    """The document of an endpoint once it serves another configuration."""
    part = deployed(config, models, now)
    if request.get("RetainAllVariantProperties"):
        excluded = {
            each["VariantPropertyType"]
            for each in request.get("ExcludeRetainedVariantProperties", ())
        }
        part = _retained(document, part, excluded)
    kept = {name: document[name] for name in _KEPT if name in document}
    if not request.get("RetainDeploymentConfig") and "DeploymentConfig" not in request:
        kept.pop("LastDeploymentConfig", None)
    return {
        **kept,
        **_last_deployment(request),
        **part,
        "EndpointStatus": lifecycle.IN_SERVICE,
        "LastModifiedTime": now,
    }


_KEPT = ("EndpointName", "EndpointArn", "CreationTime", "Tags", "LastDeploymentConfig")

_PROPERTIES = {
    "DesiredInstanceCount": ("DesiredInstanceCount", "CurrentInstanceCount"),
    "DesiredWeight": ("DesiredWeight", "CurrentWeight"),
    "DataCaptureConfig": (),
}
"""The variant properties that an update may retain, and the members that hold each."""


def _retained(
    document: Mapping[str, Any], part: Mapping[str, Any], excluded: set[str]
) -> dict[str, Any]:
    """`part` with the weights and capacities of existing variants, less those excluded."""
    members = [
        member
        for name, its_members in _PROPERTIES.items()
        if name not in excluded
        for member in its_members
    ]
    before = {each["VariantName"]: each for each in document.get("ProductionVariants", ())}
    variants = []
    for variant in part.get("ProductionVariants", ()):
        old = before.get(variant["VariantName"], {})
        variants.append({**variant, **{name: old[name] for name in members if name in old}})
    retained = {**part, "ProductionVariants": variants}
    if "DataCaptureConfig" not in excluded and "DataCaptureConfig" in document:
        retained["DataCaptureConfig"] = document["DataCaptureConfig"]
        retained[CAPTURE] = document[CAPTURE]
    return retained


def _host_names(models: Models) -> dict[str, list[str]]:
    return {variant: model.hosts for variant, model in models.items()}


def _variant(config: Mapping[str, Any], model: ModelDefinition, now: float) -> dict[str, Any]:
    weight = config.get("InitialVariantWeight", DEFAULT_WEIGHT)
    variant: dict[str, Any] = {
        "VariantName": config["VariantName"],
        "DeployedImages": [
            _deployed_image(each["Image"], now) for each in model.containers if "Image" in each
        ],
        "CurrentWeight": weight,
        "DesiredWeight": weight,
    }
    if "InitialInstanceCount" in config:
        count = config["InitialInstanceCount"]
        variant |= {"CurrentInstanceCount": count, "DesiredInstanceCount": count}
    if "ServerlessConfig" in config:
        serverless = config["ServerlessConfig"]
        variant |= {"CurrentServerlessConfig": serverless, "DesiredServerlessConfig": serverless}
    # Unless requests are checked, the list may be empty.
    if config.get("InstancePools"):
        variant["InstancePools"] = _pools(config)
    for member in (
        "ManagedInstanceScaling",
        "RoutingConfig",
        "CapacityReservationConfig",
        "AcceleratorPartitionLayouts",
    ):
        if member in config:
            variant[member] = config[member]
    return variant


def _pools(config: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The instances of a variant's pools, all in the pool of the first priority."""
    first = min(config["InstancePools"], key=lambda pool: pool["Priority"])
    count = config.get("InitialInstanceCount", 0)
    return [
        {
            "InstanceType": pool["InstanceType"],
            "CurrentInstanceCount": count if pool is first else 0,
        }
        for pool in config["InstancePools"]
    ]


def _deployed_image(image: str, now: float) -> dict[str, Any]:
    # There is no registry to ask: the digest is that of the name.
    name = image.split("@", 1)[0]
    untagged = name[: name.rindex(":")] if ":" in name.rsplit("/", 1)[-1] else name
    digest = hashlib.sha256(image.encode()).hexdigest()
    return {
        "SpecifiedImage": image,
        "ResolvedImage": image if "@" in image else f"{untagged}@sha256:{digest}",
        "ResolutionTime": now,
    }


def instance_type(config: Mapping[str, Any], variant: str) -> str | None:
    """The type of a variant's instances; None if its configuration names none, or several."""
    return _configured(config, variant).get("InstanceType")


def startup_limit(config: Mapping[str, Any], variant: str) -> int | None:
    """Seconds in which a variant's containers have to be healthy; None if it does not say."""
    return _configured(config, variant).get("ContainerStartupHealthCheckTimeoutInSeconds")


def _configured(config: Mapping[str, Any], variant: str) -> Mapping[str, Any]:
    variants = [each for kind in VARIANTS for each in config.get(kind, ())]
    return next((each for each in variants if each["VariantName"] == variant), {})


def _data_capture(config: Mapping[str, Any]) -> dict[str, Any]:
    # By the API reference, capture is on unless it is switched off.
    enabled = config.get("EnableCapture", True)
    return {
        "EnableCapture": enabled,
        "CaptureStatus": "Started" if enabled else "Stopped",
        "CurrentSamplingPercentage": config["InitialSamplingPercentage"],
        "DestinationS3Uri": config["DestinationS3Uri"],
        "KmsKeyId": config.get("KmsKeyId", ""),
    }


def reweighted(
    document: Mapping[str, Any], desired: Sequence[Mapping[str, Any]], now: float
) -> dict[str, Any]:
    """An endpoint with the weights and capacities of some variants changed."""
    by_name = {each["VariantName"]: each for each in desired}
    variants = []
    for variant in document.get("ProductionVariants", ()):
        change = by_name.get(variant["VariantName"], {})
        changed = dict(variant)
        if "DesiredWeight" in change:
            changed |= dict.fromkeys(("DesiredWeight", "CurrentWeight"), change["DesiredWeight"])
        if "DesiredInstanceCount" in change:
            count = change["DesiredInstanceCount"]
            changed |= dict.fromkeys(("DesiredInstanceCount", "CurrentInstanceCount"), count)
        if "ServerlessUpdateConfig" in change and "DesiredServerlessConfig" in variant:
            serverless = {**variant["DesiredServerlessConfig"], **change["ServerlessUpdateConfig"]}
            members = ("DesiredServerlessConfig", "CurrentServerlessConfig")
            changed |= dict.fromkeys(members, serverless)
        variants.append(changed)
    return {**document, "ProductionVariants": variants, "LastModifiedTime": now}
