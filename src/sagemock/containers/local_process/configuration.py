"""The JSON files that SageMaker puts into a container, from the document of the job. Pure.

Their form is documented in the developer guide: "How Amazon SageMaker Provides Training
Information" and "How Amazon SageMaker Processing Configures Input and Output".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sagemock.containers.base import TrainingInput

GROUP = "homogeneousCluster"
"""The instance group of a job without InstanceGroups."""

NETWORK_INTERFACE = "eth0"
"""The network interface that hosts name."""


def hyperparameters(input: TrainingInput) -> dict[str, str]:
    """Return `hyperparameters.json`: every value is text."""
    return {str(name): str(value) for name, value in input.hyperparameters.items()}


def modes(input: TrainingInput) -> dict[str, str]:
    """Return the input mode of each channel by its name: `File`, `FastFile` or `Pipe`."""
    default = input.document.get("AlgorithmSpecification", {}).get("TrainingInputMode", "File")
    configs = _channel_configs(input)
    return {
        name: configs.get(name, {}).get("InputMode") or default
        for name in (*configs, *input.channels)
    }


def input_data(input: TrainingInput, host: int) -> dict[str, dict[str, str]]:
    """Return `inputdataconfig.json`: the channels that a host has; hosts are counted from 0."""
    configs, modes_ = _channel_configs(input), modes(input)
    return {
        name: _channel(configs.get(name, {}), channel.content_type, modes_[name])
        for name, channel in input.channels.items()
        if any(host in shard.hosts for shard in channel.shards)
    }


def _channel_configs(input: TrainingInput) -> dict[str, Mapping[str, Any]]:
    return {config["ChannelName"]: config for config in input.document.get("InputDataConfig", ())}


def _channel(config: Mapping[str, Any], content_type: str | None, mode: str) -> dict[str, str]:
    source = config.get("DataSource", {}).get("S3DataSource", {})
    described = {
        "TrainingInputMode": mode,
        "S3DistributionType": source.get("S3DataDistributionType", "FullyReplicated"),
        "RecordWrapperType": config.get("RecordWrapperType", "None"),
    }
    return {"ContentType": content_type, **described} if content_type else described


def resources(document: Mapping[str, Any], hosts: Sequence[str], host: int) -> dict[str, Any]:
    """Return `resourceconfig.json` of a training job.

    Parameters
    ----------
    document
        The job as DescribeTrainingJob shows it.
    hosts
        The names of all its hosts, in the order of its instance groups.
    host
        The host that reads the file, counted from 0.
    """
    groups = _groups(document.get("ResourceConfig", {}), hosts)
    name = hosts[host]
    own = next(group for group in groups if name in group["hosts"])
    return {
        "current_host": name,
        "current_instance_type": own["instance_type"],
        "current_group_name": own["instance_group_name"],
        "hosts": sorted(hosts),
        "instance_groups": groups,
        "network_interface_name": NETWORK_INTERFACE,
    }


def _groups(config: Mapping[str, Any], hosts: Sequence[str]) -> list[dict[str, Any]]:
    described = config.get("InstanceGroups") or [
        {**config, "InstanceGroupName": GROUP, "InstanceCount": len(hosts)}
    ]
    groups, first = [], 0
    for group in described:
        end = first + group.get("InstanceCount", 1)
        groups.append(
            {
                "instance_group_name": group["InstanceGroupName"],
                "instance_type": group.get("InstanceType", "local"),
                "hosts": sorted(hosts[first:end]),
            }
        )
        first = end
    return groups


def processing_job(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return `processingjobconfig.json`: the request, with what the service adds to it.

    Parameters
    ----------
    document
        The job as DescribeProcessingJob shows it.
    """
    specification = document.get("AppSpecification", {})
    outputs = document.get("ProcessingOutputConfig", {})
    cluster = document.get("ProcessingResources", {}).get("ClusterConfig", {})
    return {
        "ProcessingJobArn": document.get("ProcessingJobArn"),
        "ProcessingJobName": document.get("ProcessingJobName"),
        "AppSpecification": {
            "ImageUri": specification.get("ImageUri"),
            "ContainerEntrypoint": specification.get("ContainerEntrypoint"),
            "ContainerArguments": specification.get("ContainerArguments"),
        },
        "Environment": document.get("Environment", {}),
        "ProcessingInputs": [
            _processing_input(each) for each in document.get("ProcessingInputs", ())
        ],
        "ProcessingOutputConfig": {
            "Outputs": outputs.get("Outputs", []),
            "KmsKeyId": outputs.get("KmsKeyId"),
        },
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceCount": cluster.get("InstanceCount"),
                "InstanceType": cluster.get("InstanceType"),
                "VolumeSizeInGB": cluster.get("VolumeSizeInGB"),
                "VolumeKmsKeyId": cluster.get("VolumeKmsKeyId"),
            }
        },
        "NetworkConfig": document.get("NetworkConfig"),
        "RoleArn": document.get("RoleArn"),
        "StoppingCondition": document.get("StoppingCondition"),
    }


def _processing_input(described: Mapping[str, Any]) -> dict[str, Any]:
    if "S3Input" not in described:
        return dict(described)
    return {**described, "S3Input": {**described["S3Input"], "S3DownloadMode": "StartOfJob"}}


def processing_resources(hosts: Sequence[str], host: int) -> dict[str, Any]:
    """Return `resourceconfig.json` of a processing job; `host` is counted from 0."""
    return {"current_host": hosts[host], "hosts": sorted(hosts)}
