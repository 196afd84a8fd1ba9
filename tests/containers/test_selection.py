"""What runs for a job, by what is registered, by the job itself, and by its image."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sagemock.config import Config
from sagemock.containers import registry, selection
from sagemock.containers.registry import Container

OFF, LOCAL = Config(), Config(containers="local")
KMEANS = "382416733822.dkr.ecr.us-east-1.amazonaws.com/kmeans:1"
SKLEARN = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1"
SCRIPT = {"sagemaker_program": '"train.py"', "sagemaker_submit_directory": '"s3://b/s.tar.gz"'}
ENTRYPOINT = {"ContainerEntrypoint": ["/bin/bash", "run.sh"]}


class Anything:
    """Stands for a container of every kind."""


@pytest.fixture
def mine() -> Iterator[Container]:
    anything: Any = Anything()
    container = Container("mine", patterns=("kmeans", "sagemaker-*"), training=anything)
    registry.register(container)
    yield container
    registry.unregister(container)


def job(image: str, hyperparameters: Any = None, **algorithm: Any) -> dict[str, Any]:
    return {
        "TrainingJobName": "j",
        "AlgorithmSpecification": {"TrainingImage": image, **algorithm},
        "HyperParameters": hyperparameters or {},
    }


def processing_job(image: str, **specification: Any) -> dict[str, Any]:
    return {"AppSpecification": {"ImageUri": image, **specification}}


def name(choice: selection.ContainerSelection) -> str | None:
    return None if choice.container is None else choice.container.name


@pytest.mark.parametrize("config", [OFF, LOCAL], ids=["off", "local"])
def test_what_is_registered_comes_first(mine: Container, config: Config) -> None:
    for document in (job(KMEANS), job(SKLEARN, SCRIPT), job(SKLEARN, **ENTRYPOINT)):
        choice = selection.training(document, config)
        assert choice.container is mine
        assert choice.reason == "mine is registered for it"


def test_what_is_registered_for_other_work_is_passed_over(mine: Container) -> None:
    """It trains only: its image is processed and served by what else there is."""
    assert name(selection.processing(processing_job(KMEANS), OFF)) is None
    assert name(selection.serving({"Image": KMEANS}, OFF)) == "kmeans"


@pytest.mark.parametrize("image", [KMEANS, SKLEARN])
def test_the_code_of_a_job_runs_only_if_that_is_allowed(image: str) -> None:
    """Its image does not run in its place, which would do something else."""
    for document, what in (
        (job(image, SCRIPT), "the job's script, train.py"),
        (job(image, **ENTRYPOINT), "the job's ContainerEntrypoint, /bin/bash run.sh"),
        (job(image, SCRIPT, **ENTRYPOINT), "the job's ContainerEntrypoint, /bin/bash run.sh"),
    ):
        choice = selection.training(document, OFF)
        assert choice.container is None
        assert choice.reason.startswith(f"{what}, runs only with")
        assert 'containers="local"' in choice.reason


def test_an_entrypoint_of_a_processing_job() -> None:
    choice = selection.processing(processing_job(SKLEARN, **ENTRYPOINT), OFF)
    assert choice.container is None
    assert "/bin/bash run.sh, runs only with" in choice.reason


@pytest.mark.parametrize("config", [OFF, LOCAL], ids=["off", "local"])
def test_the_image_counts_last(config: Config) -> None:
    assert name(selection.training(job(KMEANS), config)) == "kmeans"
    assert name(selection.serving({"Image": KMEANS}, config)) == "kmeans"
    for choice in (
        selection.training(job(SKLEARN), config),
        selection.training({"TrainingJobName": "j"}, config),
        selection.processing(processing_job(SKLEARN), config),
    ):
        assert choice.container is None
        assert choice.reason.startswith("nothing is registered for it")


def test_an_algorithm_is_looked_for_by_its_name() -> None:
    document = {"AlgorithmSpecification": {"AlgorithmName": "kmeans"}}
    assert name(selection.training(document, OFF)) == "kmeans"


def test_only_the_container_of_an_image_has_metrics() -> None:
    assert selection.metrics(job(KMEANS))
    assert selection.metrics(job(KMEANS, SCRIPT)) == ()
    assert selection.metrics(job(KMEANS, **ENTRYPOINT)) == ()
    assert selection.metrics(job(SKLEARN)) == ()


def test_a_job_whose_code_does_not_run_says_how_it_would(
    studio: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """It completes, with metric definitions of its own, whatever its image."""
    algorithm = {
        "TrainingImage": "382416733822.dkr.ecr.us-east-1.amazonaws.com/kmeans:script",
        "TrainingInputMode": "File",
        "MetricDefinitions": [{"Name": "accuracy", "Regex": "accuracy=(.*)"}],
    }
    studio.create_job("j", AlgorithmSpecification=algorithm, HyperParameters=SCRIPT)
    described = studio.job("j")
    assert described["TrainingJobStatus"] == "Completed"
    assert "FinalMetricDataList" not in described
    metrics = described["AlgorithmSpecification"]["MetricDefinitions"]
    assert metrics == algorithm["MetricDefinitions"]
    assert 'the job\'s script, train.py, runs only with the option containers="local"' in (
        caplog.text
    )


XGBOOST = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
SERVED_SCRIPT = {"SAGEMAKER_PROGRAM": "serve.py"}


@pytest.mark.parametrize(
    ("image", "environment", "files", "reason"),
    [
        (XGBOOST, {}, (), "xgboost is its container"),
        (XGBOOST, {"SAGEMAKER_PROGRAM": ""}, (), "xgboost is its container"),
        # Only the program is a script to it.
        (XGBOOST, {"SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code"}, (), "xgboost is its"),
        (XGBOOST, SERVED_SCRIPT, (), "the model's script, serve.py, runs as a process"),
        (SKLEARN, {}, (), "the container of its framework, runs as a process"),
        ("mine:1", {"SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code"}, (), "inference.py, runs"),
        ("mine:1", {}, ("model.pkl", "code/inference.py"), "code/inference.py, runs as a process"),
        ("mine:1", {}, ("model.pkl",), "nothing is registered for it, and the model brings no"),
        (KMEANS, {}, (), "kmeans is its container"),
        (KMEANS, SERVED_SCRIPT, (), "the model's script, serve.py, runs as a process"),
    ],
)
def test_what_serves(image: str, environment: Any, files: Any, reason: str) -> None:
    definition = {"Image": image, "Environment": environment}
    choice = selection.serving(definition, LOCAL, files)
    assert reason in choice.reason
    allowed = selection.serving(definition, OFF, files)
    if "runs" in reason:
        assert allowed.is_forbidden
        assert allowed.container is None
        assert 'only with the option containers="local"' in allowed.reason
    else:
        assert allowed == choice


def test_a_program_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    definition = {"Image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/mlflow-pyfunc:2.0"}
    monkeypatch.setattr(Container, "is_installed", lambda _: False)
    choice = selection.serving(definition, LOCAL)
    assert (choice.container, choice.reason) == (None, "mlflow is its container, and needs mlflow")
    # Its container does not become one of scripts by that.
    choice = selection.serving({"Image": XGBOOST}, LOCAL, ("code/inference.py",))
    assert choice.container is None
    assert choice.reason.startswith("xgboost is its container, and needs ")
    monkeypatch.setattr(Container, "is_installed", lambda _: True)
    assert "its command, mlflow models serve" in selection.serving(definition, LOCAL).reason
