"""A user's own script behind an endpoint, by the ModelBuilder of the SageMaker SDK 3.x."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import boto3
import pytest

pytest.importorskip("sagemaker.train", reason="the SageMaker SDK 3.x is not installed")

from tests.clients.sdk3 import REGION, ROLE, local_session

__all__ = ["local_session"]

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"

SCRIPT = """
import os

def model_fn(model_dir):
    with open(os.path.join(model_dir, "factor")) as file:
        return float(file.read())

def predict_fn(data, model):
    return data * model
"""


@pytest.mark.parametrize("session", ["in process"], indirect=True)
def test_a_script_behind_a_model_builder(session: Any, tmp_path: Path) -> None:
    from sagemaker.core.training.configs import SourceCode
    from sagemaker.serve.model_builder import ModelBuilder

    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        member = tarfile.TarInfo("factor")
        member.size = 3
        archive.addfile(member, io.BytesIO(b"2.5"))
    boto3.client("s3", REGION).put_object(
        Bucket="sdk", Key="m/model.tar.gz", Body=buffer.getvalue()
    )
    source = tmp_path / "source"
    source.mkdir()
    (source / "serve.py").write_text(SCRIPT)
    builder = ModelBuilder(
        image_uri=IMAGE,
        s3_model_data_url="s3://sdk/m/model.tar.gz",
        source_code=SourceCode(source_dir=str(source), entry_script="serve.py"),
        role_arn=ROLE,
        instance_type="ml.m5.large",
        sagemaker_session=session,
    )
    builder.build(model_name="built")
    endpoint = builder.deploy(
        endpoint_name="e", initial_instance_count=1, instance_type="ml.m5.large"
    )
    answer = endpoint.invoke(
        body="[[1, 2]]", content_type="application/json", accept="application/json"
    )
    assert json.loads(answer.body.read()) == [[2.5, 5.0]]
    endpoint.delete()
