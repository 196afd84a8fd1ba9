"""Channels: content types, weights, missing values, and how data is refused."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import polars
import pytest
from tests.containers.xgboost.conftest import Job, channel, csv, document

from sagemock.algorithms.base import JobFailure
from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.containers.xgboost import data
from sagemock.containers.xgboost.releases import Release
from sagemock.formats.recordio import encode

SETTINGS = {"num_round": "3", "eval_metric": "rmse"}
GENERATOR = np.random.default_rng(0)
ROWS = np.column_stack([GENERATOR.integers(0, 9, 40), GENERATOR.random((40, 3))]).astype(np.float32)


def parquet(rows: np.ndarray) -> bytes:
    stream = io.BytesIO()
    polars.DataFrame(rows).write_parquet(stream)
    return stream.getvalue()


def libsvm(rows: np.ndarray) -> bytes:
    lines = (
        f"{label:g} " + " ".join(f"{i}:{value!r}" for i, value in enumerate(row))
        for label, *row in rows.tolist()
    )
    return "".join(f"{line}\n" for line in lines).encode()


BODIES = {
    "text/csv": csv(ROWS),
    "csv": csv(ROWS).replace(b",", b";"),
    "text/csv; label_size=1": csv(ROWS).replace(b",", b"\t"),
    "text/libsvm": libsvm(ROWS),
    "text/x-libsvm": libsvm(ROWS),
    "application/x-parquet": parquet(ROWS),
    "parquet": parquet(ROWS),
    "application/x-recordio-protobuf": encode(ROWS[:, 1:], ROWS[:, 0]),
}


@pytest.fixture(scope="module")
def expected() -> list[str]:
    job = Job()
    job.train(SETTINGS, channel("train", csv(ROWS)))
    return job.rounds


@pytest.mark.parametrize("content_type", BODIES)
def test_each_content_type_gives_the_same_numbers(
    job: Job, expected: list[str], content_type: str
) -> None:
    job.train(SETTINGS, channel("train", BODIES[content_type], content_type=content_type))
    assert job.rounds == expected


def test_without_a_content_type_data_is_libsvm(job: Job, expected: list[str]) -> None:
    job.train(SETTINGS, channel("train", libsvm(ROWS), content_type=None))
    assert job.rounds == expected


@pytest.mark.parametrize("content_type", ["text/csv", "text/libsvm"])
def test_several_files_are_one_table(job: Job, expected: list[str], content_type: str) -> None:
    write = csv if content_type == "text/csv" else libsvm
    halves = write(ROWS[:20]), write(ROWS[20:])
    job.train(SETTINGS, channel("train", *halves, content_type=content_type))
    assert job.rounds == expected


def test_pipe_mode(job: Job, expected: list[str]) -> None:
    pipe = document()
    pipe["AlgorithmSpecification"]["TrainingInputMode"] = "Pipe"
    stream = Channel(
        "train", "text/csv", [Shard((0,), [Part("/opt/ml/input/data/train_0", csv(ROWS))])]
    )
    job.train(SETTINGS, stream, job=pipe)
    assert job.rounds == expected
    with pytest.raises(JobFailure, match="Pipe mode not supported for LibSVM"):
        job.train(SETTINGS, channel("train", libsvm(ROWS), content_type="text/libsvm"), job=pipe)


def test_weights_of_a_csv_and_of_libsvm(job: Job, expected: list[str]) -> None:
    weights = GENERATOR.integers(1, 5, 40)
    weighted = np.column_stack([ROWS[:, 0], weights, ROWS[:, 1:]])
    job.train({**SETTINGS, "csv_weights": "1"}, channel("train", csv(weighted)))
    assert job.rounds != expected
    lines = libsvm(ROWS).decode().splitlines()
    body = "\n".join(
        line.replace(" ", f":{weight} ", 1) for line, weight in zip(lines, weights, strict=True)
    )
    other = Job()
    other.train(SETTINGS, channel("train", body.encode(), content_type="text/libsvm"))
    assert other.rounds == job.rounds
    repeated = Job()
    repeated.train(SETTINGS, channel("train", csv(np.repeat(ROWS, weights, axis=0))))
    assert repeated.rounds == job.rounds


def test_empty_and_odd_cells_of_a_csv_are_missing() -> None:
    lines: list[str] = []
    part = Part("/opt/ml/input/data/train/a", b"1,2,3\n0,,x\n1,5\n")
    table = data.read([part], data.CSV, weighted=False, pipe=False, report=lines.append)
    np.testing.assert_array_equal(
        table.features, np.float32([[2, 3], [np.nan, np.nan], [5, np.nan]])
    )
    assert table.labels.tolist() == [1, 0, 1]
    assert lines == ["Determined delimiter of CSV input is ','"] * 2


def test_libsvm_columns_are_those_of_the_file() -> None:
    part = Part("a", b"1 1:0.5 3:2\n0 2:1.5 3:1 # last\n")
    table = data.read([part], data.LIBSVM, weighted=False, pipe=False, report=lambda _: None)
    assert table.features.shape == (2, 4)
    assert table.matrix(1).num_col() == 4


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (
            b"1,2\n",
            "text/html",
            "text/html is not an accepted ContentType: csv, libsvm, parquet, recordio-protobuf, "
            "text/csv, text/libsvm, text/x-libsvm, application/x-parquet, "
            "application/x-recordio-protobuf.",
        ),
        (
            b"1,2\n",
            "text/csv;label_size=0",
            "text/csv;label_size=0 is not an accepted csv ContentType. Optional parameter "
            "label_size must be equal to 1",
        ),
        (
            b"1,2,3\n",
            "text/libsvm",
            "First line '1,2,3\n...' of file 'part-0' is not 'LIBSVM' format. Please ensure the "
            "file is in 'LIBSVM' format.",
        ),
        (
            b"\n\n",
            "text/csv",
            "Could not determine delimiter on line \n:\nCould not determine delimiter",
        ),
        (b"1,2\n3\n", "text/csv", "Failed to load csv data with exception:\nDelimiter ',' is not"),
        (b"no parquet", "parquet", "Failed to load parquet data with exception:\n"),
        (
            b"no records",
            "application/x-recordio-protobuf",
            "Failed to load recordio-protobuf data with exception:\n",
        ),
        (
            b"1 0:1 2:x 3:1\n",
            "text/libsvm",
            "Failed to load libsvm data with exception:\nrow 1 is not LibSVM",
        ),
        (
            encode(ROWS[:, 1:]),
            "application/x-recordio-protobuf",
            "Got input data without labels. Please check the input data set. If training job is "
            "running on multiple instances, please switch to using single instance if number of "
            "records in the data set is less than number of workers (16 * number of instance) in "
            "the cluster.",
        ),
        (b"", "text/csv", "No data in training channel path /opt/ml/input/data/train"),
    ],
)
def test_refusals_of_data(job: Job, body: bytes, content_type: str, text: str) -> None:
    with pytest.raises(JobFailure) as caught:
        job.train(SETTINGS, channel("train", body, content_type=content_type))
    assert str(caught.value).startswith(text)
    assert "".join(job.texts).endswith(str(caught.value).replace("\n", ""))


def test_channels() -> None:
    cases: list[tuple[list[Channel], str]] = [
        ([channel("validation", csv(ROWS))], "Missing required channel: train"),
        (
            [channel("train", csv(ROWS)), channel("test", csv(ROWS))],
            "Extraneous channel found: test",
        ),
        (
            [channel("train", csv(ROWS)), channel("validation", b"")],
            "No data in validation channel path /opt/ml/input/data/validation",
        ),
        (
            [channel("train", csv(ROWS), file=".hidden")],
            "Hidden file found in the data path! Remove that before training.",
        ),
    ]
    for channels, text in cases:
        with pytest.raises(JobFailure) as caught:
            Job().train(SETTINGS, *channels)
        assert str(caught.value) == text


def test_marker_files_are_passed_over(job: Job, expected: list[str]) -> None:
    parts = [
        Part("/opt/ml/input/data/train/_SUCCESS", b""),
        Part("/opt/ml/input/data/train/rows.csv", csv(ROWS)),
    ]
    job.train(SETTINGS, Channel("train", "text/csv", [Shard((0,), parts)]))
    assert job.rounds == expected


def test_the_same_file_in_both_channels_is_suspected(job: Job) -> None:
    job.train(SETTINGS, channel("train", csv(ROWS)), channel("validation", csv(ROWS)))
    assert any("WARNING] Suspected identical files found." in text for text in job.texts)


def test_failures_can_be_pickled() -> None:
    import pickle

    from sagemock.containers.xgboost.failures import TrainingError

    failure = TrainingError("the text").at(Release.V0_90_1)
    again: Any = pickle.loads(pickle.dumps(failure))
    assert again.failure_reason == failure.failure_reason
    assert "python3.6" in again.failure_reason
    assert type(again) is TrainingError
