"""A model's document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sagemock.resources.arn import Arn
from sagemock.resources.tag import merged


def new(
    request: Mapping[str, Any], arn: Arn, now: float, *, fills_in: bool = True
) -> dict[str, Any]:
    """The request, with what the service adds; fills_in: and fills in inside of its members."""
    document = {
        **request,
        "ModelArn": str(arn),
        "CreationTime": now,
        # Search sorts by it; a model cannot be changed.
        "LastModifiedTime": now,
        "EnableNetworkIsolation": request.get("EnableNetworkIsolation", False),
        # No model here comes from a registry that recommends instances for it.
        "DeploymentRecommendation": {"RecommendationStatus": "NOT_APPLICABLE"},
        "Tags": merged((), request.get("Tags", ())),
    }
    if not fills_in:
        return document
    if "PrimaryContainer" in request:
        document["PrimaryContainer"] = _container(request["PrimaryContainer"])
    if "Containers" in request:
        document["Containers"] = [_container(each) for each in request["Containers"]]
        document["InferenceExecutionConfig"] = {
            "Mode": "Serial",
            **request.get("InferenceExecutionConfig", {}),
        }
    return document


def _container(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"Mode": "SingleModel", "Environment": {}, **given}


def containers(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The containers of a model, or of a request for one, the first to be asked first."""
    if "PrimaryContainer" in document:
        yield document["PrimaryContainer"]
    yield from document.get("Containers", ())


def data_location(container: Mapping[str, Any]) -> str | None:
    """The S3 URI of a container's model data."""
    source = container.get("ModelDataSource", {}).get("S3DataSource", {})
    location: str | None = container.get("ModelDataUrl", source.get("S3Uri"))
    return location


def is_uncompressed(container: Mapping[str, Any]) -> bool:
    """Whether the model data are the files of an archive instead of the archive."""
    source = container.get("ModelDataSource", {}).get("S3DataSource", {})
    compression: str = source.get("CompressionType", "Gzip")
    return compression == "None"
