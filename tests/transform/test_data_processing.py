"""Filters and joins: every operator for CSV, JSON and JSON Lines, with and without a join."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagemock.formats.media_type import CSV, JSON, JSON_LINES
from sagemock.transform.data_processing import DataProcessing
from sagemock.transform.errors import TransformError
from sagemock.transform.records import cells, json_text, json_value


def processing(content_type: str, **members: Any) -> DataProcessing:
    split = "None" if content_type == JSON else "Line"
    stamp = members.pop("stamp", None)
    job = {
        "TransformInput": {"ContentType": content_type, "SplitType": split},
        "TransformOutput": {"Accept": content_type, "AssembleWith": split},
        "DataProcessing": members,
    }
    return DataProcessing.of_job(job, stamp)


def through(processing: DataProcessing, record: bytes, answer: bytes) -> tuple[bytes, bytes]:
    """What the model gets of a record, and what is written for its answer."""
    select = processing.selected()
    body = record if select is None else select(record)
    kept = [record] if processing.joins else None
    return body, processing.finished(kept, answer)


@pytest.mark.parametrize(
    ("path", "selected"),
    [
        ("$", b"7,1,2,3"),
        ("$[1]", b"1"),
        ("$[-1]", b"3"),
        ("$[1,3]", b"1,3"),
        ("$[1:3]", b"1,2"),
        ("$[:2]", b"7,1"),
        ("$[1:]", b"1,2,3"),
        ("$[*]", b"7,1,2,3"),
        ("$.*", b"7,1,2,3"),
        ("$[0,2:]", b"7,2,3"),
    ],
)
@pytest.mark.parametrize("joins", [False, True])
def test_rows_of_csv(path: str, selected: bytes, joins: bool) -> None:
    source = "Input" if joins else "None"
    body, _ = through(processing(CSV, InputFilter=path, JoinSource=source), b"7,1,2,3", b"0.5")
    assert body == selected
    # The same path after the model, where a join puts the prediction behind the row.
    answer, record = (b"3", b"7,1,2") if joins else (b"7,1,2,3", b"1")
    _, written = through(processing(CSV, OutputFilter=path, JoinSource=source), record, answer)
    assert written == selected


JSON_ROWS: list[tuple[str, Any]] = [
    ("$", {"id": 7, "features": [1, 2, 3], "SageMakerOutput": {"score": 0.5}}),
    ("$.id", 7),
    ("$.SageMakerOutput.score", 0.5),
    ("$.SageMakerOutput.*", [0.5]),
    ("$['id','SageMakerOutput']", {"id": 7, "SageMakerOutput": {"score": 0.5}}),
    ("$.features[1]", 2),
    ("$.features[0,-1]", [1, 3]),
    ("$.features[1:3]", [2, 3]),
    ("$.features[:2]", [1, 2]),
    ("$.features[1:]", [2, 3]),
]


@pytest.mark.parametrize("content_type", [JSON, JSON_LINES])
@pytest.mark.parametrize(("path", "selected"), JSON_ROWS)
def test_json_joined(content_type: str, path: str, selected: Any) -> None:
    record, answer = b'{"id": 7, "features": [1, 2, 3]}', b'{"score": 0.5}'
    job = processing(content_type, OutputFilter=path, JoinSource="Input")
    body, written = through(job, record, answer)
    assert body == record
    assert json.loads(written) == selected
    # Compact, and in the order of names.
    assert written == json_text(selected)


@pytest.mark.parametrize("content_type", [JSON, JSON_LINES])
@pytest.mark.parametrize(("path", "selected"), JSON_ROWS)
def test_json_filtered_only(content_type: str, path: str, selected: Any) -> None:
    whole = json.dumps(JSON_ROWS[0][1]).encode()
    body, written = through(processing(content_type, InputFilter=path), whole, b"{}")
    assert (json.loads(body), written) == (selected, b"{}")
    # Without a filter the record is as it was, spaces included.
    assert body == (whole if path == "$" else json_text(selected))
    _, written = through(processing(content_type, OutputFilter=path), b"{}", whole)
    assert json.loads(written) == selected


def test_the_example_of_an_id_column() -> None:
    job = processing(CSV, InputFilter="$[1:]", JoinSource="Input", OutputFilter="$[0,-1]")
    assert through(job, b"id-1,5,6", b"0.75") == (b"5,6", b"id-1,0.75")


def test_the_example_of_an_id_attribute() -> None:
    job = processing(
        JSON_LINES,
        InputFilter="$.features",
        JoinSource="Input",
        OutputFilter="$['id','SageMakerOutput']",
    )
    record = b'{"id": 3, "features": [1, 2]}'
    assert through(job, record, b'{"label": 1}') == (
        b"[1,2]",
        b'{"SageMakerOutput":{"label":1},"id":3}',
    )


def test_a_record_that_is_no_object_and_a_member_of_the_reserved_name() -> None:
    job = processing(JSON_LINES, JoinSource="Input")
    _, written = through(job, b"[1, 2]", b"[3]")
    assert written == b'{"SageMakerInput":[1,2],"SageMakerOutput":[3]}'
    _, written = through(job, b'{"SageMakerOutput": 1}', b"2")
    assert written == b'{"SageMakerOutput":2}'


def test_numbers_have_fifteen_digits_as_recorded() -> None:
    job = processing(JSON_LINES, JoinSource="Input")
    answer = b'{"score": 0.9899773597717285, "predicted_label": 1}'
    _, written = through(job, b'{"features": [28, 2]}', answer)
    assert written == (
        b'{"SageMakerOutput":{"predicted_label":1,"score":0.989977359771728},"features":[28,2]}'
    )


def test_several_records_of_a_request() -> None:
    job = processing(CSV, JoinSource="Input", OutputFilter="$[0,-1]")
    assert job.finished([b"1,a", b"2,b"], b"x\ny\n") == b"1,x\n2,y\n"
    assert job.finished([b"1,a\r", b"2,b\r"], b"x\ny") == b"1,x\n2,y"
    with pytest.raises(TransformError, match="mismatched line count"):
        job.finished([b"1,a", b"2,b"], b"x\n")


@pytest.mark.parametrize(
    ("content_type", "answer", "text"),
    [
        (CSV, b'{"predictions": [{"score": 0.5}]}', "Failed to parse output from the algorithm as"),
        (JSON, b"0.5,1", "Failed to parse output from the algorithm as JSON"),
        (JSON_LINES, b"NaN", "Failed to parse output from the algorithm as JSON Lines"),
        (JSON_LINES, b"[" * 100_000, "Failed to parse output from the algorithm as JSON Lines"),
    ],
)
def test_answers_of_another_format(content_type: str, answer: bytes, text: str) -> None:
    with pytest.raises(TransformError, match=text):
        processing(content_type, JoinSource="Input").finished([b"1"], answer)


def test_a_record_of_another_format() -> None:
    select = processing(JSON_LINES, InputFilter="$.a").selected()
    assert select is not None
    with pytest.raises(TransformError, match="Failed to parse input as JSON Lines"):
        select(b"1,2")


def test_a_row_has_no_names() -> None:
    select = processing(CSV, InputFilter="$.a").selected()
    assert select is not None
    with pytest.raises(TransformError):
        select(b"1,2")


@pytest.mark.parametrize(
    ("content_type", "written"),
    [(CSV, b"7,a,b"), (JSON_LINES, None)],
)
def test_inference_ids(content_type: str, written: bytes | None) -> None:
    job = processing(content_type, stamp="2026-01-02T03:04:05Z")
    _, stamped = through(job, b"1", b"7")
    if content_type == CSV:
        prediction, inference_id, when = stamped.split(b",")
        assert (prediction, len(inference_id), when) == (b"7", 36, b"2026-01-02T03:04:05Z")
        return
    value = json.loads(stamped)
    assert value.pop("SageMakerInferenceId")
    assert value == {"SageMakerOutput": 7, "SageMakerInferenceTime": "2026-01-02T03:04:05Z"}
    _, stamped = through(job, b"1", b'{"score": 1}')
    assert set(json.loads(stamped)) == {"score", "SageMakerInferenceId", "SageMakerInferenceTime"}


@given(st.lists(st.text(alphabet="ab,\"'; ", max_size=5), min_size=1, max_size=5))
def test_cells_of_a_row_that_the_standard_library_writes(row: list[str]) -> None:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(row)
    split = cells(line.getvalue().encode())
    assert b",".join(split).decode() == line.getvalue()
    read = [next(csv.reader([cell.decode()]), [""]) for cell in split]
    assert [each[0] if each else "" for each in read] == row


@given(st.binary(max_size=20).filter(lambda row: b"\n" not in row))
def test_any_row_is_split_or_refused(row: bytes) -> None:
    try:
        split = cells(row)
    except TransformError:
        assert b'"' in row
        return
    assert b",".join(split) == row.removesuffix(b"\r")


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@given(JSON_VALUES)
def test_json_read_back(value: Any) -> None:
    assert json_value(json_text(value)) == value
