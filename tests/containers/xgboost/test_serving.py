"""Models: what may be loaded, requests, answers by release, selectable inference."""

from __future__ import annotations

import json
import math
import os
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.containers.xgboost.conftest import NEW, OLD_IMAGE, REGISTRY, Job, channel, csv

from sagemock.containers.base import (
    ArtifactError,
    InferenceError,
    InferenceRequest,
    InferenceResponse,
    ModelData,
    Predictor,
)
from sagemock.formats import recordio

GENERATOR = np.random.default_rng(0)
LABELS = GENERATOR.integers(0, 3, 90)
FEATURES = np.round(GENERATOR.random((90, 3)) + LABELS.reshape(-1, 1), 3)


def trained(objective: str, image: str = NEW, **settings: str) -> bytes:
    labels = LABELS if "multi" in objective else LABELS > 1
    rows = np.column_stack([labels, FEATURES]).astype(float)
    values = {"objective": objective, "num_round": "4", **settings}
    output = Job().train(values, channel("train", csv(rows)), image=image)
    assert output.model is not None
    model = output.model["xgboost-model"]
    assert isinstance(model, bytes)
    return model


def loaded(files: dict[str, bytes], image: str = NEW, **environment: str) -> Predictor:
    from sagemock.containers.xgboost.serving import XGBoostServing

    return XGBoostServing().load(
        ModelData(files), document={"Image": image}, environment=environment, log=lambda _: None
    )


def ask(
    predictor: Predictor, body: bytes, content_type: str = "text/csv", accept: str = ""
) -> InferenceResponse:
    return predictor.invoke(InferenceRequest(body, content_type, accept))


def refused(call: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(InferenceError) as caught:
        call()
    return caught.value.status, caught.value.body


BODY = csv(FEATURES[:2])


class Hostile:
    """A pickle that runs a command where it is loaded as any pickle."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {self.path}",)


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_a_hostile_pickle_is_refused(tmp_path: Any, protocol: int) -> None:
    path = tmp_path / "reached"
    with pytest.raises(ArtifactError, match="system is not admitted in a model"):
        loaded({"xgboost-model": pickle.dumps(Hostile(str(path)), protocol)})
    assert not path.exists()


@pytest.mark.parametrize(
    "data",
    [
        pickle.dumps({"a": 1}),
        # Attributes of what is admitted are no way out.
        b"\x80\x04\x8c\x0cxgboost.core\x8c\x10Booster.__init__\x93.",
        b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93.",
        b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\x7f",
        b"",
        b"nothing",
    ],
)
def test_files_without_a_model(data: bytes) -> None:
    with pytest.raises(ArtifactError, match="Unable to load model"):
        loaded({"xgboost-model": data})


def test_a_model_that_crashes_the_library_does_not_crash_the_process(ubjson: bytes) -> None:
    """Its trees ask for columns that no row has."""
    start = ubjson.index(b"split_indices[$l#L") + len(b"split_indices[$l#L") + 8
    number = int.from_bytes(ubjson[start - 8 : start], "big")
    columns = (1 << 30).to_bytes(4, "big") * number
    with pytest.raises(ArtifactError, match="the library crashes on it"):
        loaded({"xgboost-model": ubjson[:start] + columns + ubjson[start + len(columns) :]})


def test_a_model_that_is_cut_never_reaches_the_library(
    ubjson: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which reads on behind its end."""
    from sagemock.containers.xgboost import artifact, probe

    for module, name in ((probe, "crashes"), (artifact, "attempt")):
        monkeypatch.setattr(module, name, lambda _: pytest.fail("it does"))
    for end in range(2, len(ubjson)):
        with pytest.raises(ArtifactError, match="the file is cut, or not one of the library"):
            artifact.load("/opt/ml/model/xgboost-model", ubjson[:end])


@pytest.fixture(scope="module")
def logistic() -> bytes:
    return trained("binary:logistic")


@pytest.fixture(scope="module")
def ubjson(logistic: bytes) -> bytes:
    """The same, in the form in which the library keeps it from 2.0 on."""
    import xgboost

    return bytes(xgboost.Booster(model_file=bytearray(logistic)).save_raw("ubj"))


@pytest.fixture(scope="module")
def softprob() -> bytes:
    return trained("multi:softprob", num_class="3")


@pytest.mark.parametrize("image", [OLD_IMAGE, f"{REGISTRY}:1.2-1", f"{REGISTRY}:1.2-2", NEW])
def test_answers_by_release(logistic: bytes, softprob: bytes, image: str) -> None:
    old = image in (OLD_IMAGE, f"{REGISTRY}:1.2-1")
    one, two = (
        ask(loaded({"m": logistic}, image), BODY)
        .body.decode()
        .replace("\n", ",")
        .strip(",")
        .split(",")
    )
    assert all(0 < float(each) < 1 for each in (one, two))
    answer = ask(loaded({"m": logistic}, image), BODY)
    assert answer.body.decode() == (f"{one},{two}" if old else f"{one}\n{two}\n")
    assert answer.content_type == "text/csv"
    as_json = ask(loaded({"m": logistic}, image), BODY, accept="application/json")
    if old:
        assert as_json.body == answer.body
        assert as_json.content_type == "text/csv"
    else:
        assert json.loads(as_json.body) == {
            "predictions": [{"score": float(one)}, {"score": float(two)}]
        }
    batch = ask(loaded({"m": logistic}, image, SAGEMAKER_BATCH="true"), BODY)
    assert batch.body.decode() == f"{one}\n{two}\n"
    lists = ask(loaded({"m": softprob}, image, SAGEMAKER_BATCH="true"), BODY).body.decode()
    rows = [json.loads(line) for line in lists.splitlines()]
    assert np.shape(rows) == (2, 3)
    assert np.sum(rows, axis=1) == pytest.approx([1, 1], abs=1e-6)
    if not old:
        plain = ask(loaded({"m": softprob}, image), BODY).body.decode()
        assert plain == "".join(",".join(map(str, row)) + "\n" for row in rows)


def test_the_default_of_accept_is_a_variable(logistic: bytes) -> None:
    name = "SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT"
    predictor = loaded({"m": logistic}, **{name: "application/json"})
    assert ask(predictor, BODY, accept="*/*").content_type == "application/json"
    assert ask(predictor, BODY, accept="text/csv").content_type == "text/csv"


def test_an_empty_body_has_an_empty_answer(logistic: bytes) -> None:
    assert ask(loaded({"m": logistic}), b"").body == b""


@pytest.mark.parametrize(
    ("body", "content_type", "accept", "status", "text"),
    [
        (
            b"a,b,c",
            "text/csv",
            "",
            415,
            "Loading csv data failed with Exception, please ensure data is in csv format:\n "
            "<class 'ValueError'>\n could not convert string to float: 'a'",
        ),
        (
            b"1 0:x",
            "text/libsvm",
            "",
            415,
            "Loading libsvm data failed with Exception, please ensure data is in libsvm format:\n "
            "<class 'ValueError'>\n could not convert string to float: 'x'",
        ),
        (BODY, "application/x-parquet", "", 415, "Content-type application/x-parquet is not"),
        (BODY, "text/html", "", 415, "text/html is not an accepted ContentType: csv, libsvm"),
        (
            BODY,
            "text/csv",
            "text/html",
            406,
            "Accept type text/html is not supported. Please use supported accept types: "
            "['application/json', 'application/jsonlines', 'application/x-recordio-protobuf', "
            "'text/csv'].",
        ),
        (BODY, "text/csv", "application/jsonlines", 500, "Internal Server Error"),
        (b"1,2,3,4", "text/csv", "", 400, "Unable to evaluate payload provided: "),
    ],
)
def test_errors(
    logistic: bytes, body: bytes, content_type: str, accept: str, status: int, text: str
) -> None:
    got, message = refused(lambda: ask(loaded({"m": logistic}), body, content_type, accept))
    assert got == status
    assert message.startswith(text)


def test_columns_of_models_from_pickles() -> None:
    predictor = loaded({"m": trained("binary:logistic", f"{REGISTRY}:1.2-2")}, f"{REGISTRY}:1.2-2")
    assert len(ask(predictor, b"1,2,3").body.split()) == 1
    assert len(ask(predictor, b"1,2").body.split()) == 1
    for row, columns in ((b"1,2,3,4", 4), (b"5", 1)):
        assert refused(lambda row=row: ask(predictor, row)) == (  # type: ignore[misc]
            400,
            "Unable to evaluate payload provided: Feature size of csv inference data "
            f"{columns} is not consistent with feature size of trained model 3.",
        )
    assert refused(lambda: ask(predictor, b"1 7:1", "text/libsvm")) == (
        400,
        "Unable to evaluate payload provided: Feature size of libsvm inference data 8 is larger "
        "than feature size of trained model 3.",
    )


def test_missing_values_of_a_request(logistic: bytes) -> None:
    predictor = loaded({"m": logistic})
    assert ask(predictor, b"1.5,,2").body == ask(predictor, b"1.5,nan,2").body


SELECTED = "SAGEMAKER_INFERENCE_OUTPUT"


def test_selectable_inference_of_binary_models(logistic: bytes) -> None:
    keys = "predicted_label, labels,probability,probabilities,raw_score,raw_scores,predicted_score"
    predictor = loaded({"m": logistic}, **{SELECTED: keys})
    answer = json.loads(ask(predictor, BODY, accept="application/json").body)
    one, _ = answer["predictions"]
    score = one["probability"]
    assert one.pop("predicted_score") != one  # NaN: not for this objective
    assert one == {
        "predicted_label": int(score > 0.5),
        "labels": [0, 1],
        "probability": score,
        "probabilities": [1 - score, score],
        "raw_score": score,
        "raw_scores": [1 - score, score],
    }
    lines = ask(predictor, BODY, accept="application/jsonlines").body.splitlines()
    assert [json.loads(line)["probability"] for line in lines] == [
        each["probability"] for each in answer["predictions"]
    ]


def test_selectable_inference_as_csv_and_records(softprob: bytes) -> None:
    predictor = loaded({"m": softprob}, **{SELECTED: "predicted_label,probabilities"})
    text = ask(predictor, BODY).body.decode()
    assert not text.endswith("\n")
    label, _, probabilities = text.splitlines()[0].partition(",")
    numbers = json.loads(probabilities.strip('"'))
    assert int(label) == int(np.argmax(numbers))
    assert sum(numbers) == pytest.approx(1, abs=1e-6)
    body = ask(predictor, BODY, accept="application/x-recordio-protobuf").body
    assert len(list(recordio.joined_payloads(body))) == 2


def test_objectives_without_selection() -> None:
    predictor = loaded({"m": trained("count:poisson")}, **{SELECTED: "predicted_score"})
    assert refused(lambda: ask(predictor, BODY)) == (
        500,
        "Objective `count:poisson` unsupported for selectable inference predictions.",
    )


def test_before_1_0_nothing_is_selected(logistic: bytes) -> None:
    predictor = loaded({"m": logistic}, f"{REGISTRY}:0.90-2", **{SELECTED: "predicted_label"})
    assert all(0 < float(each) < 1 for each in ask(predictor, BODY).body.decode().split(","))


def test_several_models_answer_together() -> None:
    one, two = trained("reg:squarederror"), trained("reg:squarederror", eta="0.9")

    def answers(**files: bytes) -> list[float]:
        return [float(each) for each in ask(loaded(files), BODY).body.split()]

    mean = np.mean([answers(a=one), answers(a=two)], axis=0)
    assert answers(a=one, b=two) == pytest.approx(list(mean), abs=1e-6)
    alone = loaded({"a": one, "b": two}, SAGEMAKER_INFERENCE_ENSEMBLE="false")
    assert [float(each) for each in ask(alone, BODY).body.split()] == answers(a=one)
    votes = {
        name: trained("multi:softmax", num_class="3", num_round=rounds)
        for name, rounds in (("a", "1"), ("b", "2"), ("c", "3"))
    }
    elected = answers(**votes)
    assert set(elected) <= {0.0, 1.0, 2.0}


def test_a_model_that_stopped_early_predicts_with_its_best_round() -> None:
    import xgboost

    rows = np.column_stack([LABELS > 1, FEATURES]).astype(float)
    worse = rows[:30].copy()
    worse[:, 0] = 1 - worse[:, 0]
    image = f"{REGISTRY}:0.90-2"
    output = Job().train(
        {"objective": "binary:logistic", "num_round": "9", "early_stopping_rounds": "3"},
        channel("train", csv(rows)),
        channel("validation", csv(worse)),
        image=image,
    )
    assert output.model is not None
    model = output.model["xgboost-model"]
    booster = pickle.loads(model)  # type: ignore[arg-type]
    assert booster.num_boosted_rounds() == 4
    best = booster[:1].predict(xgboost.DMatrix(FEATURES[:2])).tolist()
    answer = ask(loaded({"m": model}, image), BODY).body.decode()  # type: ignore[dict-item]
    assert [float(each) for each in answer.split(",")] == best


def test_what_transform_jobs_and_people_are_told(logistic: bytes) -> None:
    predictor = loaded({"m": logistic})
    assert predictor.execution_parameters() == {
        "MaxConcurrentTransforms": os.cpu_count(),
        "BatchStrategy": "MULTI_RECORD",
        "MaxPayloadInMB": 6,
    }
    assert predictor.guide().columns == 3
    assert not math.isnan(float(ask(predictor, b"1,2,3").body))
