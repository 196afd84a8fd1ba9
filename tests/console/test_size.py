"""No page is larger than 150 kB, with texts as long as AWS lets them be.

Measured before compression, and as a browser gets it with all that it loads. Search forms, which
every link of their page repeats, are longer than people fill them in, but not as long as can be.
"""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from sagemock.accounts.world import World
from sagemock.resources.metric_series import MetricPoint, MetricSeries

ARN = "arn:aws:sagemaker:us-east-1:123456789012"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/" + "deep/" * 40 + "image:1"
JOBS = 60
MAX_SIZE = 150_000


def name(number: int, length: int = 63) -> str:
    return f"{'a-long-name-' * 6}"[: length - 4] + f"{number:04}"


def text(length: int, number: int = 0) -> str:
    """Every sort of letter: those that HTML escapes, and those of three bytes and four."""
    return (f"{number:03} <&\">' 日本語 العربية 🧪 " * 200)[:length]


TAGS = [{"Key": f"{'鍵' * 120}{place:03}", "Value": "値" * 256} for place in range(20)] + [
    {"Key": f"{'Department' * 12}{place:03}", "Value": f"value {place} {'/' * 200}"}
    for place in range(30)
]


SHORT_TAG = {"Key": "プロジェクトの名前" * 4, "Value": "値" * 60}
TAGS[0] = SHORT_TAG


def short_name(number: int) -> str:
    return f"{'hyper_parameter_' * 4}{number}"


def artifact(job: str) -> str:
    return f"s3://bucket/{'p' * 800}/{job}/output/model.tar.gz"


@pytest.fixture
def extremes(world: World, job_document: Callable[..., Any], metric_data: Any) -> None:
    for place in range(JOBS):
        world.training_jobs.insert(job(place, job_document, metric_data))
    log(world)
    for place in range(JOBS):
        world.models.insert(model(place))
        world.endpoint_configs.insert(config(place))
        world.endpoints.insert(endpoint(place))


def job(place: int, job_document: Callable[..., Any], metric_data: Any) -> dict[str, Any]:
    channels = [
        {
            "ChannelName": name(each),
            "ContentType": "c" * 256,
            "DataSource": {
                "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{each}/{'s' * 1000}"}
            },
        }
        for each in range(20)
    ]
    parameters = {short_name(key): text(2500, key * place) for key in range(6)}
    parameters |= {f"{'parameter' * 28}{key}": text(2500, key * place) for key in range(94)}
    metrics = {f"{'accuracy' * 30}_{each}": place * each / 7 for each in range(40)}
    definitions = [
        {"Name": f"validation:{'m' * 200}{each}", "Regex": rf"metric{each}=(\S+)"}
        for each in range(40)
    ]
    return job_document(
        name(place),
        created=1_700_000_000.0 + place,
        TrainingJobStatus=("Completed", "Failed", "Stopped", "InProgress")[place % 4],
        HyperParameters=parameters,
        InputDataConfig=channels,
        Tags=TAGS,
        FailureReason=text(1024) if place % 4 == 1 else "",
        FinalMetricDataList=metric_data(**metrics),
        AlgorithmSpecification={
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "MetricDefinitions": definitions,
        },
        ModelArtifacts={"S3ModelArtifacts": artifact(name(place))},
        OutputDataConfig={"S3OutputPath": "s3://" + "o" * 1000},
        RoleArn="arn:aws:iam::123456789012:role/" + "r" * 2000,
    )


def log(world: World) -> None:
    """Many epochs of many metrics, and very long lines, of the first few jobs."""
    now = int(time.time() * 1000)
    for place in range(3):
        world.job_metrics[name(place)] = {
            f"validation:{'m' * 200}{each}": MetricSeries(
                MetricPoint(epoch, epoch * each / 7) for epoch in range(200)
            )
            for each in range(40)
        }
        lines = [(now, text(3000, each)) for each in range(300)]
        world.services.logs.put("/aws/sagemaker/TrainingJobs", f"{name(place)}/algo-1-1", lines)


def model(place: int) -> dict[str, Any]:
    containers = [
        {
            "Image": IMAGE,
            "ModelDataUrl": artifact(name(0)),
            "Environment": {f"{'E' * 1000}{each}": text(1024, each) for each in range(16)},
        }
        for _ in range(15)
    ]
    return {
        "ModelName": name(place),
        "ModelArn": f"{ARN}:model/{name(place)}",
        "Containers": containers,
        "Tags": TAGS,
        "CreationTime": 1.0 + place,
        "LastModifiedTime": 1.0 + place,
    }


def config(place: int) -> dict[str, Any]:
    variants = [
        {
            "VariantName": name(each),
            "ModelName": name(0),
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": 1,
            "InitialVariantWeight": 1.0,
        }
        for each in range(10)
    ]
    return {
        "EndpointConfigName": name(place),
        "EndpointConfigArn": f"{ARN}:endpoint-config/{name(place)}",
        "ProductionVariants": variants,
        "Tags": TAGS,
        "CreationTime": 1.0 + place,
    }


def endpoint(place: int) -> dict[str, Any]:
    variants = [
        {"VariantName": name(each), "DeployedImages": [{"SpecifiedImage": IMAGE}]}
        for each in range(10)
    ]
    return {
        "EndpointName": name(place),
        "EndpointArn": f"{ARN}:endpoint/{name(place)}",
        "EndpointConfigName": name(0),
        "EndpointStatus": "Failed",
        "FailureReason": text(1024),
        "ProductionVariants": variants,
        "Tags": TAGS,
        "CreationTime": 1.0 + place,
        "LastModifiedTime": 1.0 + place,
    }


def test_no_page_is_too_large(visitor: Any, extremes: None) -> None:
    sizes = {path: len(visitor.raw(path).data) for path in paths()}
    assert {path: size for path, size in sizes.items() if size >= MAX_SIZE} == {}
    for path in paths():
        visitor.get(path)


def test_a_page_with_all_that_it_loads_is_not_too_large(visitor: Any, extremes: None) -> None:
    """As a browser gets it: compressed, with style, script and icon, when it comes first."""
    zipped = {"headers": {"Accept-Encoding": "gzip"}}

    def loaded(path: str) -> int:
        names = set(re.findall(r'(?:src|href)="/sagemock(/static/[^"]+)"', visitor.raw(path).text))
        assert len(names) >= 3
        return sum(len(visitor.raw(name, **zipped).data) for name in names)

    sizes = {path: loaded(path) + len(visitor.raw(path, **zipped).data) for path in paths()}
    assert {path: size for path, size in sizes.items() if size >= MAX_SIZE} == {}
    assert loaded("/") < 15_000


def paths() -> list[str]:
    tag = SHORT_TAG
    asked = urlencode(
        [("property", f"Tags.{tag['Key']}"), ("operator", "Equals"), ("value", tag["Value"])]
    )
    ticks = urlencode([("tick", name(place)) for place in range(250)])
    columns = urlencode([("column", f"HyperParameters.{short_name(each)}") for each in range(6)])
    return [
        "/",
        "/search",
        "/search?size=50",
        f"/search?{asked}",
        f"/search?{asked}&sort=Metrics.{'accuracy' * 30}_3",
        f"/search?{columns}",
        f"/search?{ticks}",
        f"/search/delete?resource=TrainingJob&{ticks}",
        "/search/tag?resource=TrainingJob&all=1",
        "/search/views",
        "/search?view=scatter",
        "/search?view=parallel",
        *(f"/search?view={view}" for view in ("best", "importance", "contour", "curves")),
        "/search?resource=Model&size=50",
        "/search?resource=Endpoint&size=50",
        "/compare?" + urlencode([("job", name(place)) for place in range(JOBS)]),
        "/sweep?" + urlencode([("job", name(place)) for place in range(JOBS)]),
        f"/training-jobs/{name(0)}?find={text(1)}&wrap=off",
        "/compare?"
        + urlencode([("baseline", name(3))] + [("job", name(each)) for each in range(20)]),
        "/lineage",
        "/lineage?show=data+set&show=training+job&show=artifact&show=model",
        f"/lineage?contains={name(0)[:10]}&show=data+set&show=training+job",
        f"/lineage?kind=model&name={name(0)}",
        f"/training-jobs/new?clone={name(0)}",
        f"/models/new?job={name(0)}",
        *(f"/{folder}?size=50" for folder in ("models", "endpoint-configs", "endpoints")),
        *(f"/training-jobs/{name(place)}" for place in range(4)),
        *(
            f"/{folder}/{name(0)}{suffix}"
            for folder in ("training-jobs", "models", "endpoint-configs", "endpoints")
            for suffix in ("", "/delete")
        ),
        f"/documents/TrainingJob/{name(0)}",
    ]


def test_what_is_left_out_is_counted_and_whole_elsewhere(visitor: Any, extremes: None) -> None:
    page = html.unescape(visitor.get(f"/training-jobs/{name(0)}"))
    assert "100" in page
    for word in ("more metrics: ", "all as JSON", "all as CSV", "open it as a file"):
        assert word in page, word
    whole = visitor.json(f"/training-jobs/{name(0)}.json")["TrainingJob"]
    assert len(whole["HyperParameters"]) == 100
    assert len(whole["Tags"]) == 50
    script = visitor.raw(f"/training-jobs/{name(0)}.py").text
    assert repr(text(2500)) in script
    assert len(script) < 600_000


def test_lists_have_a_fixed_number_of_rows_whatever_their_texts(
    visitor: Any, world: World, job_document: Callable[..., Any], metric_data: Any
) -> None:
    world.training_jobs.insert(
        job_document(
            "job",
            HyperParameters={f"parameter{each}": "v" * 150 for each in range(45)},
            FinalMetricDataList=metric_data(**{f"metric{each:02}": 1.0 for each in range(30)}),
        )
    )
    page = visitor.get("/training-jobs/job")
    assert re.findall(r">(metric\d\d)</a>", page) == [f"metric{each:02}" for each in range(24)]
    assert "and 6 more" in page
    assert len(re.findall(r'<th scope="row">parameter\d+</th>', page)) == 40
    assert f"{'v' * 120}…" in page
    assert "v" * 121 not in page
