"""Transform jobs from their input in S3 to their output, with containers of the test."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest

from sagemock import containers, control, mock_sagemaker
from sagemock.containers.base import (
    ArtifactError,
    InferenceError,
    InferenceRequest,
    InferenceResponse,
    Predictor,
)

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1"
GROUP = "/aws/sagemaker/TransformJobs"
SEE_LOGS = "See job logs for more information"

Answer = Callable[[InferenceRequest], bytes]


def lengths(request: InferenceRequest) -> bytes:
    """A line for each line: how long it is."""
    return b"".join(b"%d\n" % len(line) for line in request.body.split(b"\n"))


@dataclass
class Model:
    """A container that answers by a function, and keeps what it got."""

    answer: Answer = lengths
    parameters: Mapping[str, Any] | None = None
    broken: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    requests: list[InferenceRequest] = field(default_factory=list)
    closed: int = 0

    def load(self, model: Any, *, document: Any, environment: Any, log: Any) -> Predictor:
        if self.broken:
            raise ArtifactError(self.broken)
        log("the model is loaded")
        self.environment = environment
        return _Predictor(self)

    @property
    def bodies(self) -> list[bytes]:
        return [request.body for request in self.requests]


class _Predictor(Predictor):
    def __init__(self, model: Model) -> None:
        self.model = model

    def invoke(self, request: InferenceRequest) -> InferenceResponse:
        self.model.requests.append(request)
        return InferenceResponse(self.model.answer(request))

    def execution_parameters(self) -> Mapping[str, Any] | None:
        return self.model.parameters

    def close(self) -> None:
        self.model.closed += 1


class Clients:
    """The clients of a test, its buckets and its model."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.sagemaker = boto3.client("sagemaker", "us-east-1")
        self.s3 = boto3.client("s3", "us-east-1")
        self.logs = boto3.client("logs", "us-east-1")
        for bucket in ("in", "out"):
            self.s3.create_bucket(Bucket=f"bucket-{bucket}")
        self.sagemaker.create_model(
            ModelName="m",
            PrimaryContainer={"Image": IMAGE, "Environment": {"A": "model", "B": "model"}},
            ExecutionRoleArn="arn:aws:iam::123456789012:role/SageMaker",
        )

    def put(self, **objects: bytes | str) -> None:
        for key, body in objects.items():
            name = key.replace("__", "/").replace("_", ".")
            body = body.encode() if isinstance(body, str) else body
            self.s3.put_object(Bucket="bucket-in", Key=name, Body=body)

    def transform(self, name: str = "t", uri: str = "s3://bucket-in/", **changes: Any) -> Any:
        kind = changes.pop("kind", "S3Prefix")
        source = {"S3DataSource": {"S3DataType": kind, "S3Uri": uri}}
        request: dict[str, Any] = {
            "TransformJobName": name,
            "ModelName": "m",
            "TransformInput": {"DataSource": source, **changes.pop("input", {})},
            "TransformOutput": {"S3OutputPath": "s3://bucket-out/o", **changes.pop("output", {})},
            "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
            **changes,
        }
        self.sagemaker.create_transform_job(**request)
        return self.described(name)

    def described(self, name: str = "t") -> Any:
        return self.sagemaker.describe_transform_job(TransformJobName=name)

    def written(self) -> dict[str, bytes]:
        listed = self.s3.list_objects_v2(Bucket="bucket-out").get("Contents", ())
        return {
            each["Key"]: self.s3.get_object(Bucket="bucket-out", Key=each["Key"])["Body"].read()
            for each in listed
        }

    def streams(self) -> dict[str, list[str]]:
        described = self.logs.describe_log_streams(logGroupName=GROUP)["logStreams"]
        return {
            name: [
                event["message"]
                for event in self.logs.get_log_events(
                    logGroupName=GROUP, logStreamName=name, startFromHead=True
                )["events"]
            ]
            for name in (stream["logStreamName"] for stream in described)
        }

    def data_log(self) -> list[str]:
        """The texts of all data logs, without the time."""
        return [
            line.split(":[sagemaker logs]: ", 1)[1]
            for name, lines in self.streams().items()
            if name.endswith("/data-log")
            for line in lines
        ]


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def clients(model: Model) -> Iterator[Clients]:
    with mock_sagemaker(), containers.register("mine", serve=model):
        yield Clients(model)


LINES = {"input": {"ContentType": "text/csv", "SplitType": "Line"}}


def test_a_whole_object_is_one_request(clients: Clients) -> None:
    clients.put(a_csv="1,2\n3\n")
    job = clients.transform(input={"ContentType": "text/csv"}, output={"Accept": "text/plain"})
    assert job["TransformJobStatus"] == "Completed"
    (request,) = clients.model.requests
    assert (request.body, request.content_type, request.accept) == (
        b"1,2\n3\n",
        "text/csv",
        "text/plain",
    )
    assert clients.written() == {"o/a.csv.out": b"3\n1\n0\n"}
    assert clients.model.closed == 1


def test_keys_of_outputs(clients: Clients) -> None:
    clients.put(rows__a_csv="1", rows__deep__b_csv="22", other_csv="4")
    clients.s3.put_object(Bucket="bucket-in", Key="rows/folder/", Body=b"")
    clients.transform(uri="s3://bucket-in/rows/", **LINES)
    assert set(clients.written()) == {"o/a.csv.out", "o/deep/b.csv.out"}
    clients.transform("one", uri="s3://bucket-in/rows/deep/b.csv")
    assert clients.written()["o/b.csv.out"] == b"2\n"


def test_a_manifest(clients: Clients) -> None:
    clients.put(a__1_csv="1", a__b__2_csv="22", a__3_csv="333")
    manifest = json.dumps([{"prefix": "s3://bucket-in/a/"}, "b/2.csv", "1.csv"])
    clients.put(m_json=manifest)
    clients.transform(uri="s3://bucket-in/m.json", kind="ManifestFile")
    assert clients.written() == {"o/b/2.csv.out": b"2\n", "o/1.csv.out": b"1\n"}
    clients.put(m_json="{}")
    job = clients.transform("bad", uri="s3://bucket-in/m.json", kind="ManifestFile")
    assert job["FailureReason"].startswith("ClientError: the manifest s3://bucket-in/m.json is not")


def test_an_object_of_a_manifest_that_is_not_there(clients: Clients) -> None:
    clients.put(a="1", m_json=json.dumps([{"prefix": "s3://bucket-in/"}, "missing", "a"]))
    job = clients.transform(uri="s3://bucket-in/m.json", kind="ManifestFile")
    assert job["FailureReason"] == f"ClientError: {SEE_LOGS}"
    assert clients.written() == {"o/a.out": b"1\n"}
    assert "bucket-in/missing: The object does not exist" in clients.data_log()


def test_gzip(clients: Clients) -> None:
    clients.put(
        good_gz=gzip.compress(b"1\n22\n"), bad_gz=b"1\n22\n", cut_gz=gzip.compress(b"1")[:9]
    )
    job = clients.transform(input={"CompressionType": "Gzip", "SplitType": "Line"})
    assert job["TransformJobStatus"] == "Failed"
    assert clients.model.bodies == [b"1\n22"]
    assert clients.written() == {"o/good.gz.out": b"1\n2\n"}
    text = "The object is not in gzip format, as CompressionType says"
    assert clients.data_log()[1:] == [f"bucket-in/bad.gz: {text}", f"bucket-in/cut.gz: {text}"]


@pytest.mark.parametrize(
    ("strategy", "bodies"),
    [("SingleRecord", [b"1", b"22", b"333"]), ("MultiRecord", [b"1\n22\n333"])],
)
def test_strategies(clients: Clients, strategy: str, bodies: list[bytes]) -> None:
    clients.put(a="1\n22\n333\n")
    clients.transform(BatchStrategy=strategy, **LINES)
    assert clients.model.bodies == bodies
    assert clients.written() == {"o/a.out": b"1\n2\n3\n"}


def test_the_largest_payload(clients: Clients) -> None:
    half = b"x" * (1 << 19)
    lines = [half, half[1:], b"y", half + half]
    clients.put(a=b"\n".join(lines), b=half * 3)
    job = clients.transform(MaxPayloadInMB=1, **LINES)
    assert clients.model.bodies == [half + b"\n" + half[1:], b"y", half + half]
    assert set(clients.written()) == {"o/a.out"}
    assert job["FailureReason"] == f"ClientError: {SEE_LOGS}"
    assert clients.data_log() == [
        "MaxConcurrentTransforms=1, MaxPayloadInMB=1, BatchStrategy=MULTI_RECORD",
        "bucket-in/b: Too much data for max payload size",
    ]


def test_a_payload_of_any_size(clients: Clients) -> None:
    clients.put(a=b"x" * (7 << 20))
    assert clients.transform("default")["TransformJobStatus"] == "Failed"
    assert clients.transform(MaxPayloadInMB=0)["TransformJobStatus"] == "Completed"
    assert clients.model.bodies == [b"x" * (7 << 20)]


@pytest.mark.parametrize(("assemble", "output"), [("None", b"<1><22>"), ("Line", b"<1>\n<22>\n")])
def test_how_answers_are_assembled(clients: Clients, assemble: str, output: bytes) -> None:
    clients.model.answer = lambda request: b"<" + request.body + b">"
    clients.put(a="1\n22\n")
    clients.transform(
        BatchStrategy="SingleRecord", output={"AssembleWith": assemble}, input={"SplitType": "Line"}
    )
    assert clients.written() == {"o/a.out": output}


def test_an_empty_object(clients: Clients) -> None:
    clients.put(a="")
    assert clients.transform(**LINES)["TransformJobStatus"] == "Completed"
    assert (clients.model.requests, clients.written()) == ([], {"o/a.out": b""})


def test_environment_and_parameters_of_the_container(clients: Clients) -> None:
    clients.model.parameters = {"MaxConcurrentTransforms": 3, "BatchStrategy": "SINGLE_RECORD"}
    clients.put(a="1\n2\n")
    clients.transform(
        Environment={"B": "job"}, MaxPayloadInMB=2, BatchStrategy="MultiRecord", **LINES
    )
    assert clients.model.environment == {
        "A": "model",
        "B": "job",
        "SAGEMAKER_BATCH": "true",
        "SAGEMAKER_MAX_PAYLOAD_IN_MB": "2",
        "SAGEMAKER_BATCH_STRATEGY": "MULTI_RECORD",
    }
    assert clients.data_log() == [
        "MaxConcurrentTransforms=3, MaxPayloadInMB=2, BatchStrategy=MULTI_RECORD"
    ]


@pytest.mark.parametrize("concurrent", [1, 4, 30])
def test_requests_at_once_do_not_change_the_output(clients: Clients, concurrent: int) -> None:
    lines = [b"%d" % number for number in range(100)]
    clients.model.answer = lambda request: b"<" + request.body + b">"
    clients.put(a=b"\n".join(lines))
    clients.transform(
        MaxConcurrentTransforms=concurrent,
        MaxPayloadInMB=1,
        BatchStrategy="SingleRecord",
        output={"AssembleWith": "Line"},
        **LINES,
    )
    assert clients.written()["o/a.out"] == b"".join(b"<%b>\n" % line for line in lines)


def test_requests_are_really_sent_at_once(clients: Clients) -> None:
    meeting = threading.Barrier(3, timeout=20)

    def meet(request: InferenceRequest) -> bytes:
        meeting.wait()
        return request.body

    clients.model.answer = meet
    clients.put(a="1\n2\n3\n4\n5\n6\n")
    job = clients.transform(MaxConcurrentTransforms=3, BatchStrategy="SingleRecord", **LINES)
    assert job["TransformJobStatus"] == "Completed"


def test_several_instances(clients: Clients) -> None:
    clients.put(a="1", b="2", c="3")
    resources = {"InstanceType": "ml.m5.large", "InstanceCount": 2}
    clients.transform(TransformResources=resources)
    streams = clients.streams()
    data_logs = [name for name in streams if name.endswith("/data-log")]
    assert len(streams) == 4
    assert {name.removesuffix("/data-log") for name in data_logs} == {
        name for name in streams if not name.endswith("/data-log")
    }
    assert all(name.startswith("t/i-") for name in streams)
    assert set(clients.written()) == {"o/a.out", "o/b.out", "o/c.out"}


def refuse_twos(status: int) -> Answer:
    def answer(request: InferenceRequest) -> bytes:
        if b"2" in request.body:
            raise InferenceError(status, "a two\nin the body")
        return request.body

    return answer


@pytest.mark.parametrize(
    ("status", "kind", "first", "times"),
    [
        (400, "ClientError", "ClientError: 400", 1),
        (413, "ClientError", "ClientError: 413", 1),
        (500, "AlgorithmError", "Bad HTTP status received from algorithm: 500", 4),
        (503, "AlgorithmError", "Bad HTTP status received from algorithm: 503", 4),
    ],
)
def test_a_bad_record_costs_the_output_of_its_object(
    clients: Clients, status: int, kind: str, first: str, times: int
) -> None:
    clients.model.answer = refuse_twos(status)
    clients.put(a="1\n", b="1\n2\n3\n", c="3\n")
    job = clients.transform(BatchStrategy="SingleRecord", **LINES)
    assert (job["TransformJobStatus"], job["FailureReason"]) == ("Failed", f"{kind}: {SEE_LOGS}")
    assert job["TransformStartTime"] <= job["TransformEndTime"]
    assert clients.written() == {"o/a.out": b"1", "o/c.out": b"3"}
    assert clients.model.bodies.count(b"2") == times
    assert clients.data_log()[1:] == [
        f"bucket-in/b: {text}" for text in (first, "", "Message:", "a two", "in the body")
    ]


def test_a_request_is_tried_again(clients: Clients) -> None:
    fails = iter([True, True, False])

    def answer(request: InferenceRequest) -> bytes:
        if next(fails):
            raise InferenceError(502, "not now")
        return request.body

    clients.model.answer = answer
    clients.put(a="1")
    job = clients.transform(ModelClientConfig={"InvocationsMaxRetries": 2})
    assert job["TransformJobStatus"] == "Completed"
    assert clients.written() == {"o/a.out": b"1"}


def test_a_container_that_does_not_answer_in_time(clients: Clients) -> None:
    released = threading.Event()

    def answer(request: InferenceRequest) -> bytes:
        released.wait(20)
        return b""

    clients.model.answer = answer
    clients.put(a="1")
    job = clients.transform(ModelClientConfig={"InvocationsTimeoutInSeconds": 1})
    released.set()
    assert job["FailureReason"] == f"AlgorithmError: {SEE_LOGS}"
    assert clients.data_log()[1:] == ["bucket-in/a: Unable to get response from algorithm"]


def test_filters_and_join(clients: Clients) -> None:
    clients.model.answer = lambda request: b"\n".join(
        b"%d" % len(line.split(b",")) for line in request.body.split(b"\n")
    )
    clients.put(a="id-1,5,6\nid-2,7\n", b="id-3\n")
    job = clients.transform(
        input={"ContentType": "text/csv", "SplitType": "Line"},
        output={"Accept": "text/csv", "AssembleWith": "Line"},
        DataProcessing={
            "InputFilter": "$[1:]",
            "JoinSource": "Input",
            "OutputFilter": "$[0,-1]",
        },
    )
    assert job["TransformJobStatus"] == "Completed"
    assert clients.model.bodies == [b"5,6\n7", b""]
    assert clients.written() == {
        "o/a.out": b"id-1,2\nid-2,1\n",
        "o/b.out": b"id-3,1\n",
    }


def test_answers_that_do_not_fit_the_join(clients: Clients) -> None:
    clients.model.answer = lambda _: b"1\n"
    clients.put(a="1\n2\n")
    job = clients.transform(
        input={"ContentType": "text/csv", "SplitType": "Line"},
        output={"Accept": "text/csv", "AssembleWith": "Line"},
        DataProcessing={"JoinSource": "Input"},
    )
    assert job["FailureReason"] == f"ClientError: {SEE_LOGS}"
    assert "mismatched line count" in clients.data_log()[1]
    assert clients.written() == {}


def test_data_capture(clients: Clients) -> None:
    clients.put(rows__a="1", rows__b="2")
    capture = {"DestinationS3Uri": "s3://bucket-out/captured", "GenerateInferenceId": True}
    job = clients.transform(
        uri="s3://bucket-in/rows",
        DataCaptureConfig=capture,
        output={"Accept": "text/csv"},
        **LINES,
    )
    written = clients.written()
    folder = f"{job['TransformStartTime']:%Y/%m/%d/%H}"
    manifests = {
        key.split("/")[1]: json.loads(body)
        for key, body in written.items()
        if key.startswith("captured/") and key.split("/", 2)[2].startswith(folder)
    }
    assert manifests == {
        "input": [{"prefix": "s3://bucket-in/rows/"}, "a", "b"],
        "output": [{"prefix": "s3://bucket-out/o/"}, "a.out", "b.out"],
    }
    prediction, inference_id, when = written["o/a.out"].decode().strip().split(",")
    assert (prediction, len(inference_id)) == ("1", 36)
    assert when == f"{job['TransformStartTime']:%Y-%m-%dT%H:%M:%SZ}"


def test_no_objects(clients: Clients) -> None:
    job = clients.transform(uri="s3://bucket-in/nothing/")
    assert job["TransformJobStatus"] == "Failed"
    assert job["FailureReason"].startswith(
        'ClientError: No S3 objects found under S3 URL "s3://bucket-in/nothing/"'
    )


def test_no_bucket_for_the_output(clients: Clients) -> None:
    clients.put(a="1")
    job = clients.transform(output={"S3OutputPath": "s3://bucket-missing/o"})
    assert job["FailureReason"] == (
        "ClientError: Artifact upload failed:Unable to upload file to s3://bucket-missing/o/a.out "
        "(NoSuchBucket: The specified bucket does not exist)"
    )


def test_a_container_that_does_not_start(clients: Clients) -> None:
    clients.model.broken = "no model"
    clients.put(a="1")
    job = clients.transform()
    assert job["FailureReason"] == f"AlgorithmError: {SEE_LOGS}"
    (lines,) = clients.streams().values()
    assert lines[-1].endswith("no model")


def test_model_data_that_are_not_there(clients: Clients) -> None:
    clients.put(a="1", missing_tar_gz="")
    clients.sagemaker.create_model(
        ModelName="lost",
        PrimaryContainer={"Image": IMAGE, "ModelDataUrl": "s3://bucket-in/missing.tar.gz"},
        ExecutionRoleArn="arn:aws:iam::123456789012:role/SageMaker",
    )
    clients.s3.delete_object(Bucket="bucket-in", Key="missing.tar.gz")
    job = clients.transform(ModelName="lost")
    assert job["FailureReason"].startswith(
        'ClientError: Failed to download model data from URL "s3://bucket-in/missing.tar.gz".'
    )


def test_what_the_container_prints(clients: Clients) -> None:
    clients.put(a="1")
    clients.transform()
    streams = clients.streams()
    (own,) = [lines for name, lines in streams.items() if not name.endswith("/data-log")]
    assert own[0] == "the model is loaded"
    assert '"GET /ping HTTP/1.1" 200' in own[1]


def test_a_failure_on_demand_writes_nothing(clients: Clients) -> None:
    clients.put(a="1")
    control.fail_transform_job("ClientError: on demand")
    job = clients.transform()
    assert job["FailureReason"] == "ClientError: on demand"
    assert (clients.model.requests, clients.written()) == ([], {})


def test_a_held_job_works_when_it_is_released(clients: Clients) -> None:
    clients.put(a="1")
    control.hold_transform_job()
    assert clients.transform()["TransformJobStatus"] == "InProgress"
    assert clients.written() == {}
    assert control.release("t") == ["t"]
    assert clients.described()["TransformJobStatus"] == "Completed"
    assert set(clients.written()) == {"o/a.out"}


def test_a_stopped_job_leaves_nothing(clients: Clients) -> None:
    def stop_at_two(request: InferenceRequest) -> bytes:
        if request.body == b"2":
            assert set(clients.written()) == {"o/a.out", "other"}
            clients.sagemaker.stop_transform_job(TransformJobName="t")
            assert clients.described()["TransformJobStatus"] == "Stopping"
        return request.body

    clients.model.answer = stop_at_two
    clients.put(a="1", b="1\n2\n3", c="3")
    clients.s3.put_object(Bucket="bucket-out", Key="other", Body=b"")
    job = clients.transform(BatchStrategy="SingleRecord", **LINES)
    assert job["TransformJobStatus"] == "Stopped"
    assert "FailureReason" not in job
    assert clients.model.bodies == [b"1", b"1", b"2"]
    assert set(clients.written()) == {"other"}


def test_a_job_that_is_stopped_after_its_last_object(clients: Clients) -> None:
    from moto.moto_api import state_manager

    transition = {"progression": "manual", "times": 1}
    state_manager.set_transition("sagemaker::transform-job", transition)
    try:
        clients.put(a="1")
        assert clients.transform()["TransformJobStatus"] == "InProgress"
        assert clients.written() == {"o/a.out": b"1\n"}
        clients.sagemaker.stop_transform_job(TransformJobName="t")
        while clients.described()["TransformJobStatus"] != "Stopped":
            pass
        assert clients.written() == {}
    finally:
        state_manager.unset_transition("sagemaker::transform-job")


def test_an_image_that_is_not_known(clients: Clients) -> None:
    clients.put(a="1")
    clients.sagemaker.create_model(
        ModelName="unknown",
        PrimaryContainer={"Image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/unknown:1"},
        ExecutionRoleArn="arn:aws:iam::123456789012:role/SageMaker",
    )
    assert clients.transform(ModelName="unknown")["TransformJobStatus"] == "Completed"
    assert clients.written() == {}


def test_lineage_and_trial_component(clients: Clients) -> None:
    clients.put(a="1")
    clients.transform("good")
    clients.model.answer = refuse_twos(400)
    clients.put(a="2")
    clients.transform("bad", output={"S3OutputPath": "s3://bucket-out/bad"})
    recorded = clients.sagemaker.list_artifacts(SourceUri="s3://bucket-out/o")["ArtifactSummaries"]
    assert [each["ArtifactType"] for each in recorded] == ["DataSet"]
    assert not clients.sagemaker.list_artifacts(SourceUri="s3://bucket-out/bad")[
        "ArtifactSummaries"
    ]
    component = clients.sagemaker.describe_trial_component(
        TrialComponentName="bad-aws-transform-job"
    )
    assert component["Status"]["PrimaryStatus"] == "Failed"
    assert f"ClientError: {SEE_LOGS}" in component["Status"]["Message"]


def test_a_pipeline_of_containers(clients: Clients) -> None:
    second = Model(lambda request: b"[" + request.body + b"]")
    other = IMAGE.replace("mine", "second")
    clients.sagemaker.create_model(
        ModelName="pipeline",
        Containers=[
            {"Image": IMAGE, "ContainerHostname": "first"},
            {"Image": other, "ContainerHostname": "second"},
        ],
        ExecutionRoleArn="arn:aws:iam::123456789012:role/SageMaker",
    )
    clients.put(a="1\n22\n", b="333")
    with containers.register("second", serve=second):
        clients.transform(ModelName="pipeline", BatchStrategy="SingleRecord", **LINES)
    assert second.bodies == [b"1\n", b"2\n", b"3\n"]
    assert second.environment["SAGEMAKER_BATCH"] == "true"
    assert clients.written() == {"o/a.out": b"[1\n][2\n]", "o/b.out": b"[3\n]"}
    hosts = {name.split("/", 2)[2] for name in clients.streams()}
    assert hosts == {"first", "second", "data-log"}
    assert (clients.model.closed, second.closed) == (1, 1)


def test_a_container_of_a_pipeline_that_refuses(clients: Clients) -> None:
    clients.model.answer = refuse_twos(400)
    clients.sagemaker.create_model(
        ModelName="pipeline",
        Containers=[{"Image": IMAGE}, {"Image": IMAGE}],
        ExecutionRoleArn="arn:aws:iam::123456789012:role/SageMaker",
    )
    clients.put(a="1", b="2")
    job = clients.transform(ModelName="pipeline")
    assert job["FailureReason"] == f"ClientError: {SEE_LOGS}"
    assert set(clients.written()) == {"o/a.out"}


class Hanging:
    """Answers when it is released."""

    def __init__(self) -> None:
        self.started, self.released = threading.Event(), threading.Event()

    def __call__(self, request: InferenceRequest) -> bytes:
        self.started.set()
        self.released.wait(60)
        return request.body


def test_a_stop_does_not_wait_for_a_container_that_hangs() -> None:
    hang = Hanging()
    model = Model(hang)
    with mock_sagemaker(training="background"), containers.register("mine", serve=model):
        clients = Clients(model)
        clients.put(a="1")
        assert clients.transform()["TransformJobStatus"] == "InProgress"
        assert hang.started.wait(30)
        clients.sagemaker.stop_transform_job(TransformJobName="t")
        waiter = clients.sagemaker.get_waiter("transform_job_completed_or_stopped")
        waiter.wait(TransformJobName="t")
        assert clients.described()["TransformJobStatus"] == "Stopped"
        assert not hang.released.is_set()
        hang.released.set()
        assert (clients.written(), model.closed) == ({}, 1)


def test_a_mock_that_ends_while_a_job_runs() -> None:
    hang = Hanging()
    model = Model(hang)
    with mock_sagemaker(training="background"), containers.register("mine", serve=model):
        clients = Clients(model)
        clients.put(a="1")
        clients.transform()
        assert hang.started.wait(30)
    hang.released.set()
    with mock_sagemaker():
        assert boto3.client("s3", "us-east-1").list_buckets()["Buckets"] == []


@pytest.mark.parametrize("concurrent", [1, 3])
def test_a_job_in_the_background(concurrent: int) -> None:
    model = Model(refuse_twos(400))
    with mock_sagemaker(training="background"), containers.register("mine", serve=model):
        clients = Clients(model)
        clients.put(a="1\n3\n4\n5\n", b="1\n2\n3\n4\n")
        clients.transform(MaxConcurrentTransforms=concurrent, BatchStrategy="SingleRecord", **LINES)
        waiter = clients.sagemaker.get_waiter("transform_job_completed_or_stopped")
        with pytest.raises(Exception, match="terminal failure state"):
            waiter.wait(TransformJobName="t")
        assert clients.described()["FailureReason"] == f"ClientError: {SEE_LOGS}"
        assert clients.written() == {"o/a.out": b"1345"}
        assert clients.data_log()[1] == "bucket-in/b: ClientError: 400"


def test_a_filter_that_nothing_has_checked() -> None:
    model = Model()
    with mock_sagemaker(validation="off"), containers.register("mine", serve=model):
        clients = Clients(model)
        clients.put(a="1")
        job = clients.transform(DataProcessing={"InputFilter": "1"})
        assert job["FailureReason"] == (
            "ClientError: The JSONPath of a filter is not valid: 1 does not begin with $"
        )


def test_without_validation_nothing_need_be_there() -> None:
    model = Model()
    with mock_sagemaker(validation="off"), containers.register("mine", serve=model):
        clients = Clients(model)
        assert clients.transform("no-objects")["TransformJobStatus"] == "Completed"
        assert clients.transform("no-model", ModelName="x")["TransformJobStatus"] == "Completed"
        clients.put(a="1")
        target = {"S3OutputPath": "s3://missing/o"}
        assert clients.transform("no-bucket", output=target)["TransformJobStatus"] == "Completed"
        assert clients.transform("good")["TransformJobStatus"] == "Completed"
        assert clients.written() == {"o/a.out": b"1\n"}


def test_a_job_whose_training_is_off() -> None:
    model = Model()
    with mock_sagemaker(training="off"), containers.register("mine", serve=model):
        clients = Clients(model)
        clients.put(a="1")
        assert clients.transform()["TransformJobStatus"] == "Completed"
        assert (model.requests, clients.written()) == ([], {})
