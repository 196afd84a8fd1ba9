"""The answers of every algorithm's models, byte for byte, in each content type."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.containers.container_job import csv
from tests.containers.first_party.algorithm import Algorithm, each_of
from tests.containers.first_party.algorithms import ALGORITHMS, OF_THE_TOOLKIT
from tests.containers.first_party.models import Model
from tests.formats.conftest import record_type

from sagemock.containers.base import (
    ArtifactError,
    InferenceError,
    InferenceRequest,
    ModelData,
    Predictor,
)
from sagemock.formats.media_type import CSV, JSON, JSON_LINES, RECORDIO
from sagemock.formats.recordio import encode

__all__ = ["record_type"]

LIBSVM = "text/libsvm"


def loaded(algorithm: Algorithm, files: Mapping[str, Any] | None = None) -> Predictor:
    container = algorithm.container.serving_container()
    assert container is not None
    data = ModelData(algorithm.model.files() if files is None else files)
    document = {"Image": algorithm.image}
    return container.load(data, document=document, environment={}, log=lambda _: None)


def answer(
    predictor: Predictor, body: bytes, content_type: str, accept: str | None = None
) -> tuple[bytes, str | None]:
    response = predictor.invoke(InferenceRequest(body, content_type, accept))
    return response.body, response.content_type


def bodies(rows: Sequence[Sequence[float]]) -> dict[str, list[bytes]]:
    """Rows in each form of each content type."""
    listed = [{"features": row} for row in rows]
    dense = [{"data": {"features": {"values": row}}} for row in rows]
    sparse = [
        {"data": {"features": {"keys": keys, "shape": [2], "values": [row[key] for key in keys]}}}
        for row in rows
        for keys in [[key for key, value in enumerate(row) if value]]
    ]
    table = np.float32(rows)
    text = csv(table)
    pairs = [" ".join(f"{index}:{value}" for index, value in enumerate(row)) for row in rows]
    forms = (listed, dense, sparse)
    return {
        CSV: [text, text.rstrip()],
        JSON: [json.dumps({"instances": form}).encode() for form in forms],
        JSON_LINES: ["\n".join(map(json.dumps, form)).encode() for form in forms],
        RECORDIO: [encode(table), encode(table, np.ones(len(table), np.float32))],
        LIBSVM: ["\n".join(pairs).encode()],
    }


def as_json(model: Model) -> bytes:
    return json.dumps({model.key: model.predictions}, separators=model.separators).encode()


def first_body(model: Model) -> tuple[bytes, str]:
    """A request that is answered, and its content type."""
    return bodies(model.rows)[model.reads[0]][0], model.reads[0]


@each_of(OF_THE_TOOLKIT)
def test_every_content_type_of_a_request(algorithm: Algorithm) -> None:
    model, predictor = algorithm.model, loaded(algorithm)
    for content_type in model.reads:
        for body in bodies(model.rows)[content_type]:
            for accept in (None, "*/*", JSON):
                given = answer(predictor, body, content_type, accept)
                assert given == (as_json(model), JSON)
    if CSV in model.reads:
        body, _ = first_body(model)
        assert answer(predictor, body, "text/csv;label_size=0") == (as_json(model), JSON)


@each_of(ALGORITHMS)
def test_every_content_type_has_the_same_answer(algorithm: Algorithm) -> None:
    model, predictor = algorithm.model, loaded(algorithm)
    answers = {
        answer(predictor, body, content_type, model.writes[0])
        for content_type in model.reads
        for body in bodies(model.rows)[content_type]
    }
    assert len(answers) == 1


@each_of(OF_THE_TOOLKIT)
def test_json_lines(algorithm: Algorithm) -> None:
    model = algorithm.model
    assert model.predictions is not None
    lines = [json.dumps(each, separators=model.separators) + "\n" for each in model.predictions]
    body, content_type = answer(loaded(algorithm), *first_body(model), JSON_LINES)
    assert (body.decode(), content_type) == ("".join(lines), JSON_LINES)


def payloads(body: bytes) -> Iterator[bytes]:
    """Those of the records of an answer."""
    while body:
        assert body[:4] == bytes.fromhex("0a23d7ce")
        length = int.from_bytes(body[4:8], "little")
        yield body[8 : 8 + length]
        body = body[8 + length + -length % 4 :]


@each_of(OF_THE_TOOLKIT)
def test_records(algorithm: Algorithm, record_type: Any) -> None:
    model = algorithm.model
    assert model.predictions is not None
    body, content_type = answer(loaded(algorithm), *first_body(model), RECORDIO)
    assert content_type == RECORDIO
    for payload, prediction in zip(payloads(body), model.predictions, strict=True):
        record = record_type.FromString(payload)
        assert not record.features
        values = {name: each.float32_tensor.values[:] for name, each in record.label.items()}
        assert values == {
            name: pytest.approx(value if isinstance(value, list) else [value])
            for name, value in prediction.items()
        }
        # A map of protobuf's has no order, but its bytes do.
        places = [payload.index(name.encode()) for name in prediction]
        assert places == sorted(places)


@each_of(ALGORITHMS)
def test_a_type_that_the_container_does_not_write(algorithm: Algorithm) -> None:
    model, predictor = algorithm.model, loaded(algorithm)
    for accept in {"image/png", *(() if CSV in model.writes else (CSV,))}:
        with pytest.raises(InferenceError) as caught:
            answer(predictor, *first_body(model), accept)
        assert caught.value.status == 406
        assert caught.value.body.startswith(f"Accept type {accept} is not supported")


BAD = [
    (b"1", CSV),
    (b"1,2,3", CSV),
    (b"1,x", CSV),
    (b"", CSV),
    (b"1,nan", CSV),
    (b"1,2", "text/html"),
    (b"1,2", RECORDIO),
    (b"", RECORDIO),
    (encode(np.float32([[1, 2, 3]])), RECORDIO),
    (b"1,2", JSON),
    (b"{}", JSON),
    (b'{"instances": []}', JSON),
    (b'{"instances": [{"features": [1]}]}', JSON),
    (b'{"features": [1]}', JSON_LINES),
]


@each_of(OF_THE_TOOLKIT)
def test_payloads_that_are_refused(algorithm: Algorithm) -> None:
    model, predictor = algorithm.model, loaded(algorithm)
    refused = [*BAD]
    if CSV not in model.reads:
        refused.append((b"1,2", CSV))
    if model.too_large is not None:
        # What is infinite as a float32 is no JSON.
        refused += [
            (body, name) for name in model.reads for body in bodies([model.too_large])[name]
        ]
    for body, content_type in refused:
        with pytest.raises(InferenceError) as caught:
            answer(predictor, body, content_type)
        assert (caught.value.status, caught.value.body) == (
            400,
            "unable to evaluate payload provided",
        )


@each_of(ALGORITHMS)
@pytest.mark.parametrize("change", ["nothing", "other names", "noise", "half"])
def test_model_data_without_a_model(algorithm: Algorithm, change: str) -> None:
    whole = algorithm.model.files()
    files: Any = {
        "nothing": {},
        "other names": {"notes.txt": b"no model"},
        "noise": dict.fromkeys(whole, b"no model"),
        "half": {name: data[: len(data) // 2] for name, data in whole.items()},
    }[change]
    with pytest.raises(ArtifactError):
        loaded(algorithm, files)


@each_of(OF_THE_TOOLKIT)
@given(data=st.data())
def test_any_bytes_are_a_model_or_refused(algorithm: Algorithm, data: st.DataObject) -> None:
    """Whatever is loaded can be asked."""
    files: dict[str, Any] = dict(algorithm.model.files())
    name = data.draw(st.sampled_from(sorted(files)))
    whole = bytearray(files[name])
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(0, len(whole)) | st.just(len(whole)))
    try:
        predictor = loaded(algorithm, {**files, name: bytes(whole[:end])})
    except ArtifactError:
        return
    columns = predictor.guide().columns
    assert columns
    body = json.dumps({"instances": [{"features": [0] * columns}]}).encode()
    with suppress(InferenceError):
        assert answer(predictor, body, JSON)[1] == JSON


@each_of(ALGORITHMS)
def test_the_guide_names_what_an_answer_has(algorithm: Algorithm) -> None:
    model, guide = algorithm.model, loaded(algorithm).guide()
    assert guide.columns == 2
    body, _ = answer(loaded(algorithm), *first_body(model), JSON)
    for prediction in json.loads(body)[model.key]:
        assert list(prediction) == [name for name in guide.members if name in prediction]
    assert all(meaning.endswith(".") for meaning in guide.members.values())
    assert set(guide.content_types) <= set(model.reads)
