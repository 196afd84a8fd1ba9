"""The form for training jobs: its fields by algorithm, sweeps, uploads, and copies."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
import requests
from werkzeug.datastructures import FileStorage, MultiDict

from sagemock.accounts.world import World
from sagemock.console.job_form import sweep
from sagemock.console.job_form.fields import JobForm
from sagemock.console.job_form.sweep import TooManyJobs
from sagemock.console.job_form.upload import file_name
from sagemock.containers import registry
from sagemock.containers.factorization_machines import (
    hyperparameters as factorization_machines,
)
from sagemock.containers.kmeans import hyperparameters as kmeans
from sagemock.containers.knn import hyperparameters as knn
from sagemock.containers.linear_learner import hyperparameters as linear_learner
from sagemock.containers.pca import hyperparameters as pca
from sagemock.containers.random_cut_forest import hyperparameters as random_cut_forest

BUCKET = "sagemaker-us-east-1-123456789012"
TRAIN = f"s3://{BUCKET}/sample/digits/recordio/train/"
IMAGE = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"


class _Fields(HTMLParser):
    """The fields of the form on a page, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: MultiDict[str, str] = MultiDict()
        self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        name = names.get("name") or ""
        kind = names.get("type")
        if tag == "textarea":
            self.area = name
            self.sent[name] = ""
        elif tag == "input" and name and kind not in ("file", "checkbox"):
            self.sent.add(name, names.get("value") or "")
        elif kind == "checkbox" and "checked" in names:
            self.sent.add(name, "on")

    def handle_data(self, data: str) -> None:
        if self.area:
            self.sent[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""


def sent(page: str, **changes: Any) -> dict[str, list[str]]:
    """What a browser sends of the form of a page, with some fields changed."""
    parser = _Fields()
    parser.feed(page[page.index('class="form"') :])
    fields = parser.sent.to_dict(flat=False)
    for name in ("region", "account"):
        fields.pop(name, None)
    for name, value in changes.items():
        fields[name] = value if isinstance(value, list) else [value]
    return fields


def set_hyperparameters(fields: dict[str, list[str]], **values: str) -> None:
    for name, value in values.items():
        fields["hyperparameter_value"][fields["hyperparameter_name"].index(name)] = value


@pytest.fixture
def sample(visitor: Any) -> str:
    """The form that trains on the sample, as the home page leads to it."""
    page = visitor.follow("/sample", {})
    link = re.search(r'class="button primary" href="/sagemock([^"]+)">Train on the sample', page)
    assert link is not None
    form: str = visitor.get(html.unescape(link[1]))
    return form


# Fields


def names_of(page: str) -> list[str]:
    return [name for name in sent(page)["hyperparameter_name"] if name]


@pytest.mark.parametrize(
    ("algorithm", "entries"),
    [
        ("linear-learner", linear_learner),
        ("kmeans", kmeans),
        ("pca", pca),
        ("knn", knn),
        ("randomcutforest", random_cut_forest),
        ("factorization-machines", factorization_machines),
    ],
)
def test_each_algorithm_has_the_fields_of_its_table(
    visitor: Any, algorithm: str, entries: Any
) -> None:
    response = visitor.post("/training-jobs/new", {"more": "algorithm", "algorithm": algorithm})
    names = names_of(response.text)
    public = [entry for entry in entries.FIELDS if not entry.name.startswith("_")]
    assert sorted(names) == sorted(entry.name for entry in public)
    required = [entry.name for entry in public if entry.required]
    assert names[: len(required)] == required
    for entry in public:
        text = html.unescape(response.text)
        assert entry.meaning.replace("`", "") in text
        assert f'placeholder="{entry.default or ""}"' in text
    assert response.text.count("required</em>") == len(required)
    assert f"/{algorithm}:1" in sent(response.text)["image"][0]


def test_another_algorithm_keeps_what_it_knows(visitor: Any) -> None:
    page = visitor.get("/training-jobs/new")
    fields = sent(page, more="algorithm", algorithm="kmeans", name="kept")
    set_hyperparameters(fields, feature_dim="64", predictor_type="regressor", epochs="3")
    fields["hyperparameter_name"][-1], fields["hyperparameter_value"][-1] = "mine", "1"
    after = sent(visitor.post("/training-jobs/new", fields).text)
    values = dict(zip(after["hyperparameter_name"], after["hyperparameter_value"], strict=True))
    assert (values["feature_dim"], values["epochs"], values["mine"]) == ("64", "3", "1")
    assert values["k"] == "10"
    assert "predictor_type" not in values
    assert after["name"] == ["kept"]


def test_an_image_that_is_not_known_has_names_and_values(visitor: Any) -> None:
    page = visitor.get(
        "/training-jobs/new?image=mine:1&hyperparameter_name=a&hyperparameter_value=b"
    )
    assert names_of(page) == ["a"]
    assert "that of the image below" in page


def test_a_users_own_container_can_be_chosen(visitor: Any) -> None:
    trainer: Any = object()
    own = registry.Container("my-trainer", frozenset({"my-trainer"}), training=trainer)
    registry.register(own)
    try:
        page = visitor.get("/training-jobs/new")
        chosen = {"more": "algorithm", "algorithm": "my-trainer"}
        response = visitor.post("/training-jobs/new", chosen)
    finally:
        registry.unregister(own)
    assert ">my-trainer</option>" in page
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/my-trainer:latest"
    assert sent(response.text)["image"] == [image]


def test_locations_with_objects_are_offered(visitor: Any, sample: str) -> None:
    offered = re.findall(r'<option value="(s3://[^"]+)">', sample)
    base = f"s3://{BUCKET}/sample/digits"
    assert offered == [
        f"{base}/{form}/{part}/" for form in ("csv", "recordio") for part in ("train", "validation")
    ]
    assert f'value="{base}' not in visitor.get("/training-jobs/new?region=eu-west-1")


def test_an_address_fills_the_form_in(visitor: Any) -> None:
    page = visitor.get("/training-jobs/new?name=a&tag_key=Project&tag_value=x&volume=7")
    fields = sent(page)
    assert (fields["name"], fields["volume"]) == (["a"], ["7"])
    assert (fields["tag_key"][0], fields["tag_value"][0]) == ("Project", "x")


# Sweeps


def test_a_list_of_values_makes_a_job_with_each(visitor: Any, sagemaker: Any, sample: str) -> None:
    fields = sent(sample, name="digits", tag_key="Project", tag_value="Zero")
    set_hyperparameters(fields, mini_batch_size="100, 200,300", epochs="1", num_models="1")
    page = visitor.follow("/training-jobs/new", fields)
    names = ["digits-100", "digits-200", "digits-300"]
    assert re.findall(r'/training-jobs/(digits-\d+)">', page) == names
    assert page.count("Completed") == 3
    for name in names:
        job = sagemaker.describe_training_job(TrainingJobName=name)
        assert job["HyperParameters"] == {
            "predictor_type": "binary_classifier",
            "feature_dim": "64",
            "mini_batch_size": name.rpartition("-")[2],
            "epochs": "1",
            "num_models": "1",
        }
    search = re.search(r'href="/sagemock(/search[^"]+)">Search for them', page)
    assert search is not None
    assert "3 found" in re.sub(r"<[^>]+>", "", visitor.get(html.unescape(search[1])))
    table = visitor.raw("/sweep.csv?job=digits-100&job=digits-300").text.splitlines()
    assert [line.split(",")[:3] for line in table] == [
        ["TrainingJobName", "TrainingJobStatus", "HyperParameters.mini_batch_size"],
        ["digits-100", "Completed", "100"],
        ["digits-300", "Completed", "300"],
    ]
    visitor.get("/sweep?job=gone", 404)
    assert "No longer here: gone" in visitor.get("/sweep?job=gone&job=digits-100")


def test_a_sweep_that_is_refused_on_its_way_goes_on_where_it_was(
    visitor: Any, sagemaker: Any, sample: str
) -> None:
    fields = sent(sample, name="digits")
    set_hyperparameters(fields, mini_batch_size="100, 200, 300", epochs="1", num_models="1")
    sagemaker.create_training_job(**_request("digits-200"))
    response = visitor.post("/training-jobs/new", fields)
    assert response.status_code == 400
    text = re.sub(r"<[^>]+>", "", response.text)
    assert "Created: digits-100. The form creates the others." in text
    assert "digits-200 was refused." in text
    sagemaker.delete_training_job(TrainingJobName="digits-200")
    page = visitor.follow("/training-jobs/new", sent(response.text))
    assert page.count("Completed") == 3


HYPERPARAMETERS = {"predictor_type": "binary_classifier", "epochs": "1", "num_models": "1"}


def _request(name: str) -> dict[str, Any]:
    channel = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": TRAIN}}
    return {
        "TrainingJobName": name,
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "RoleArn": "arn:aws:iam::123456789012:role/SageMaker",
        "HyperParameters": dict(HYPERPARAMETERS),
        "InputDataConfig": [{"ChannelName": "train", "DataSource": channel}],
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/output"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
    }


def form_with(image: str = IMAGE, sweeps: bool = True, **values: str) -> JobForm:
    return JobForm({"name": "j", "image": image}, list(values.items()), sweeps=sweeps)


def names(form: JobForm) -> list[str]:
    return [name for name, _ in sweep.jobs(form)]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (form_with(epochs="1"), ["j"]),
        (form_with(epochs="1, 2"), ["j-1", "j-2"]),
        (form_with(epochs="1, 2", sweeps=False), ["j"]),
        (form_with(learning_rate="0.01, 0.1, 0.01"), ["j-0-01", "j-0-1"]),
        (form_with(epochs="1,2", loss="a,b"), ["j-1-a", "j-1-b", "j-2-a", "j-2-b"]),
        (form_with(epochs="-, +"), ["j-1", "j-2"]),
        (form_with("mine:1", a="x" * 40 + ",y"), ["j-1", "j-2"]),
        (form_with("mine:1", a="[64, 32]", b='{"a": 1, "b": 2}', c='"a, b"'), ["j"]),
        (form_with("x/kmeans:1", eval_metrics='["msd", "ssd"]'), ["j"]),
        (form_with(epochs=","), ["j"]),
    ],
)
def test_names_of_a_sweep(form: JobForm, expected: list[str]) -> None:
    assert names(form) == expected


def test_long_names_are_cut_before_the_value() -> None:
    form = form_with(epochs="10, 20").with_fields(name="n" * 63)
    assert names(form) == ["n" * 60 + "-10", "n" * 60 + "-20"]


def test_a_sweep_has_a_limit(visitor: Any) -> None:
    numbers = ", ".join(map(str, range(1, 9)))
    with pytest.raises(TooManyJobs):
        sweep.jobs(form_with(epochs=numbers, mini_batch_size=numbers))
    fields = sent(visitor.get("/training-jobs/new"), name="many")
    set_hyperparameters(fields, epochs=numbers, mini_batch_size=numbers)
    response = visitor.post("/training-jobs/new", fields)
    assert response.status_code == 400
    assert response.text.count("These values make 64 jobs, and 50 are allowed at once.") == 1


# Uploads


def upload(visitor: Any, file_name: str, body: bytes = b"1,2\n", **fields: str) -> Any:
    file = (io.BytesIO(body), file_name)
    form = {"more": "upload", "channel_name": "", "channel_uri": "", "channel_type": ""}
    return visitor.post("/training-jobs/new", {**form, **fields, "file": file})


def test_a_file_is_put_into_s3(visitor: Any, world: World) -> None:
    body = bytes(range(256)) * 1_000
    response = upload(visitor, "../etc/rows.csv", body, channel_name="train", name="kept")
    assert response.status_code == 200
    assert "Uploaded 256,000 bytes" in response.text
    fields = sent(response.text)
    assert fields["channel_uri"][0] == f"s3://{BUCKET}/data/rows.csv"
    assert fields["channel_type"][0] == "text/csv"
    assert fields["name"] == ["kept"]
    assert world.services.storage.read(BUCKET, "data/rows.csv") == body


def test_a_large_file_is_put_into_s3(sagemock_server: Any) -> None:
    """By way of the disk: what is beside it in the form is bounded, and the file is not."""
    url = f"{sagemock_server.url}/sagemock/training-jobs/new"
    headers = {"Origin": sagemock_server.url}
    body = bytes(range(256)) * 40_000
    form = {"more": "upload", "upload_to": "s3://new-bucket/a"}
    files = {"file": ("large.pbr", body)}
    answer = requests.post(url, data=form, files=files, headers=headers, timeout=30)
    assert answer.status_code == 200
    read = sagemock_server.client("s3").get_object(Bucket="new-bucket", Key="a/large.pbr")
    assert read["Body"].read() == body
    form["rest"] = "x" * (8 * 1024 * 1024)
    answer = requests.post(url, data=form, files=files, headers=headers, timeout=30)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\rows.csv", "rows.csv"),
        ("a\x00b\nc.csv", "abc.csv"),
        ("ünï code.csv", "ünï code.csv"),
    ],
)
def test_names_of_files_are_guarded(name: str, key: str) -> None:
    assert file_name(FileStorage(io.BytesIO(), name)) == key


@pytest.mark.parametrize(
    ("name", "target", "text"),
    [
        ("", "s3://bucket/a/", "Choose a file."),
        ("..", "s3://bucket/a/", "Choose a file."),
        ("a.csv", "nowhere", "must be an S3 URI"),
        ("a.csv", "s3://Not_A_Bucket/a", "The specified bucket is not valid."),
        ("a.csv", f"s3://bucket/{'k' * 1100}", "longer than 1024 bytes"),
    ],
)
def test_an_upload_that_cannot_be(visitor: Any, name: str, target: str, text: str) -> None:
    response = upload(visitor, name, upload_to=target)
    assert response.status_code == 400
    problem = re.search(r'id="upload-problem">([^<]+)', response.text)
    assert problem is not None
    assert text in html.unescape(problem[1])


# Copies


@pytest.fixture
def everything(visitor: Any, sagemaker: Any, sample: str) -> dict[str, Any]:
    """A request with members that the form has no fields for."""
    request = _request("everything")
    request["AlgorithmSpecification"]["TrainingInputMode"] = "Pipe"
    request["HyperParameters"] |= {"_log_level": "a, b", "_kvstore": " spaces ", "_num_gpus": ""}
    channel = request["InputDataConfig"][0]
    channel["DataSource"]["S3DataSource"]["S3DataDistributionType"] = "ShardedByS3Key"
    channel |= {
        "ShuffleConfig": {"Seed": 7},
        "CompressionType": "None",
        "RecordWrapperType": "None",
    }
    channel |= {"InputMode": "File", "ContentType": "application/x-recordio-protobuf"}
    request["OutputDataConfig"]["CompressionType"] = "GZIP"
    request["ResourceConfig"]["KeepAlivePeriodInSeconds"] = 60
    request["StoppingCondition"]["MaxWaitTimeInSeconds"] = 7200
    request["Tags"] = [{"Key": "Project", "Value": "a b"}, {"Key": "Odd", "Value": " x"}]
    request |= {
        "EnableManagedSpotTraining": True,
        "CheckpointConfig": {"S3Uri": f"s3://{BUCKET}/checkpoints"},
        "Environment": {"A": "1", "B": "line\nbreak"},
        "VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
        "RetryStrategy": {"MaximumRetryAttempts": 2},
    }
    sagemaker.create_training_job(**request)
    return request


def _comparable(sagemaker: Any, name: str) -> Iterator[tuple[str, Any]]:
    job = sagemaker.describe_training_job(TrainingJobName=name)
    for member in ("HyperParameters", "AlgorithmSpecification", "InputDataConfig", "RoleArn"):
        yield member, job[member]
    for member in (
        "OutputDataConfig",
        "ResourceConfig",
        "StoppingCondition",
        "EnableManagedSpotTraining",
        "CheckpointConfig",
        "Environment",
        "VpcConfig",
        "RetryStrategy",
    ):
        yield member, job[member]
    tags = sagemaker.list_tags(ResourceArn=job["TrainingJobArn"])["Tags"]
    yield "Tags", sorted((tag["Key"], tag["Value"]) for tag in tags)


def test_a_copy_has_all_that_the_request_had(
    visitor: Any, sagemaker: Any, everything: dict[str, Any]
) -> None:
    page = visitor.get("/training-jobs/new?clone=everything")
    listed = re.search(r"Carried along: ([^<]+)", page)
    assert listed is not None
    assert set(listed[1].split(", ")) == {
        "HyperParameters",
        "AlgorithmSpecification",
        "InputDataConfig",
        "OutputDataConfig",
        "ResourceConfig",
        "VpcConfig",
        "StoppingCondition",
        "Tags",
        "EnableManagedSpotTraining",
        "CheckpointConfig",
        "Environment",
        "RetryStrategy",
    }
    visitor.follow("/training-jobs/new", sent(page))
    assert dict(_comparable(sagemaker, "everything-copy")) == dict(
        _comparable(sagemaker, "everything")
    )


def test_what_is_changed_in_the_form_goes_before_what_is_carried(
    visitor: Any, sagemaker: Any, everything: dict[str, Any]
) -> None:
    fields = sent(visitor.get("/training-jobs/new?clone=everything"), volume="99")
    fields["channel_uri"][0] = f"s3://{BUCKET}/sample/digits/recordio/validation/"
    visitor.follow("/training-jobs/new", fields)
    job = sagemaker.describe_training_job(TrainingJobName="everything-copy")
    assert job["ResourceConfig"]["VolumeSizeInGB"] == 99
    assert job["ResourceConfig"]["KeepAlivePeriodInSeconds"] == 60
    channel = job["InputDataConfig"][0]
    assert channel["DataSource"]["S3DataSource"]["S3Uri"].endswith("/validation/")
    assert channel["DataSource"]["S3DataSource"]["S3DataDistributionType"] == "ShardedByS3Key"
    assert channel["ShuffleConfig"] == {"Seed": 7}


def test_a_plain_job_carries_nothing_along(visitor: Any, seed: list[str]) -> None:
    page = visitor.get("/training-jobs/new?clone=digits-batch-100")
    assert sent(page)["rest"] == [""]
    assert "Carried along" not in page


def test_a_job_with_instance_groups_can_be_copied(
    visitor: Any, sagemaker: Any, sample: str
) -> None:
    request = _request("groups")
    group = {"InstanceGroupName": "one", "InstanceType": "ml.m5.large", "InstanceCount": 1}
    request["ResourceConfig"] = {"InstanceGroups": [group], "VolumeSizeInGB": 10}
    sagemaker.create_training_job(**request)
    fields = sent(visitor.get("/training-jobs/new?clone=groups"))
    assert fields["instance_type"] == [""]
    visitor.follow("/training-jobs/new", fields)
    job = sagemaker.describe_training_job(TrainingJobName="groups-copy")
    assert job["ResourceConfig"] == request["ResourceConfig"]


@pytest.mark.parametrize(
    ("rest", "text"),
    [
        ("{", "It must be JSON"),
        ("[" * 5000, "It must be JSON"),
        ("[1]", "It must be a JSON object"),
        ('{"InputDataConfig": [{}]}', "InputDataConfig has another form"),
        ('{"Tags": 5}', "Tags has another form"),
        ('{"ResourceConfig": []}', "ResourceConfig has another form"),
        ('{"VpcConfig": {"Subnets": []}}', "subnets: Member must have length"),
        ('{"Nonsense": 1}', "Nonsense"),
    ],
)
def test_bad_json_is_said_beside_it(visitor: Any, rest: str, text: str) -> None:
    fields = sent(visitor.get("/training-jobs/new"), name="a", output="s3://b/c", rest=rest)
    response = visitor.post("/training-jobs/new", fields)
    assert response.status_code == 400
    problem = re.search(r'id="rest-problem">([^<]+)', response.text)
    assert text in html.unescape(problem[1] if problem else response.text)
    assert sent(response.text)["rest"] == [rest]


def test_whole_requests_survive_the_way_through_json(visitor: Any, everything: Any) -> None:
    rest = json.loads(sent(visitor.get("/training-jobs/new?clone=everything"))["rest"][0])
    assert rest["Environment"] == {"A": "1", "B": "line\nbreak"}
    assert rest["HyperParameters"]["_kvstore"] == " spaces "
