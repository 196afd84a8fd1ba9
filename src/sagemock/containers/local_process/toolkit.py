"""The contract of script mode: what AWS's `sagemaker-training` 5.1.4 hands to a script.

The facts are from the source of that package and from running it; a property test compares the two.
The `--` that only this version puts before the script is left out. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PROGRAM, SUBMIT_DIRECTORY = "sagemaker_program", "sagemaker_submit_directory"

OF_THE_TOOLKIT = frozenset(
    {
        PROGRAM,
        SUBMIT_DIRECTORY,
        "sagemaker_enable_cloudwatch_metrics",
        "sagemaker_region",
        "sagemaker_container_log_level",
        "sagemaker_job_name",
        "default_user_module_name",
        "_tuning_objective_metric",
        "sagemaker_s3_output",
    }
)
"""Hyperparameters that the toolkit reads itself."""

PREFIX = "sagemaker_"
"""Other hyperparameters of this prefix are parameters of the framework."""

DISTRIBUTED = (
    "sagemaker_mpi_enabled",
    "sagemaker_parameter_server_enabled",
    "sagemaker_distributed_dataparallel_enabled",
    "sagemaker_pytorch_ddp_enabled",
    "sagemaker_pytorch_xla_multi_worker_enabled",
    "sagemaker_multi_worker_mirrored_strategy_enabled",
    "sagemaker_torch_distributed_enabled",
)
"""Parameters that make a group of instances one that works together."""

INFO = 20


@dataclass(frozen=True, slots=True)
class Machine:
    """What the toolkit finds out about the machine."""

    cpus: int
    gpus: int = 0
    neurons: int = 0


@dataclass(frozen=True, slots=True)
class ScriptMode:
    """A job in script mode, on one host.

    Attributes
    ----------
    hyperparameters
        All of the job's, decoded.
    resources, inputs
        The content of `resourceconfig.json` and `inputdataconfig.json`.
    ml
        Where the process sees `/opt/ml`.
    variables
        The environment of the container.
    machine
        The machine.
    """

    hyperparameters: Mapping[str, Any]
    resources: Mapping[str, Any]
    inputs: Mapping[str, Any]
    ml: str
    variables: Mapping[str, str]
    machine: Machine

    @property
    def program(self) -> str:
        """The name of the script."""
        named = self.variables.get(PROGRAM.upper()) or self.hyperparameters.get(PROGRAM)
        return "" if named is None else str(named)

    @property
    def own(self) -> dict[str, Any]:
        """The user's hyperparameters."""
        return {
            name: value
            for name, value in self.hyperparameters.items()
            if name not in OF_THE_TOOLKIT and not name.startswith(PREFIX)
        }

    @property
    def framework(self) -> dict[str, Any]:
        """The parameters of the framework."""
        return {
            name: value
            for name, value in self.hyperparameters.items()
            if name.startswith(PREFIX) and name not in OF_THE_TOOLKIT
        }

    def arguments(self) -> list[str]:
        """Return the arguments of the script: the user's hyperparameters, sorted by name."""
        arguments: list[str] = []
        for name, value in sorted(self.own.items()):
            arguments += [f"-{name}" if len(name) == 1 else f"--{name}", _argument(value)]
        return arguments

    def environment(self) -> dict[str, str]:
        """Return the variables that the toolkit sets, without `PYTHONPATH`."""
        described = self._described()
        variables = {
            "hosts": described["hosts"],
            "hps": described["hyperparameters"],
            "framework_params": described["additional_framework_parameters"],
            "channels": sorted(described["channel_input_dirs"]),
            "training_env": described,
            "user_args": self.arguments(),
            **{name: described[name] for name in SHARED},
        }
        if described["topology"]:
            variables["topology"] = described["topology"]
        for name, path in described["channel_input_dirs"].items():
            variables[f"channel_{name}"] = path
        for name, value in described["hyperparameters"].items():
            variables[f"hp_{name}"] = value
        return {
            **{f"SM_{name.upper()}": _variable(value) for name, value in variables.items()},
            "SAGEMAKER_JOB_NAME": str(self.hyperparameters.get("sagemaker_job_name", "")),
            "CURRENT_HOST": described["current_host"],
            "SAGEMAKER_REGION": self.region,
        }

    @property
    def region(self) -> str:
        """The region of the job."""
        default = self.variables.get("AWS_DEFAULT_REGION", self.variables.get("AWS_REGION", ""))
        return str(self.hyperparameters.get("sagemaker_region", default) or "")

    @property
    def group(self) -> str:
        """The name of the host's instance group."""
        return str(self.resources.get("current_group_name", "homogeneousCluster"))

    @property
    def distribution_groups(self) -> Sequence[str]:
        """The names of the instance groups that work together."""
        enabled = any(self.framework.get(name, False) for name in DISTRIBUTED)
        default = [self.group] if enabled else []
        groups: Sequence[str] = self.framework.get(
            "sagemaker_distribution_instance_groups", default
        )
        return groups

    @property
    def is_distributed(self) -> bool:
        """Whether the host's group is one of those that work together."""
        return self.group in self.distribution_groups

    @property
    def distribution_hosts(self) -> list[str]:
        """The hosts of the groups that work together."""
        groups = self.resources.get("instance_groups", [])
        if not groups:
            return list(self.resources["hosts"])
        chosen = [e for e in groups if e["instance_group_name"] in self.distribution_groups]
        return [host for each in chosen for host in each["hosts"]]

    def _described(self) -> dict[str, Any]:
        """`SM_TRAINING_ENV`."""
        ml, resources, machine = self.ml, self.resources, self.machine
        group, groups = self.group, resources.get("instance_groups", [])
        hosts, together = resources["hosts"], self.distribution_hosts
        master = (together or hosts)[0]
        program = self.program or None
        parallel = self.variables.get("SM_HP_MP_PARAMETERS")
        return {
            "additional_framework_parameters": self.framework,
            "channel_input_dirs": {name: f"{ml}/input/data/{name}" for name in self.inputs},
            "current_host": resources["current_host"],
            "current_instance_group": group,
            "current_instance_group_hosts": next(
                (each["hosts"] for each in groups if each["instance_group_name"] == group), []
            ),
            "current_instance_type": resources.get("current_instance_type", "local"),
            "distribution_hosts": together,
            "distribution_instance_groups": self.distribution_groups,
            "framework_module": self.variables.get("SAGEMAKER_TRAINING_MODULE"),
            "hosts": hosts,
            "hyperparameters": self.own,
            "input_config_dir": f"{ml}/input/config",
            "input_data_config": self.inputs,
            "input_dir": f"{ml}/input",
            "instance_groups": [each["instance_group_name"] for each in groups],
            "instance_groups_dict": {each["instance_group_name"]: each for each in groups},
            "is_hetero": len(groups) > 1,
            "is_master": resources["current_host"] == master,
            "is_modelparallel_enabled": parallel and parallel != "{}",
            "is_smddpmprun_installed": False,
            "is_smddprun_installed": False,
            "job_name": self.variables.get("TRAINING_JOB_NAME"),
            "log_level": self.hyperparameters.get("sagemaker_container_log_level", INFO),
            "master_hostname": master,
            "model_dir": f"{ml}/model",
            "module_dir": str(self.hyperparameters.get(SUBMIT_DIRECTORY, f"{ml}/code")),
            "module_name": str(program).removesuffix(".py"),
            "network_interface_name": resources.get("network_interface_name", "eth0"),
            "num_cpus": machine.cpus,
            "num_gpus": machine.gpus,
            "num_neurons": machine.neurons,
            "output_data_dir": f"{ml}/output/data",
            "output_dir": f"{ml}/output",
            "output_intermediate_dir": f"{ml}/output/intermediate",
            "resource_config": resources,
            "topology": resources.get("topology", []),
            "user_entry_point": program,
        }


SHARED = (
    "network_interface_name",
    "user_entry_point",
    "resource_config",
    "input_data_config",
    "output_data_dir",
    "current_host",
    "current_instance_type",
    "current_instance_group",
    "current_instance_group_hosts",
    "instance_groups",
    "instance_groups_dict",
    "distribution_instance_groups",
    "is_hetero",
    "module_name",
    "log_level",
    "framework_module",
    "input_dir",
    "input_config_dir",
    "output_dir",
    "num_cpus",
    "num_gpus",
    "num_neurons",
    "model_dir",
    "module_dir",
    "output_intermediate_dir",
)
"""What has a variable of its own under the name that it has in `SM_TRAINING_ENV`."""


def decode(hyperparameters: Mapping[str, str]) -> dict[str, Any]:
    """Return hyperparameters as the toolkit reads them: as JSON, or else as they are.

    Examples
    --------
    >>> decode({"epochs": "13", "name": '"x"', "kind": "abc"})
    {'epochs': 13, 'name': 'x', 'kind': 'abc'}
    """
    return {name: _decoded(value) for name, value in hyperparameters.items()}


def _decoded(value: str) -> Any:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _argument(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return ",".join(f"{name}={each}" for name, each in sorted(value.items()))
    return str(value)


def _variable(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
