"""What the containers of scikit-learn, XGBoost and Hugging Face do by default."""

from __future__ import annotations

import io
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sagemock.containers.local_process.worker import formats, frameworks, scikit_learn, stand_ins
from sagemock.containers.local_process.worker.scikit_learn import ScikitLearnServer
from sagemock.containers.local_process.worker.toolkit import Answer, ToolkitServer

Serve = Callable[..., Any]


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes the module of a script, `handlers_of_a_test`."""

    def make(**handlers: Any) -> None:
        script = types.ModuleType("handlers_of_a_test")
        script.__dict__.update(handlers)
        script.__spec__ = types.SimpleNamespace()  # type: ignore[assignment]
        monkeypatch.setitem(sys.modules, script.__name__, script)

    return make


class Doubling:
    """A model of scikit-learn."""

    def predict(self, rows: Any) -> Any:
        assert rows.dtype == np.float32
        return rows.sum(axis=1) * 2


def scikit(module: Callable[..., None], **handlers: Any) -> ScikitLearnServer:
    module(**{"model_fn": lambda _: Doubling(), **handlers})
    server = ScikitLearnServer({"SAGEMAKER_PROGRAM": "handlers_of_a_test.py"})
    server.load("/opt/ml/model")
    return server


def ask(server: Any, body: bytes, kind: str | None = None, accept: str | None = None) -> Answer:
    answer: Answer = server.answer(bytearray(body), kind, accept, {})
    return answer


@pytest.mark.parametrize(
    ("body", "kind", "accept", "answer", "content_type"),
    [
        (b"[[1, 2]]", "application/json", None, b"[6.0]", "application/json"),
        # Without a type it is JSON.
        (b"[[1, 2]]", None, "*/*", b"[6.0]", "application/json"),
        (b"1,2\n3,4\n", "text/csv", "text/csv", b"6.0\n14.0\n", "text/csv; charset=utf-8"),
        (b"1,2\n3,4\n", "text/csv", "application/json", b"[6.0, 14.0]", "application/json"),
    ],
)
def test_scikit_learn(
    module: Any, body: bytes, kind: str, accept: str, answer: bytes, content_type: str
) -> None:
    response = ask(scikit(module), body, kind, accept)
    assert (response.status, response.body) == (200, answer)
    assert response.content_type == content_type


def test_scikit_learn_with_arrays(module: Any) -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.array([[1, 2]], np.float32))
    response = ask(scikit(module), buffer.getvalue(), formats.NPY, formats.NPY)
    assert np.load(io.BytesIO(response.body)).tolist() == [6.0]
    assert response.content_type == formats.NPY


@pytest.mark.parametrize(
    ("body", "kind", "accept"),
    [
        (b"1,2", "image/png", None),
        (b"[[1, 2]]", "application/json", "image/png"),
        (b"[[1, 2]]", "application/json", "text/csv, application/json"),
        # A single row is a vector, which models refuse.
        (b"1,2", "text/csv", None),
        (b"1,x\n", "text/csv", None),
        (b"not json", "application/json", None),
    ],
)
def test_scikit_learn_says_no_more_than_that_there_is_an_error(
    module: Any, body: bytes, kind: str, accept: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = ask(scikit(module), body, kind, accept)
    assert response.status == 500
    assert response.body.startswith(b"<!DOCTYPE HTML PUBLIC")
    assert b"The server encountered an internal error and was unable to complete" in response.body
    assert "Exception on /invocations [POST]" in caplog.text
    assert "Traceback" in caplog.text


@pytest.mark.parametrize(
    ("result", "body", "content_type"),
    [
        ("text", b"text", "text/html; charset=utf-8"),
        (("a,b", "text/csv"), b"a,b", "text/csv; charset=utf-8"),
        ({"a": 1}, b'{"a": 1}\n', "application/json"),
        (scikit_learn.FlaskResponse("x", mimetype="a/b"), b"x", "a/b"),
    ],
)
def test_what_handlers_of_scikit_learn_may_return(
    module: Any, result: Any, body: bytes, content_type: str
) -> None:
    response = ask(scikit(module, output_fn=lambda *_: result), b"[[1]]")
    assert (response.status, response.body, response.content_type) == (200, body, content_type)


def test_handlers_of_scikit_learn_that_exclude_each_other(module: Any) -> None:
    with pytest.raises(ValueError, match="Cannot use transform_fn implementation with input_fn"):
        scikit(module, transform_fn=lambda *_: "", predict_fn=lambda *_: "")
    server = scikit(module, transform_fn=lambda model, body, kind, accept: (body.upper(), accept))
    assert ask(server, b"a", "text/csv", "text/x").body == b"A"


def test_scikit_learn_loads_no_model_by_itself(module: Any) -> None:
    with pytest.raises(NotImplementedError, match=r"model_fn at https://github\.com/aws/sagemaker"):
        scikit(module, model_fn=None)


def test_execution_parameters_of_scikit_learn(module: Any) -> None:
    server = scikit(module, execution_parameters_fn=lambda: {"MaxPayloadInMB": 2})
    assert server.execution_parameters() == {"MaxPayloadInMB": 2}
    assert scikit(module).execution_parameters() is None


def toolkit_server(module: Any, defaults: Any, **handlers: Any) -> ToolkitServer:
    module(**handlers)
    server = ToolkitServer(defaults, {"SAGEMAKER_PROGRAM": "handlers_of_a_test"})
    server.load("/opt/ml/model")
    return server


def test_xgboost_reads_csv_and_libsvm(module: Any) -> None:
    xgboost = pytest.importorskip("xgboost")
    rows = np.array([[0.0, 1.0], [1.0, 0.0]] * 10)
    booster = xgboost.train(
        {"objective": "reg:squarederror"}, xgboost.DMatrix(rows, rows[:, 0] * 4), 20
    )
    server = toolkit_server(module, frameworks.XGBoostHandlers(), model_fn=lambda _: booster)
    for body, kind in (
        (b"0,1\n1,0", "text/csv"),
        (b"0;1\n1;0", "text/csv; charset=utf-8"),
        (b"0 0:0 1:1\n0 0:1 1:0\n", "text/libsvm"),
    ):
        response = ask(server, body, kind, "text/csv")
        assert response.status == 200, response.body
        values = [float(line) for line in response.body.split()]
        assert values == pytest.approx([0, 4], abs=0.1)
    with pytest.raises(NotImplementedError, match="Please provide a model_fn implementation"):
        toolkit_server(module, frameworks.XGBoostHandlers())


def test_hugging_face_without_pipelines(module: Any) -> None:
    defaults = frameworks.HuggingFaceHandlers()
    with pytest.raises(NotImplementedError, match="no pipelines of Hugging Face"):
        toolkit_server(module, defaults)
    server = toolkit_server(
        module, defaults, model_fn=lambda _: "m", predict_fn=lambda data, model: [data, model]
    )
    assert ask(server, b'{"inputs": "a"}', "application/json").body == b'[{"inputs": "a"}, "m"]'
    assert ask(server, b"a", "text/plain").body == b'[{"inputs": "a"}, "m"]'


def test_modules_that_scripts_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, stand_ins.StandIns("/opt/ml/model")])
    known = set(sys.modules)
    try:
        from sagemaker_containers.beta.framework import encoders, worker
        from sagemaker_inference import content_types, decoder, encoder, errors

        assert content_types.CSV == "text/csv"
        assert decoder.decode("[1]", content_types.JSON).tolist() == [1]
        assert encoder.encode([1], content_types.JSON) == "[1]"
        assert encoders.encode(np.array([1, 2]), content_types.CSV) == "1\n2\n"
        assert worker.Response("a", mimetype="text/csv").get_data() == b"a"
        with pytest.raises(errors.UnsupportedFormatError, match="image/png is not supported"):
            decoder.decode(b"", "image/png")
    finally:
        for name in set(sys.modules) - known:
            if name.startswith("sagemaker_"):
                del sys.modules[name]
