"""Multi-model endpoints whose models are scripts: each loaded model is a process of its own."""

from __future__ import annotations

from typing import Any

import pytest
from tests.containers.endpoints import ROLE, Endpoints, pack
from tests.containers.local_process.test_http_server import ARGUMENT, command

from sagemock.containers import register

pytestmark = pytest.mark.sagemock(containers="local")

REGISTRY = "763104351884.dkr.ecr.us-east-1.amazonaws.com"
PYTORCH = f"{REGISTRY}/pytorch-inference:2.1-cpu-py310"
SCIKIT_LEARN = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
OTHER = "111122223333.dkr.ecr.us-east-1.amazonaws.com/other:1"

SCRIPT = """
import os
from words import WORD
print("started", WORD)
def model_fn(model_dir):
    with open(os.path.join(model_dir, "name")) as file:
        return file.read()
def transform_fn(model, body, content_type, accept):
    if body == b"exit":
        os._exit(3)
    return f"{WORD} {model}"
"""


@pytest.fixture
def endpoints(sagemock: Any) -> Endpoints:
    return Endpoints(sagemock.client)


def put(endpoints: Endpoints, key: str, **files: str) -> None:
    content = {name.replace("__", "/").replace("_py", ".py"): text for name, text in files.items()}
    endpoints.s3.put_object(Bucket="bucket", Key=f"many/{key}", Body=pack(content))


def deploy(endpoints: Endpoints, image: str, environment: Any = (), **config: str) -> None:
    container = {
        "Image": image,
        "Mode": "MultiModel",
        "ModelDataUrl": "s3://bucket/many/",
        "Environment": dict(environment),
        "MultiModelConfig": config,
    }
    client = endpoints.sagemaker
    client.create_model(ModelName="e", ExecutionRoleArn=ROLE, PrimaryContainer=container)
    variant = {
        "VariantName": "v",
        "ModelName": "e",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }
    client.create_endpoint_config(EndpointConfigName="e", ProductionVariants=[variant])
    client.create_endpoint(EndpointName="e", EndpointConfigName="e")
    described = client.describe_endpoint(EndpointName="e")
    assert described["EndpointStatus"] == "InService", endpoints.lines()


@pytest.mark.parametrize(
    ("image", "environment"),
    [(PYTORCH, {}), (OTHER, {"SAGEMAKER_PROGRAM": "inference.py"})],
)
def test_each_model_brings_its_script(
    endpoints: Endpoints, image: str, environment: dict[str, str]
) -> None:
    for name in ("a", "b"):
        word = f"WORD = {name.upper()!r}"
        put(endpoints, f"{name}.tar.gz", name=name, code__inference_py=SCRIPT, code__words_py=word)
    put(endpoints, "bad.tar.gz", code__inference_py="import no_such_module")
    deploy(endpoints, image, environment)
    targets = ("a.tar.gz", "b.tar.gz", "a.tar.gz")
    answers = [endpoints.invoke("1", TargetModel=target) for target in targets]
    assert answers == [b"A a", b"B b", b"A a"]
    error = endpoints.error("1", TargetModel="bad.tar.gz")
    assert error["OriginalStatusCode"] == 500
    assert error["OriginalMessage"] == "ModuleNotFoundError: No module named 'no_such_module'"
    # The end of one process leaves the others alone.
    assert endpoints.error("exit", TargetModel="b.tar.gz")["OriginalStatusCode"] == 500
    assert endpoints.invoke("1", TargetModel="a.tar.gz") == b"A a"
    assert endpoints.invoke("1", TargetModel="b.tar.gz") == b"B b"
    started = [line for line in endpoints.lines() if line.startswith("started")]
    assert started == ["started A", "started B", "started B"]


def test_one_script_for_all_models(endpoints: Endpoints) -> None:
    """As versions 2 of the SageMaker SDK define a MultiDataModel of an SKLearnModel."""
    code = pack({"inference.py": SCRIPT, "words.py": "WORD = 'all'"})
    endpoints.s3.put_object(Bucket="bucket", Key="sourcedir.tar.gz", Body=code)
    environment = {
        "SAGEMAKER_PROGRAM": "inference.py",
        "SAGEMAKER_SUBMIT_DIRECTORY": "s3://bucket/sourcedir.tar.gz",
    }
    put(endpoints, "a.tar.gz", name="a")
    deploy(endpoints, SCIKIT_LEARN, environment, ModelCacheSetting="Disabled")
    put(endpoints, "b.tar.gz", name="b")
    targets = ("a.tar.gz", "b.tar.gz", "b.tar.gz")
    answers = [endpoints.invoke("1", TargetModel=target) for target in targets]
    assert answers == [b"all a", b"all b", b"all b"]
    # Without the cache each request has a process of its own.
    assert endpoints.lines().count("started all") == 3


def test_a_command_serves_each_model_by_itself(endpoints: Endpoints) -> None:
    register("other", serve=command(ARGUMENT, "{port}"))
    put(endpoints, "a.tar.gz", weights="1")
    put(endpoints, "b.tar.gz", weights="2")
    deploy(endpoints, OTHER)
    targets = ("a.tar.gz", "b.tar.gz", "a.tar.gz")
    answers = [endpoints.invoke("model", TargetModel=target) for target in targets]
    assert answers == [b"1", b"2", b"1"]
    assert endpoints.lines().count("listening") == 2


def test_scripts_of_models_of_an_unknown_image_are_not_looked_for(endpoints: Endpoints) -> None:
    """The models may come after the endpoint, so that only the definition says what serves."""
    put(endpoints, "a.tar.gz", code__inference_py=SCRIPT, code__words_py="WORD = 'a'", name="a")
    deploy(endpoints, OTHER)
    assert endpoints.invoke("1", TargetModel="a.tar.gz") == b"body"
