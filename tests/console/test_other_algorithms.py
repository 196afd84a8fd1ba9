"""Pages of jobs and endpoints of every algorithm, which say what theirs is about."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import boto3
import numpy as np
import pytest
from scipy.sparse import csr_array
from tests.containers.account import ROLE, Account, channel, metrics
from tests.containers.first_party.algorithm import Algorithm, each_of
from tests.containers.first_party.algorithm_account import AlgorithmAccount
from tests.containers.first_party.algorithms import ALGORITHMS, FACTORIZATION_MACHINES, KMEANS
from tests.containers.first_party.test_every_serving import bodies, loaded

from sagemock.formats.media_type import CSV, JSON, JSON_LINES
from sagemock.formats.recordio import encode


def text_of(page: str) -> str:
    text = html.unescape(re.sub(r"<[^>]+>", " ", page.replace("<wbr>", "")))
    return " ".join(text.split())


@pytest.fixture
def account(algorithm: Algorithm, mock: None) -> AlgorithmAccount:
    """One with a job `job`."""
    account = AlgorithmAccount(lambda name: boto3.client(name, "us-east-1"), algorithm)
    account.scored("job")
    return account


@each_of(ALGORITHMS)
def test_the_pages_of_a_job(visitor: Any, account: AlgorithmAccount, algorithm: Algorithm) -> None:
    """They have its hyperparameters, log and metrics, and those of a new one its defaults."""
    page = text_of(visitor.get("/training-jobs/job"))
    assert "Completed" in page
    assert ("#throughput_metric" if algorithm.toolkit else "#011train-logloss") in page
    for name in (*algorithm.job(), *metrics(account.job("job"))):
        assert name in page
    form = text_of(visitor.get(f"/training-jobs/new?image={algorithm.image}"))
    listed = text_of(visitor.get("/search?resource=TrainingJob"))
    assert all(name in form for name in algorithm.required)
    assert all(name in listed for name in algorithm.metrics)


def offered(page: str) -> list[str]:
    """The content types of requests in the form, that of the form as it stands first."""
    (select,) = re.findall(r'<select name="content_type">.*?</select>', page, re.S)
    return re.findall(r"<option[^>]*>([^<]*)</option>", select)


@each_of(ALGORITHMS)
def test_the_page_of_an_endpoint_explains_and_lists_its_answer(
    visitor: Any, account: AlgorithmAccount, algorithm: Algorithm
) -> None:
    """That to a row of its training data too, which the page offers."""
    assert account.deploy(account.job("job"), algorithm.image) == "InService"
    page = visitor.get("/endpoints/e")
    guide = loaded(algorithm, account.files(account.job("job"))).guide()
    for name, meaning in guide.members.items():
        assert f"{name} {meaning}" in text_of(page)
    forms = [each for each in (CSV, JSON, JSON_LINES) if each in algorithm.model.reads]
    assert offered(page) == forms
    rows = algorithm.table(2).rows.tolist()
    for content_type in forms:
        body = bodies(rows)[content_type][0]
        form = {"content_type": content_type, "body": body, "accept": JSON}
        response = visitor.post("/endpoints/e", form)
        assert response.status_code == 200
        table = re.search(r'<table class="tight">.*?</table>', response.text, re.S)
        assert table is not None
        head, *names = re.findall(r'<th scope="col">([^<]*)</th>', table[0])
        assert head == "Row"
        assert names == [name for name in guide.members if name in names]
        assert names
        assert table[0].count('<th scope="row">') == 2

    page = visitor.get("/endpoints/e?sample=1")
    (body,) = re.findall(r"<textarea name=\"body\"[^>]*>([^<]+)</textarea>", page)
    form = {"content_type": offered(page)[0], "body": html.unescape(body), "accept": JSON}
    response = visitor.post("/endpoints/e", form)
    assert response.status_code == 200
    assert response.text.count('<th scope="row">1</th>') == 1


def test_a_row_of_many_columns_is_taken_without_its_zeros(visitor: Any, mock: None) -> None:
    columns = 20_000
    rows = csr_array((np.float32([1, 2.5]), ([0, 0], [7, 19_999])), shape=(1, columns))
    account = Account(lambda name: boto3.client(name, "us-east-1"))
    account.put(train=encode(rows, np.float32([1])))
    image = FACTORIZATION_MACHINES.image
    hyperparameters = FACTORIZATION_MACHINES.job(feature_dim=str(columns))
    job = account.train("job", image, hyperparameters, [channel("train")])
    assert account.deploy(job, image) == "InService"
    (body,) = re.findall(
        r"<textarea name=\"body\"[^>]*>([^<]+)</textarea>", visitor.get("/endpoints/e?sample=1")
    )
    features = {"keys": [7, 19_999], "shape": [columns], "values": [1, 2.5]}
    assert json.loads(html.unescape(body)) == {"instances": [{"data": {"features": features}}]}
    form = {"content_type": JSON, "body": html.unescape(body)}
    assert visitor.post("/endpoints/e", form).status_code == 200


def test_a_model_of_separate_files_is_traced_to_its_job(visitor: Any, mock: None) -> None:
    account = AlgorithmAccount(lambda name: boto3.client(name, "us-east-1"), KMEANS)
    output = {"S3OutputPath": "s3://data/output", "CompressionType": "NONE"}
    job = account.train("job", *account.request(), OutputDataConfig=output)
    files = {
        "S3Uri": f"{job['ModelArtifacts']['S3ModelArtifacts']}/",
        "S3DataType": "S3Prefix",
        "CompressionType": "None",
    }
    account.sagemaker.create_model(
        ModelName="separate",
        ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": KMEANS.image, "ModelDataSource": {"S3DataSource": files}},
    )
    assert "/training-jobs/job" in visitor.get("/models/separate")
    assert "/models/separate" in visitor.get("/training-jobs/job")
