"""The SageMaker Python SDK 2.x: `PipelineModel`, and `MultiDataModel` with its `add_model`."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from typing import Any

import boto3
import numpy as np
import pytest

pytest.importorskip("sagemaker.deserializers", reason="the SageMaker SDK 2.x is not installed")

import sagemaker as sdk
from sagemaker.deserializers import CSVDeserializer, JSONDeserializer
from sagemaker.multidatamodel import MultiDataModel
from sagemaker.pipeline import PipelineModel
from sagemaker.serializers import CSVSerializer
from sklearn.preprocessing import StandardScaler

from sagemock import mock_sagemaker
from sagemock.containers import register

pytestmark = pytest.mark.usefixtures("no_sleep")
ROLE = "arn:aws:iam::123456789012:role/SageMaker"
REGION = "us-east-1"
PREPROCESSOR = "123456789012.dkr.ecr.us-east-1.amazonaws.com/preprocessor:1"

ROWS = np.random.default_rng(0).normal([3, -2], [4, 1], (200, 2))
SCALER = StandardScaler().fit(ROWS)
JSON = {"serializer": CSVSerializer(), "deserializer": JSONDeserializer()}


@pytest.fixture
def session() -> Iterator[Any]:
    with mock_sagemaker():
        yield sdk.Session(boto3.Session(region_name=REGION))


def fitted(session: Any, image: str, labels: Any, rows: Any, **hyperparameters: Any) -> Any:
    """An estimator that is trained on a CSV file with labels in its first column."""
    bucket = session.default_bucket()
    text = "".join(f"{y},{a},{b}\n" for y, (a, b) in zip(labels, rows, strict=True))
    boto3.client("s3", REGION).put_object(Bucket=bucket, Key="train/rows.csv", Body=text)
    estimator = sdk.estimator.Estimator(
        image,
        ROLE,
        instance_count=1,
        instance_type="ml.c4.xlarge",
        output_path=f"s3://{bucket}/output",
        sagemaker_session=session,
    )
    estimator.set_hyperparameters(**hyperparameters)
    channel = sdk.inputs.TrainingInput(f"s3://{bucket}/train/", content_type="text/csv")
    estimator.fit({"train": channel})
    return estimator


def learner(session: Any, factor: float = 1) -> Any:
    """A regressor of the sum of two scaled columns, times a factor."""
    scaled = SCALER.transform(ROWS)
    return fitted(
        session,
        sdk.image_uris.retrieve("linear-learner", REGION),
        scaled.sum(axis=1) * factor,
        scaled,
        predictor_type="regressor",
        mini_batch_size=20,
        epochs=5,
    )


def scores(answer: Any) -> list[float]:
    return [each["score"] for each in answer["predictions"]]


def predictor(name: str, session: Any) -> Any:
    return sdk.predictor.Predictor(name, session, **JSON)


def scale(request: Any) -> Any:
    """What the `inference.py` of a preprocessor would do: columns of unit variance, as CSV."""
    rows = np.loadtxt(io.BytesIO(request.body), delimiter=",", ndmin=2)
    text = io.StringIO()
    np.savetxt(text, SCALER.transform(rows), delimiter=",", fmt="%.17g")
    return text.getvalue(), "text/csv"


def test_a_preprocessor_before_linear_learner(session: Any) -> None:
    with register("preprocessor", serve=scale):
        estimator = learner(session)
        before = sdk.Model(image_uri=PREPROCESSOR, role=ROLE, sagemaker_session=session)
        pipeline = PipelineModel(
            [before, estimator.create_model()],
            ROLE,
            predictor_cls=predictor,
            sagemaker_session=session,
        )
        deployed = pipeline.deploy(1, "ml.m5.large", endpoint_name="pipeline")
        rows = ROWS[:20]
        alone = estimator.deploy(1, "ml.m5.large", **JSON)
        by_hand = scores(alone.predict(SCALER.transform(rows)))
        assert scores(deployed.predict(rows)) == by_hand
        assert np.corrcoef(by_hand, SCALER.transform(rows).sum(axis=1))[0, 1] > 0.99
        described = session.sagemaker_client.describe_model(ModelName=pipeline.name)
        assert [each["Image"] for each in described["Containers"]] == [
            PREPROCESSOR,
            estimator.training_image_uri(),
        ]
        with pytest.raises(Exception, match=r"Received server error \(500\) from container-1"):
            deployed.predict("no number")
        deployed.delete_endpoint()
        pipeline.delete_model()


def test_many_models_behind_one_endpoint(session: Any) -> None:
    bucket = session.default_bucket()
    many = MultiDataModel(
        "many",
        f"s3://{bucket}/many/",
        image_uri=sdk.image_uris.retrieve("linear-learner", REGION),
        role=ROLE,
        predictor_cls=predictor,
        sagemaker_session=session,
    )
    # The endpoint comes first, as in the SDK's own tests.
    deployed = many.deploy(1, "ml.m5.large")
    assert list(many.list_models()) == []
    estimators = [learner(session), learner(session, 10)]
    targets = ["0/model.tar.gz", "1/model.tar.gz"]
    for target, estimator in zip(targets, estimators, strict=True):
        many.add_model(estimator.model_data, target)
    assert list(many.list_models()) == targets
    rows = SCALER.transform(ROWS[:20])
    answers = [scores(deployed.predict(rows, target_model=target)) for target in targets]
    for answer, estimator in zip(answers, estimators, strict=True):
        alone = estimator.deploy(1, "ml.m5.large", **JSON)
        assert scores(alone.predict(rows)) == answer
    assert answers[0] != answers[1]
    session.s3_client.delete_object(Bucket=bucket, Key="many/0/model.tar.gz")
    assert list(many.list_models()) == targets[1:]
    assert scores(deployed.predict(rows, target_model=targets[0])) == answers[0]
    with pytest.raises(Exception, match="Failed to download model data"):
        deployed.predict(rows, target_model="2/model.tar.gz")
    with pytest.raises(Exception, match="is missing a target model header"):
        deployed.predict(rows)


def test_many_models_of_a_model(session: Any) -> None:
    estimator = learner(session)
    many = MultiDataModel(
        "of-a-model",
        f"s3://{session.default_bucket()}/models/",
        model=estimator.create_model(),
        sagemaker_session=session,
    )
    many.add_model(estimator.model_data, "first.tar.gz")
    many.deploy(1, "ml.m5.large")
    deployed = predictor(many.endpoint_name, session)
    answer = deployed.predict(SCALER.transform(ROWS[:2]), target_model="first.tar.gz")
    assert len(scores(answer)) == 2


def test_many_models_of_xgboost(session: Any) -> None:
    pytest.importorskip("xgboost")
    image = sdk.image_uris.retrieve("xgboost", REGION, version="1.7-1")
    estimator = fitted(
        session, image, (ROWS[:, 0] > 3).astype(int), ROWS, objective="binary:logistic", num_round=5
    )
    many = MultiDataModel(
        "trees",
        f"s3://{session.default_bucket()}/forest/",
        image_uri=image,
        role=ROLE,
        sagemaker_session=session,
    )
    many.deploy(1, "ml.m5.large")
    many.add_model(estimator.model_data, "a.tar.gz")
    deployed = sdk.predictor.Predictor(
        "trees", session, serializer=CSVSerializer(), deserializer=CSVDeserializer()
    )
    answer = deployed.predict("9,0\n-9,0", target_model="a.tar.gz")
    first, second = (float(each) for row in answer for each in row)
    assert first > 0.5 > second


PREPROCESS = """
import io
import json
import tarfile
import json
import os

import numpy as np


def model_fn(model_dir):
    with open(os.path.join(model_dir, "scale.json")) as file:
        return json.load(file)


def input_fn(body, content_type):
    assert content_type == "text/csv", content_type
    text = body.decode() if isinstance(body, bytes) else body
    return np.loadtxt(io.StringIO(text), delimiter=",", ndmin=2)


def predict_fn(rows, model):
    return (rows - model["mean"]) / model["scale"]
"""


def scaler(**parameters: Any) -> bytes:
    """The model data of the script."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        content = json.dumps(parameters).encode()
        member = tarfile.TarInfo("scale.json")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def test_the_script_of_a_preprocessor_before_linear_learner(tmp_path: Any) -> None:
    from sagemaker.sklearn import SKLearnModel

    (tmp_path / "inference.py").write_text(PREPROCESS)
    parameters = {"mean": SCALER.mean_.tolist(), "scale": SCALER.scale_.tolist()}
    with mock_sagemaker(containers="local"):
        session = sdk.Session(boto3.Session(region_name=REGION))
        bucket = session.default_bucket()
        session.s3_client.put_object(Bucket=bucket, Key="scaler.tar.gz", Body=scaler(**parameters))
        before = SKLearnModel(
            f"s3://{bucket}/scaler.tar.gz",
            ROLE,
            entry_point=str(tmp_path / "inference.py"),
            framework_version="1.2-1",
            py_version="py3",
            env={"SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "text/csv"},
            sagemaker_session=session,
        )
        estimator = learner(session)
        pipeline = PipelineModel(
            [before, estimator.create_model()],
            ROLE,
            predictor_cls=predictor,
            sagemaker_session=session,
        )
        deployed = pipeline.deploy(1, "ml.m5.large", endpoint_name="pipeline")
        alone = estimator.deploy(1, "ml.m5.large", **JSON)
        rows = ROWS[:20]
        by_hand = scores(alone.predict(SCALER.transform(rows)))
        np.testing.assert_allclose(scores(deployed.predict(rows)), by_hand, rtol=1e-6)
        with pytest.raises(Exception, match=r"Received server error \(500\) from container-1"):
            deployed.predict("no number")
        deployed.delete_endpoint()


def test_many_models_of_one_script(tmp_path: Any) -> None:
    from sagemaker.sklearn import SKLearnModel

    (tmp_path / "inference.py").write_text(PREPROCESS)
    with mock_sagemaker(containers="local"):
        session = sdk.Session(boto3.Session(region_name=REGION))
        bucket = session.default_bucket()
        for scale in (1, 2):
            session.s3_client.put_object(
                Bucket=bucket, Key=f"trained/{scale}.tar.gz", Body=scaler(mean=1, scale=scale)
            )
        model = SKLearnModel(
            f"s3://{bucket}/trained/1.tar.gz",
            ROLE,
            entry_point=str(tmp_path / "inference.py"),
            framework_version="1.2-1",
            py_version="py3",
            sagemaker_session=session,
        )
        many = MultiDataModel(
            "scalers", f"s3://{bucket}/scalers/", model=model, sagemaker_session=session
        )
        many.deploy(1, "ml.m5.large")
        deployed = predictor(many.endpoint_name, session)
        for scale in (1, 2):
            target = f"{scale}.tar.gz"
            many.add_model(f"s3://{bucket}/trained/{target}", target)
            answer = deployed.predict([[5, 3]], target_model=target)
            assert answer == [[4 / scale, 2 / scale]]
        with pytest.raises(Exception, match=r"Received server error \(500\) from primary"):
            deployed.predict("no number", target_model="1.tar.gz")
        deployed.delete_endpoint()
