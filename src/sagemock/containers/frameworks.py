"""The images of AWS's frameworks, whose models bring their own code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from sagemock.containers.commands import Command
from sagemock.containers.container import Container, repository

InferenceToolkit = Literal[
    "toolkit", "scikit-learn", "xgboost", "pytorch", "huggingface", "tensorflow"
]
"""Whose defaults a container has; `toolkit` for those of `sagemaker-inference` itself."""

REPOSITORIES: Mapping[str, InferenceToolkit] = {
    "sagemaker-scikit-learn": "scikit-learn",
    "sagemaker-xgboost": "xgboost",
    "pytorch-inference": "pytorch",
    "pytorch-inference-eia": "pytorch",
    "pytorch-inference-graviton": "pytorch",
    "pytorch-inference-neuron": "pytorch",
    "pytorch-inference-neuronx": "pytorch",
    "sagemaker-pytorch": "pytorch",
    "mxnet-inference": "toolkit",
    "sagemaker-mxnet": "toolkit",
    "sagemaker-mxnet-serving": "toolkit",
    "huggingface-pytorch-inference": "huggingface",
    "huggingface-pytorch-inference-neuron": "huggingface",
    "huggingface-pytorch-inference-neuronx": "huggingface",
    "huggingface-tensorflow-inference": "huggingface",
    "tensorflow-inference": "tensorflow",
    "tensorflow-inference-eia": "tensorflow",
    "tensorflow-inference-graviton": "tensorflow",
    "sagemaker-tensorflow-serving": "tensorflow",
    "sagemaker-tensorflow-serving-eia": "tensorflow",
}
"""What serves in the images of AWS's frameworks, by their repositories."""

CONTAINERS = (
    Container(
        name="mlflow",
        repositories=frozenset({"mlflow-pyfunc"}),
        # The image has a server of its own around the same program, and installs packages first.
        serving=Command(
            (
                *("mlflow", "models", "serve", "--model-uri", "/opt/ml/model"),
                *("--env-manager", "local", "--host", "127.0.0.1", "--port", "{port}"),
            )
        ),
        requires=("mlflow",),
    ),
)
"""Images of others whose models are served by a program that users have installed."""

PROGRAM, SUBMIT_DIRECTORY = "SAGEMAKER_PROGRAM", "SAGEMAKER_SUBMIT_DIRECTORY"
"""The variables that name the script of a model, and where it is."""

CODE = "code/inference.py"
"""The script in the archive of a model."""


def toolkit(image: str) -> InferenceToolkit:
    """Return whose defaults the container of an image has."""
    return REPOSITORIES.get(repository(image), "toolkit")


def is_known(image: str) -> bool:
    """Whether an image is one of AWS's frameworks."""
    return repository(image) in REPOSITORIES


def script(definition: Mapping[str, Any], files: Iterable[str] = ()) -> str | None:
    """Return the script with which a model is served; None without one.

    Parameters
    ----------
    definition
        The container's definition in CreateModel.
    files
        The names of the files of its model data, where they are known.
    """
    environment = definition.get("Environment", {})
    if environment.get(PROGRAM):
        return str(environment[PROGRAM])
    if brings_algorithm(definition.get("Image", "")):
        return None
    if environment.get(SUBMIT_DIRECTORY):
        return "inference.py"
    return CODE if CODE in files else None


def workers_variable(toolkit: InferenceToolkit) -> str:
    """Return the variable with the number of a container's workers.

    For most it is the one that the SageMaker SDK sets by `model_server_workers`.
    """
    if toolkit == "xgboost":
        return "SAGEMAKER_NUM_MODEL_WORKERS"
    return "SAGEMAKER_MODEL_SERVER_WORKERS"


def brings_algorithm(image: str) -> bool:
    """Whether the container of an image serves by itself a model for which no script is named."""
    return toolkit(image) == "xgboost"
