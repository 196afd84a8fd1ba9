"""Jobs with bad data, through boto3: they fail with a reason that the log ends with as well."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sagemock.containers.linear_learner.training import LinearLearnerTraining
from sagemock.formats.recordio import MAGIC_BYTES, encode, frame

rng = np.random.default_rng(0)
FEATURES = rng.standard_normal((8, 3)).astype(np.float32)
LABELS = (FEATURES[:, 0] > 0).astype(np.float32)
GOOD = encode(FEATURES, LABELS)
CSV = {"ContentType": "text/csv"}
RECORDIO = {"ContentType": "application/x-recordio-protobuf"}
TABLE = "".join(f"{y:.0f},{a},{b},{c}\n" for y, (a, b, c) in zip(LABELS, FEATURES, strict=True))
UNREADABLE = "ClientError: Unable to read data channel 'train'. "
BY_READER = "(caused by MXNetError)\n\nCaused by: (Input Error) "
VERIFY = f"Please verify the correct data channel configuration is provided. {BY_READER}"
NAMED = (
    "Requested content-type is 'application/x-recordio-protobuf'. Please verify the data matches "
    f"the requested content-type. {BY_READER}"
)
NOTHING = (
    "ClientError: No training data processed. Either the training channel is empty or the "
    "mini-batch size is too high. Verify that training data contains non-empty files and the "
    "mini-batch size is less than the number of records per training host."
)
PARSE = "ClientError: Unable to parse csv: rows "
GZIP = CSV | {"CompressionType": "Gzip"}


def changed(data: bytes, index: int, content: bytes) -> bytes:
    return data[:index] + content + data[index + len(content) :]


CASES: dict[str, tuple[bytes, dict[str, Any], str]] = {
    "text as records": (TABLE.encode(), {}, UNREADABLE + VERIFY),
    "text as records, an empty content type": (
        TABLE.encode(),
        {"ContentType": ""},
        UNREADABLE + VERIFY,
    ),
    "text as records, named": (TABLE.encode(), RECORDIO, UNREADABLE + NAMED),
    "records as text": (GOOD, CSV, PARSE + "1-"),
    "a header": (b"label,a,b,c\n" + TABLE.encode(), CSV, PARSE + "1-2,"),
    "a word": (
        TABLE.replace("0,", "no,", 1).encode(),
        CSV,
        "ClientError: Unable to parse csv: rows",
    ),
    "a ragged row": ((TABLE + "1,2,3\n").encode(), CSV, PARSE + "9-9,"),
    "an empty cell": ((TABLE + "1,2,,3\n").encode(), CSV, PARSE + "9-9,"),
    "nan": (
        (TABLE + "1,2,nan,3\n").encode(),
        CSV,
        f"{UNREADABLE}Found missing (NaN) values. Please remove any missing (NaN) values in the "
        f"input data. {BY_READER}(NaN) ",
    ),
    "infinity": (
        (TABLE + "1,2,inf,3\n").encode(),
        CSV,
        f"{UNREADABLE}Found infinite floating point values. Please remove any infinite floating "
        f"point values in the input data. {BY_READER}(Inf) ",
    ),
    "gzip in File mode": (gzip.compress(TABLE.encode()), GZIP, PARSE),
    "an unknown content type": (
        GOOD,
        {"ContentType": "application/json"},
        "ClientError: No iterator has been registered for ContentType ('application/json', '1.0')",
    ),
    "no label column": (
        TABLE.encode(),
        {"ContentType": "text/csv;label_size=0"},
        UNREADABLE + "Training needs one label",
    ),
    "labels only": (b"1\n0\n1\n0\n", CSV, UNREADABLE + "There are no columns except the label."),
    "an empty object": (b"", CSV, NOTHING),
    "empty lines": (b"\n\n", CSV, NOTHING),
    "an empty object, no content type": (b"", {}, NOTHING),
    "a cut file": (GOOD[:-5], {}, UNREADABLE + VERIFY),
    "a wrong magic": (changed(GOOD, 4 * (len(GOOD) // 8 // 4), b"abcd"), {}, UNREADABLE + VERIFY),
    "records without labels": (encode(FEATURES), {}, UNREADABLE + VERIFY),
    "empty records": (frame(b"") * 8, {}, UNREADABLE + VERIFY),
    "a huge length": (MAGIC_BYTES + b"\xff\xff\xff\x1f", {}, UNREADABLE + VERIFY),
    "noise": (rng.bytes(5000), {}, UNREADABLE + VERIFY),
    "noise in frames": (b"".join(frame(rng.bytes(60)) for _ in range(50)), {}, UNREADABLE + VERIFY),
    "noise as text": (rng.bytes(5000), CSV, PARSE),
    "labels out of range": (
        encode(FEATURES, LABELS + 1),
        {},
        "ClientError: Labels of channel 'train' must be 0 or 1 for predictor_type "
        "'binary_classifier', but there is a label 2.",
    ),
    "fewer rows than a batch": (encode(FEATURES[:1], LABELS[:1]), {}, NOTHING),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_data_fails_the_job_with_a_reason(run_job: Any, log_of: Any, case: str) -> None:
    body, channel, reason = CASES[case]
    job = run_job({"train/part": body}, **channel)
    assert job["TrainingJobStatus"] == job["SecondaryStatus"] == "Failed"
    assert job["FailureReason"].startswith(reason)
    assert "Traceback" not in job["FailureReason"]
    assert_ends_with_the_failure(log_of("job-0"), job["FailureReason"])
    assert run_job({"train/part": GOOD})["TrainingJobStatus"] == "Completed"


def assert_ends_with_the_failure(log: list[str], failure_reason: str) -> None:
    """The container's last words say what FailureReason says, and the cause of it."""
    summary, _, details = failure_reason.partition("\n\nCaused by: ")
    who, _, sentence = summary.partition(": ")
    shown = {"ClientError": "Customer Error", "AlgorithmError": "Algorithm Error"}[who]
    sentence = re.sub(r" \(caused by \w+\)$", "", sentence)
    line = re.fullmatch(
        rf"\[\d\d/\d\d/\d{{4}} \d\d:\d\d:\d\d ERROR \d+\] {shown}: {re.escape(sentence)} "
        rf"\(caused by \w+\)\n\nCaused by: (.+)",
        log[-1],
        re.DOTALL,
    )
    assert line is not None, log[-1]
    assert not details or line.group(1) == details
    assert sum(" ERROR " in text for text in log) == 1


DIVERGING = {
    "predictor_type": "regressor",
    "normalize_label": "false",
    "normalize_data": "false",
    "optimizer": "sgd",
    "learning_rate": "1e30",
}
OTHERS: dict[str, tuple[dict[str, str], dict[str, Any], str]] = {
    "an unknown hyperparameter": (
        {"epoch": "1"},
        {},
        "ClientError: Additional hyperparameters are not allowed ('epoch' was unexpected) (caused ",
    ),
    "a bad word": (
        {"loss": "x"},
        {},
        "ClientError: The value 'x' is not valid for the 'loss' hyperparameter which accepts one ",
    ),
    "a bad number": (
        {"epochs": "0"},
        {},
        "ClientError: The value '0' is not valid for the 'epochs' hyperparameter which expects ",
    ),
    "a number or a word": (
        {"wd": "x"},
        {},
        "ClientError: The value 'x' is not valid for 'wd'. Reason: 'x' is not valid under any of ",
    ),
    "too few classes": (
        {"predictor_type": "multiclass_classifier"},
        {},
        "ClientError: For predictor_type 'multiclass_classifier', 'num_classes' should be set to ",
    ),
    "no train channel": (
        {},
        {"ChannelName": "training"},
        "ClientError: Missing required data channel: 'train'",
    ),
    "another feature_dim": (
        {"feature_dim": "2"},
        {},
        "ClientError: cannot copy sequence with size 3 to array axis with dimension 2",
    ),
    "too many models": (
        {"num_models": "1000000000"},
        {},
        "ClientError: Out of memory: 1000000000 models",
    ),
    "divergence": (
        DIVERGING,
        {},
        "AlgorithmError: Training diverged: the loss of every model is infinite or not a number.",
    ),
}


@pytest.mark.parametrize("case", OTHERS)
def test_other_failures_are_in_the_log_too(run_job: Any, log_of: Any, case: str) -> None:
    settings, channel, reason = OTHERS[case]
    scale = np.float32(1e18 if case == "divergence" else 1)
    job = run_job({"train/part": encode(FEATURES * scale, LABELS)}, settings, **channel)
    assert job["FailureReason"].startswith(reason)
    log = log_of("job-0")
    assert_ends_with_the_failure(log, job["FailureReason"])
    # What is final is said only of a configuration that is valid.
    valid = not job["FailureReason"].endswith("(caused by ValidationError)")
    assert any("Final configuration: " in text for text in log) == valid


def test_each_host_says_why(run_job: Any, log_of: Any) -> None:
    run_job({"train/part": TABLE.encode()}, instances=2)
    for host in ("algo-1", "algo-2"):
        assert " ERROR " in log_of("job-0", host)[-1]


def test_what_happens_before_the_container_starts_leaves_no_log(run_job: Any, log_of: Any) -> None:
    job = run_job({"train/part": TABLE.encode()}, **GZIP | {"InputMode": "Pipe"})
    assert job["FailureReason"].startswith(UNREADABLE + "The object part is not in gzip format")
    assert log_of("job-0") == []


def test_a_defect_is_an_algorithm_error(
    run_job: Any, log_of: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise TypeError("no such thing")

    steps = replace(LinearLearnerTraining.steps, fit=broken)
    monkeypatch.setattr(LinearLearnerTraining, "steps", steps)
    job = run_job({"train/part": GOOD})
    assert job["FailureReason"] == (
        "AlgorithmError: no such thing (caused by TypeError)\n\nCaused by: no such thing"
    )
    assert_ends_with_the_failure(log_of("job-0"), job["FailureReason"])
    assert "Traceback" in caplog.text


def test_another_feature_dim(run_job: Any) -> None:
    job = run_job({"train/part": GOOD}, {"feature_dim": "2"})
    assert job["FailureReason"] == (
        "ClientError: cannot copy sequence with size 3 to array axis with dimension 2"
    )
    job = run_job({"train/part": TABLE.encode()}, {"feature_dim": "4"}, **CSV)
    assert job["FailureReason"].startswith("ClientError: ")


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
