"""User text is text, whatever it says; nothing of the host can be reached."""

from __future__ import annotations

import gzip
import html
import time
from collections.abc import Callable
from typing import Any

import pytest

from sagemock.accounts.world import World

EVIL = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"
ARN = "arn:aws:sagemaker:us-east-1:123456789012"


@pytest.fixture
def hostile(world: World, job_document: Callable[..., Any], metric_data: Any) -> None:
    """Every text that a user can give, in every resource, is an attack."""
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{EVIL}/"}}
    tags = [{"Key": f"tag{EVIL}", "Value": EVIL}]
    channel = {"ChannelName": EVIL, "ContentType": EVIL, "DataSource": source}
    for name, value in (("job", 0.5), ("other", 0.7)):
        world.training_jobs.insert(
            job_document(
                name,
                HyperParameters={EVIL: f"{EVIL}{name}"},
                Tags=tags,
                InputDataConfig=[channel],
                FailureReason=EVIL,
                RoleArn=EVIL,
                AlgorithmSpecification={"TrainingImage": EVIL, "AlgorithmName": EVIL},
                OutputDataConfig={"S3OutputPath": EVIL},
                ModelArtifacts={"S3ModelArtifacts": f"s3://{EVIL}"},
                ResourceConfig={"InstanceType": EVIL, "InstanceCount": 1},
                FinalMetricDataList=metric_data(**{f"accuracy{EVIL}": value}),
                SecondaryStatusTransitions=[
                    {"Status": EVIL, "StartTime": 1.0, "EndTime": 2.0, "StatusMessage": EVIL}
                ],
            )
        )
    # CloudWatch Logs takes no events of long ago.
    now = int(time.time() * 1000)
    world.services.logs.put("/aws/sagemaker/TrainingJobs", "job/algo-1-1", [(now, EVIL)])
    container = {"Image": EVIL, "ModelDataUrl": f"s3://{EVIL}", "Environment": {EVIL: EVIL}}
    world.models.insert(
        {
            "ModelName": "model",
            "ModelArn": f"{ARN}:model/model",
            "PrimaryContainer": container,
            "Tags": tags,
            "CreationTime": 1.0,
            "LastModifiedTime": 1.0,
        }
    )
    variant = {"VariantName": EVIL, "ModelName": "model", "InstanceType": EVIL}
    world.endpoint_configs.insert(
        {
            "EndpointConfigName": "config",
            "EndpointConfigArn": f"{ARN}:endpoint-config/config",
            "ProductionVariants": [variant],
            "Tags": tags,
            "CreationTime": 1.0,
        }
    )
    served = {"VariantName": EVIL, "DeployedImages": [{"SpecifiedImage": EVIL}]}
    world.endpoints.insert(
        {
            "EndpointName": "endpoint",
            "EndpointArn": f"{ARN}:endpoint/endpoint",
            "EndpointConfigName": "config",
            "EndpointStatus": "Failed",
            "FailureReason": EVIL,
            "ProductionVariants": [served],
            "Tags": tags,
            "CreationTime": 1.0,
            "LastModifiedTime": 1.0,
        }
    )


QUOTED = EVIL.replace("<", "%3C").replace(">", "%3E").replace('"', "%22").replace(" ", "+")
HOSTILE_PAGES = (
    "/",
    "/search",
    "/search?view=scatter",
    "/search?view=parallel",
    "/search?resource=Model",
    "/search?resource=Endpoint",
    f"/search?property=Tags.{QUOTED}&operator=Equals&value={QUOTED}&column={QUOTED}",
    f"/search?sort=Tags.{QUOTED}",
    "/training-jobs/job",
    "/training-jobs/new?clone=job",
    "/models",
    f"/models?name={QUOTED}",
    "/models/model",
    "/models/new?job=job",
    "/endpoint-configs",
    "/endpoint-configs/config",
    "/endpoints",
    "/endpoints/endpoint",
    f"/endpoints/new?model={QUOTED}",
    "/compare?job=job&job=other",
    f"/compare?job={QUOTED}",
    "/lineage",
    "/lineage?kind=endpoint&name=endpoint",
    "/documents/TrainingJob/job",
)


@pytest.mark.parametrize("path", HOSTILE_PAGES)
def test_a_script_in_any_text_is_text(visitor: Any, hostile: None, path: str) -> None:
    page = visitor.get(path)
    assert "<script>" not in page
    assert "<img src=x" not in page


def test_the_text_itself_is_shown(visitor: Any, hostile: None) -> None:
    page = html.unescape(visitor.get("/training-jobs/job").replace("<wbr>", ""))
    assert page.count(EVIL) > 10
    assert EVIL in page.partition('role="log"')[2]


@pytest.mark.parametrize(
    "path",
    [
        f"/search?property={QUOTED}&operator=Equals&value=x",
        f"/search?resource={QUOTED}",
        f"/search?property=TrainingJobName&operator={QUOTED}&value=x",
        f"/search?sort={QUOTED}",
    ],
)
def test_a_refusal_shows_text_as_text(visitor: Any, path: str) -> None:
    assert "<script>" not in visitor.get(path, status=400)


def test_a_missing_name_is_shown_as_text(visitor: Any) -> None:
    assert "<script>" not in visitor.get(f"/models/{QUOTED}", status=404)
    assert "<script>" not in visitor.get(f"/?region={QUOTED}", status=404)


def test_half_a_surrogate_pair_takes_no_page(
    visitor: Any, world: World, job_document: Callable[..., Any]
) -> None:
    half = "\ud83d"
    job = job_document("job", HyperParameters={half: half}, Tags=[{"Key": "k", "Value": half}])
    world.training_jobs.insert({**job, "OutputDataConfig": {"S3OutputPath": f"s3://b/{half}"}})
    for path in ("/training-jobs/job", "/search", "/lineage", "/training-jobs/new?clone=job"):
        assert visitor.raw(path).status_code == 200
    assert visitor.raw("/search.csv?resource=TrainingJob").status_code == 200


def test_a_long_search_makes_no_endless_page(visitor: Any) -> None:
    conditions = "&".join(f"property=Tags.{number}&operator=Exists" for number in range(1000))
    answer = visitor.raw(f"/search?{conditions}")
    assert answer.status_code == 400
    assert "1 validation error detected" in answer.text
    assert len(answer.data) < 2_000_000
    columns = "&".join(f"column=Tags.{number}" for number in range(1000))
    answer = visitor.raw(f"/search?{columns}")
    assert answer.status_code == 200
    assert len(answer.data) < 2_000_000


def test_every_answer_has_a_policy(visitor: Any) -> None:
    for path in ("/", "/search.json", "/nothing", "/static/console.css"):
        headers = visitor.raw(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    ["../app.py", "..%2fapp.py", "%2e%2e/app.py", "/etc/passwd", "console.css/../../app.py", ""],
)
def test_no_other_file_can_be_reached(visitor: Any, name: str) -> None:
    assert visitor.raw(f"/static/{name}").status_code == 404


def test_files_are_named_by_their_content(visitor: Any) -> None:
    page = visitor.get("/")
    for name in ("console.css", "console.js", "icon.svg"):
        assert f"/sagemock/static/{name}?" in page
        assert "immutable" in visitor.raw(f"/static/{name}").headers["Cache-Control"]


def test_answers_can_be_compressed(visitor: Any) -> None:
    plain = visitor.raw("/search")
    packed = visitor.raw("/search", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2


def test_a_head_request_has_no_body(visitor: Any) -> None:
    response = visitor.head("/search")
    assert response.status_code == 200
    assert response.data == b""


@pytest.mark.parametrize("break_", ["\r\nX: y", "\n", "\x85"])
@pytest.mark.parametrize(
    ("path", "name"), [("/scheme", "page"), ("/tags", "back"), ("/faults/release", "back")]
)
def test_an_address_to_go_back_to_with_a_line_break(
    visitor: Any, seed: list[str], path: str, name: str, break_: str
) -> None:
    arn = f"{ARN}:training-job/{seed[0]}"
    form = {name: f"/sagemock/a{break_}", "arn": arn, "key": "Team", "value": "x"}
    response = visitor.post(path, {**form, "name": "*"} if name == "back" else form)
    assert response.status_code == 303, response.text
    assert response.headers["Location"].endswith("/sagemock/")


def test_suggestions_are_json_alone(visitor: Any) -> None:
    assert "ends in .json" in visitor.get("/suggestions", status=404)
