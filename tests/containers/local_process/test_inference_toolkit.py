"""Handlers of models, held against AWS's own inference toolkit.

Needs a Python with `sagemaker-inference` 1.10.1: `make toolkit` has one.
"""

from __future__ import annotations

import base64
import io
import json
import os
import random
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sagemock

PYTHON = os.environ.get("SAGEMOCK_TOOLKIT_PYTHON") or (
    sys.executable if find_spec("sagemaker_inference") else None
)
DRIVER = Path(__file__).with_name("inference_driver.py")

CASES = 300

MODEL = [
    "",
    "def model_fn(model_dir): return 2",
    "def model_fn(model_dir): return 2",
    "def model_fn(model_dir): return 2",
    "def model_fn(model_dir, context): return len(context.system_properties['model_dir'])",
    "def model_fn(model_dir, *more): return len(more)",
    "def model_fn(): return 2",
    "def model_fn(model_dir): raise OSError('no file')",
    "model_fn = lambda model_dir: 3",
]
INPUT = [
    "",
    "",
    "def input_fn(body, kind): return len(body)",
    "def input_fn(body, kind, context): return [type(body).__name__, kind]",
    "def input_fn(body): return body",
    "def input_fn(body, kind): raise ValueError('bad\\nbody')",
    "def input_fn(body, kind): raise ValueError",
    "from sagemaker_inference.errors import *\n"
    "def input_fn(body, kind): raise GenericInferenceToolkitError(422, 'few', 'no\\r\\ngood')",
    "from sagemaker_inference.errors import *\n"
    "def input_fn(body, kind): raise GenericInferenceToolkitError(429)",
]
PREDICT = [
    "",
    "def predict_fn(data, model): return data",
    "def predict_fn(data, model): return data",
    "def predict_fn(data, model): return data * model",
    "def predict_fn(data, model, context): return {'model': model, 'data': data}",
    "def predict_fn(data, model): return [1.5, None, 'a']",
    "def predict_fn(data, model): return 1 / 0",
    "def predict_fn(data, model): return {1, 2}",
]
OUTPUT = [
    "",
    "",
    "def output_fn(prediction, accept): return str(prediction)",
    "def output_fn(prediction, accept): return b'\\x00bytes', 'a/b'",
    "def output_fn(prediction, accept, context): return accept, accept",
    "def output_fn(prediction, accept):\n    return {'a': [1, 2]}",
    "def output_fn(prediction, accept): raise KeyError(accept)",
]
TRANSFORM = [
    "def transform_fn(model, body, kind, accept): return body",
    "def transform_fn(model, body, kind, accept, context):\n"
    "    context.set_response_status(code=409)\n    return 'no', 'text/no'",
    "def transform_fn(model, body): return body",
]
HOOKS = [
    "",
    "",
    "",
    "def pre_model_fn(model_dir): raise RuntimeError('before')",
    "def model_warmup_fn(model_dir, model): model + 1",
    "def model_warmup_fn(model_dir, model, context): raise RuntimeError(f'after {model}')",
]
TYPES = [
    "application/json",
    "application/json",
    "text/csv",
    "text/csv",
    "application/x-npy",
    "application/x-npz",
    "application/json; charset=utf-8",
    "application/octet-stream",
    "image/png",
    None,
]
ACCEPTS = [
    None,
    None,
    "*/*",
    "application/json",
    "text/csv",
    "application/x-npy",
    "text/csv, application/json",
    "image/png,  text/csv",
    "image/png",
]


def npy(values: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.array(values))
    return buffer.getvalue()


BODIES = [
    b"[1, 2, 3]",
    b"[[1.5, 2], [3, 4]]",
    b'{"instances": [1]}',
    b"5",
    b"",
    b"not json",
    b"1,2\n3,4\n",
    b"1,,x\n",
    b"\xff\xfe",
    npy([[1, 2], [3, 4]]),
    npy([0.1, 0.2]),
    npy(["a", "b"]),
]


def script(source: random.Random) -> str:
    parts = [source.choice(MODEL), source.choice(HOOKS)]
    if source.random() < 0.2:
        parts.append(source.choice(TRANSFORM))
        parts += [source.choice([INPUT, OUTPUT])[2]] if source.random() < 0.2 else []
    else:
        parts += [source.choice(INPUT), source.choice(PREDICT), source.choice(OUTPUT)]
    return "\n".join(parts) + "\n"


def case(number: int) -> Any:
    source = random.Random(number)
    environment = {}
    if source.random() < 0.2:
        environment["SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT"] = "text/csv"
    if source.random() < 0.1:
        environment["SAGEMAKER_PROGRAM"] = source.choice(["inference", "no_such.py"])
    requests = [
        (
            base64.b64encode(source.choice(BODIES)).decode(),
            source.choice(TYPES),
            source.choice(ACCEPTS),
        )
        for _ in range(8)
    ]
    return script(source), environment, requests


def served(python: str, who: str, cases: Path) -> list[Any]:
    process = subprocess.run(
        [python, "-W", "ignore", str(DRIVER), who, str(cases)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(sagemock.__file__).parents[1])},
    )
    assert process.returncode == 0, process.stderr
    results: list[Any] = json.loads(process.stdout)
    return results


def comparable(result: Any) -> Any:
    """Results with decoded bodies, apart from pickles, which ours does not read."""
    if not isinstance(result, list):
        return result
    answers = []
    for status, body, content_type in result:
        content = base64.b64decode(body)
        pickled = status == 500 and b"pickle" in content
        answers.append((status, b"pickle" if pickled else content, content_type))
    return answers


@pytest.mark.full
@pytest.mark.skipif(PYTHON is None, reason="no Python with AWS's inference toolkit")
def test_answers_are_those_of_the_toolkit(tmp_path: Path) -> None:
    cases = [case(number) for number in range(CASES)]
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(cases))
    assert PYTHON is not None
    # In the same Python, so that both use the same numpy.
    ours, theirs = served(PYTHON, "ours", path), served(PYTHON, "theirs", path)
    for (text, environment, requests), mine, aws in zip(cases, ours, theirs, strict=True):
        assert comparable(mine) == comparable(aws), (text, environment, requests)
    loaded = [answer for each in theirs if isinstance(each, list) for answer in each]
    assert len({status for status, *_ in loaded}) >= 4
    assert sum(status == 200 for status, *_ in loaded) > len(loaded) / 8
