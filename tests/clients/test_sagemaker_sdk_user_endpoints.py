"""Endpoints of a user's own scripts and functions, by the SageMaker Python SDK 2.x as it is."""

from __future__ import annotations

import io
import pickle
import tarfile
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pytest

pytest.importorskip("sagemaker.deserializers", reason="the SageMaker SDK 2.x is not installed")

from sagemaker.deserializers import JSONDeserializer
from sagemaker.model import Model
from sagemaker.predictor import Predictor
from sagemaker.serializers import CSVSerializer, JSONSerializer
from sagemaker.sklearn import SKLearn, SKLearnModel
from tests.clients.sdk2 import ROLE, local_session

from sagemock.containers import register

__all__ = ["local_session"]

INSTANCE = "ml.m5.large"

SCRIPT = """
import os, pickle
import numpy as np
from sklearn.linear_model import LogisticRegression

def model_fn(model_dir):
    with open(os.path.join(model_dir, "model.pkl"), "rb") as file:
        return pickle.load(file)

if __name__ == "__main__":
    rows = np.loadtxt(os.path.join(os.environ["SM_CHANNEL_TRAIN"], "rows.csv"), delimiter=",")
    model = LogisticRegression().fit(rows[:, 1:], rows[:, 0])
    with open(os.path.join(os.environ["SM_MODEL_DIR"], "model.pkl"), "wb") as file:
        pickle.dump(model, file)
"""


def test_an_estimator_of_scikit_learn_is_deployed(session: Any, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    estimator = SKLearn(
        entry_point="train.py",
        role=ROLE,
        instance_type=INSTANCE,
        framework_version="1.2-1",
        sagemaker_session=session,
    )
    estimator.fit({"train": "s3://studio/train"})
    predictor = estimator.deploy(initial_instance_count=1, instance_type=INSTANCE)
    # The default serializer of this class is that of numpy.
    assert predictor.predict(np.array([[10.0, 90.0], [90.0, 10.0]])).tolist() == [0.0, 1.0]
    predictor.serializer, predictor.deserializer = CSVSerializer(), JSONDeserializer()
    assert predictor.predict("10,90\n90,10") == [0.0, 1.0]
    predictor.delete_endpoint()


def test_a_model_of_scikit_learn_with_a_script_of_its_own(session: Any, tmp_path: Path) -> None:
    model = {"weights": [1, 2]}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        data = pickle.dumps(model)
        member = tarfile.TarInfo("model.pkl")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    boto3.client("s3", "us-east-1").put_object(
        Bucket="studio", Key="m/model.tar.gz", Body=buffer.getvalue()
    )
    (tmp_path / "serve.py").write_text(
        SCRIPT.partition("if __name__")[0]
        + "from helper import dot\n"
        + "def predict_fn(data, model): return [dot(row, model['weights']) for row in data]\n"
    )
    (tmp_path / "helper.py").write_text("def dot(a, b): return sum(x * y for x, y in zip(a, b))\n")
    served = SKLearnModel(
        model_data="s3://studio/m/model.tar.gz",
        role=ROLE,
        entry_point="serve.py",
        dependencies=["helper.py"],
        framework_version="1.2-1",
        sagemaker_session=session,
    )
    predictor = served.deploy(
        initial_instance_count=1,
        instance_type=INSTANCE,
        serializer=JSONSerializer(),
        deserializer=JSONDeserializer(),
    )
    assert predictor.predict([[1, 1], [0, 3]]) == [3.0, 6.0]


def test_a_function_behind_a_model(session: Any) -> None:
    with register("my-image", serve=lambda request: {"sum": sum(request.json())}):
        model = Model(
            image_uri="123456789012.dkr.ecr.us-east-1.amazonaws.com/my-image:1",
            role=ROLE,
            predictor_cls=Predictor,
            sagemaker_session=session,
        )
        predictor = model.deploy(
            initial_instance_count=1,
            instance_type=INSTANCE,
            serializer=JSONSerializer(),
            deserializer=JSONDeserializer(),
        )
        assert predictor.predict([1, 2, 6]) == {"sum": 9}
