"""Jobs with bad data, through boto3: they fail at once, with a reason, and nothing else breaks."""

from __future__ import annotations

import gzip
import json
import time
from typing import Any

import numpy as np
import pytest

from sagemock.formats.recordio import MAGIC_BYTES, encode, frame

rng = np.random.default_rng(0)
FEATURES = rng.standard_normal((8, 3)).astype(np.float32)
LABELS = (FEATURES[:, 0] > 0).astype(np.float32)
GOOD = encode(FEATURES, LABELS)
CSV = {"ContentType": "text/csv"}
RECORDIO = {"ContentType": "application/x-recordio-protobuf"}
TABLE = "".join(f"{y:.0f},{a},{b},{c}\n" for y, (a, b, c) in zip(LABELS, FEATURES, strict=True))
UNREADABLE = "ClientError: Unable to read data channel 'train'. "
VERIFY = "Please verify the correct data channel configuration is provided."


PARSE = "ClientError: Unable to parse csv: rows "
GZIP = CSV | {"CompressionType": "Gzip"}


def changed(data: bytes, place: int, content: bytes) -> bytes:
    return data[:place] + content + data[place + len(content) :]


CASES: dict[str, tuple[bytes, dict[str, Any], str]] = {
    "text as records": (TABLE.encode(), {}, UNREADABLE + VERIFY),
    "text as records, named": (TABLE.encode(), RECORDIO, UNREADABLE + "Requested content-type is"),
    "records as text": (GOOD, CSV, PARSE + "1-"),
    "a header": (b"label,a,b,c\n" + TABLE.encode(), CSV, PARSE + "1-2,"),
    "a word": (
        TABLE.replace("0,", "no,", 1).encode(),
        CSV,
        "ClientError: Unable to parse csv: rows",
    ),
    "a ragged row": ((TABLE + "1,2,3\n").encode(), CSV, PARSE + "9-9,"),
    "an empty cell": ((TABLE + "1,2,,3\n").encode(), CSV, PARSE + "9-9,"),
    "nan": ((TABLE + "1,2,nan,3\n").encode(), CSV, UNREADABLE + "Found missing (NaN) values."),
    "infinity": (
        (TABLE + "1,2,inf,3\n").encode(),
        CSV,
        UNREADABLE + "Found infinite floating point",
    ),
    "gzip in File mode": (gzip.compress(TABLE.encode()), GZIP, PARSE),
    "no gzip in Pipe mode": (
        TABLE.encode(),
        GZIP | {"InputMode": "Pipe"},
        UNREADABLE + "The object part is not in gzip format",
    ),
    "an unknown content type": (
        GOOD,
        {"ContentType": "application/json"},
        UNREADABLE + "Requested content-type is 'application/json'",
    ),
    "no label column": (
        TABLE.encode(),
        {"ContentType": "text/csv;label_size=0"},
        UNREADABLE + "Training needs one label",
    ),
    "labels only": (b"1\n0\n1\n0\n", CSV, UNREADABLE + "There is no column beside the label."),
    "an empty object": (b"", CSV, UNREADABLE + "The channel has no data."),
    "a cut file": (GOOD[:-5], {}, UNREADABLE + VERIFY),
    "a wrong magic": (changed(GOOD, 4 * (len(GOOD) // 8 // 4), b"abcd"), {}, UNREADABLE + VERIFY),
    "records without labels": (encode(FEATURES), {}, UNREADABLE + VERIFY),
    "empty records": (frame(b"") * 8, {}, UNREADABLE + VERIFY),
    "a huge length": (MAGIC_BYTES + b"\xff\xff\xff\x1f", {}, UNREADABLE + VERIFY),
    "noise": (rng.bytes(5000), {}, UNREADABLE + VERIFY),
    "noise in frames": (b"".join(frame(rng.bytes(60)) for _ in range(50)), {}, UNREADABLE + VERIFY),
    "noise as text": (rng.bytes(5000), CSV, PARSE),
    "labels out of range": (encode(FEATURES, LABELS + 1), {}, "ClientError: "),
    "fewer rows than a batch": (encode(FEATURES[:1], LABELS[:1]), {}, "ClientError: "),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_data_fails_the_job_with_a_reason(run_job: Any, case: str) -> None:
    body, channel, reason = CASES[case]
    started = time.perf_counter()
    job = run_job({"train/part": body}, **channel)
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith(reason)
    assert "Traceback" not in job["FailureReason"]
    assert job["SecondaryStatus"] == "Failed"
    # Generous, for a busy machine; nothing may come near a hang.
    assert time.perf_counter() - started < 20
    assert run_job({"train/part": GOOD})["TrainingJobStatus"] == "Completed"


def test_another_feature_dim(run_job: Any) -> None:
    job = run_job({"train/part": GOOD}, {"feature_dim": "2"})
    assert job["FailureReason"] == (
        "ClientError: cannot copy sequence with size 3 to array axis with dimension 2"
    )
    job = run_job({"train/part": TABLE.encode()}, {"feature_dim": "4"}, **CSV)
    assert job["FailureReason"].startswith("ClientError: ")


def test_no_object(run_job: Any) -> None:
    job = run_job({"elsewhere": GOOD})
    assert job["FailureReason"].startswith(
        'ClientError: No S3 objects found under S3 URL "s3://data/train/" given in input data'
    )


def test_more_instances_than_shards(run_job: Any) -> None:
    source = {"S3DataDistributionType": "ShardedByS3Key"}
    job = run_job({"train/part": GOOD}, source=source, instances=2)
    assert job["FailureReason"] == (
        "ClientError: Channel 'train' has 1 S3 objects for 2 instances. With ShardedByS3Key, "
        "algo-2 gets no data."
    )
    job = run_job({"train/part2": GOOD}, source=source, instances=2)
    assert job["TrainingJobStatus"] == "Completed"


def test_a_bad_manifest(run_job: Any) -> None:
    source = {"S3DataType": "ManifestFile", "S3Uri": "s3://data/train/.amazon.manifest"}
    job = run_job({"train/.amazon.manifest": b"{", "train/part": GOOD}, source=source)
    assert "is not a JSON list" in job["FailureReason"]
    listed = json.dumps([{"prefix": "s3://data/train/"}, "part"]).encode()
    job = run_job({"train/.amazon.manifest": listed}, source=source)
    assert job["TrainingJobStatus"] == "Completed"


def test_the_ways_in_lead_to_the_same_model(run_job: Any) -> None:
    """File and Pipe mode, gzip, manifest, augmented manifest, records and text."""
    halves = [encode(FEATURES[:4], LABELS[:4]), encode(FEATURES[4:], LABELS[4:])]
    lines = [{"data-ref": f"s3://data/{name}"} for name in ("part", "other")]
    augmented = "\n".join(json.dumps(line) for line in lines).encode()
    jobs = [
        run_job({"train/part": GOOD}),
        run_job({}, mode="Pipe"),
        run_job({"train/part": TABLE.encode()}, **CSV),
        run_job({"train/part": gzip.compress(GOOD)}, mode="Pipe", CompressionType="Gzip"),
        run_job({"train/part": halves[0], "train/part-2": halves[1]}),
        run_job({}, mode="Pipe"),
        run_job({}, InputMode="FastFile"),
        run_job(
            {"part": halves[0], "other": halves[1], "manifest": augmented},
            mode="Pipe",
            source={
                "S3DataType": "AugmentedManifestFile",
                "S3Uri": "s3://data/manifest",
                "AttributeNames": ["data-ref"],
            },
        ),
    ]
    assert {job["TrainingJobStatus"] for job in jobs} == {"Completed"}
    losses = [
        {each["MetricName"]: each["Value"] for each in job["FinalMetricDataList"]} for job in jobs
    ]
    assert len({loss["train:objective_loss:final"] for loss in losses}) == 1
