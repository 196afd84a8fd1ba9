"""Each of Amazon's algorithms in a pipeline, before and after a function, and among many models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.api.conftest import ROLE, config, variant
from tests.containers.first_party.algorithm import Algorithm, each_of
from tests.containers.first_party.algorithm_account import AlgorithmAccount
from tests.containers.first_party.algorithms import ALGORITHMS, KMEANS, XGBOOST
from tests.containers.first_party.test_every_serving import bodies

from sagemock.containers import register

MANY = ("linear-learner", "knn", "randomcutforest", "xgboost")
"""Those whose images may have many models."""


@pytest.fixture
def trained(sagemock: Any) -> Callable[[Algorithm], dict[str, str]]:
    """Trains an algorithm; gives its container."""

    def train(algorithm: Algorithm) -> dict[str, str]:
        account = AlgorithmAccount(sagemock.client, algorithm)
        job = account.train(algorithm.name, *account.request())
        data = job["ModelArtifacts"]["S3ModelArtifacts"]
        return {"Image": algorithm.image, "ModelDataUrl": data}

    return train


@pytest.fixture
def ask(sagemock: Any) -> Callable[..., tuple[str, bytes]]:
    """Deploys containers, and gives the type and the body of an answer."""

    def asked(name: str, *containers: dict[str, str], **request: str) -> tuple[str, bytes]:
        sagemaker = sagemock.client("sagemaker")
        sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, Containers=list(containers))
        sagemaker.create_endpoint_config(**config(name, variant("v", name)))
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
        answer = sagemock.client("sagemaker-runtime").invoke_endpoint(EndpointName=name, **request)
        return answer["ContentType"], answer["Body"].read()

    return asked


def forward(request: Any) -> Any:
    """Answer with what was asked."""
    return request.body, request.content_type


@each_of(ALGORITHMS)
def test_an_algorithm_among_others(algorithm: Algorithm, trained: Any, ask: Any) -> None:
    container, content_type = trained(algorithm), algorithm.model.reads[0]
    body = bodies(algorithm.table(2).rows.tolist())[content_type][0]
    request = {"ContentType": content_type, "Body": body}
    alone = ask("alone", container, **request)
    with register("forward", serve=forward):
        assert ask("after", {"Image": "forward"}, container, **request) == alone
        assert ask("before", container, {"Image": "forward"}, **request) == alone
    folder = container["ModelDataUrl"].removesuffix("model.tar.gz")
    many = {**container, "Mode": "MultiModel", "ModelDataUrl": folder}
    if algorithm.name in MANY:
        assert ask("many", many, TargetModel="model.tar.gz", **request) == alone
    else:
        with pytest.raises(Exception, match=r"multi-models=true Docker label\(s\)"):
            ask("many", many, **request)


def test_one_algorithm_reads_what_another_one_answers(trained: Any, ask: Any) -> None:
    pytest.importorskip("xgboost")
    trees, clusters = trained(XGBOOST), trained(KMEANS)

    def twice(request: Any) -> Any:
        """Make a row of two columns of each prediction."""
        values = request.text.replace(",", "\n").split()
        return "\n".join(f"{value},{value}" for value in values), "text/csv"

    with register("twice", serve=twice):
        _, answer = ask(
            "mixed", trees, {"Image": "twice"}, clusters, ContentType="text/csv", Body="1,2\n59,81"
        )
    # Two probabilities, as rows of two columns, are both near the first cluster.
    assert answer.count(b"closest_cluster") == 2
