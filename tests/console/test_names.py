"""Where requests are not checked, names may hold anything: every link leads somewhere even so."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from tests.console.conftest import ACCOUNT, REGION, ROLE, Visitor

from sagemock import control, mock_sagemaker
from sagemock.accounts.world import World
from sagemock.api import operations
from sagemock.console.links import address, key_of, name_of, page_of, part_of, parts_of
from sagemock.console.pages.endpoints import NOT_RUN
from sagemock.moto_adapter.backend import world_of
from sagemock.resources import types
from sagemock.resources.resource_type import ResourceType
from sagemock.resources.types import LISTED
from sagemock.wire import dispatch
from sagemock.wire.service_model import CONTROL_PLANE

NAMES = [
    "é ü/%<b>",
    "/a//b/",
    "x/delete",
    "..",
    "job.json",
    "new",
    "50%25?q=1&r#s+t",
    "line\nbreak\t\\",
    " ",
]
S3 = "s3://no-bucket/é %/x"
TAGS = [{"Key": "stage/é", "Value": "a & b"}, {"Key": "none", "Value": ""}]
CLUSTER = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1}


def processing_job(name: str) -> dict[str, Any]:
    outputs = [
        {"OutputName": str(n), "S3Output": {"S3Uri": uri, "S3UploadMode": "EndOfJob"}}
        for n, uri in enumerate([S3, "", "s3://b/" + "x" * 2000])
    ]
    return {
        "RoleArn": ROLE,
        "AppSpecification": {"ImageUri": "mine"},
        "ProcessingResources": {"ClusterConfig": CLUSTER},
        "ProcessingOutputConfig": {"Outputs": outputs},
    }


def training_job(name: str) -> dict[str, Any]:
    channels = [
        {
            "ChannelName": f"c {n}",
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}},
        }
        for n, uri in enumerate([S3, ""])
    ]
    return {
        "RoleArn": ROLE,
        "AlgorithmSpecification": {"TrainingImage": "mine", "TrainingInputMode": "File"},
        "InputDataConfig": channels,
        "OutputDataConfig": {"S3OutputPath": ""},
        "ResourceConfig": CLUSTER,
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    }


def model(name: str) -> dict[str, Any]:
    return {"PrimaryContainer": {"Image": "mine", "ModelDataUrl": f"/{name}/output/model.tar.gz"}}


def endpoint_config(name: str) -> dict[str, Any]:
    return {"ProductionVariants": [{"VariantName": name, "ModelName": name}]}


def endpoint(name: str) -> dict[str, Any]:
    return {"EndpointConfigName": name}


def transform_job(name: str) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": ""}
    return {
        "ModelName": name,
        "TransformInput": {"DataSource": {"S3DataSource": source}},
        "TransformOutput": {"S3OutputPath": ""},
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
    }


def tuning_job(name: str) -> dict[str, Any]:
    job = training_job(name)
    job["AlgorithmSpecification"]["MetricDefinitions"] = [{"Name": name, "Regex": "(.)"}]
    return {
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": name},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 0},
            "ParameterRanges": {
                "CategoricalParameterRanges": [{"Name": name, "Values": [name]}],
            },
        },
        "TrainingJobDefinition": job,
    }


def feature_group(name: str) -> dict[str, Any]:
    return {
        "RecordIdentifierFeatureName": name,
        "EventTimeFeatureName": name,
        "FeatureDefinitions": [{"FeatureName": name, "FeatureType": "String"}],
    }


def experiment(name: str) -> dict[str, Any]:
    return {}


def trial(name: str) -> dict[str, Any]:
    return {"ExperimentName": name}


REQUESTS: dict[ResourceType, Callable[[str], dict[str, Any]]] = {
    types.TRAINING_JOB: training_job,
    types.PROCESSING_JOB: processing_job,
    types.MODEL: model,
    types.ENDPOINT_CONFIG: endpoint_config,
    types.ENDPOINT: endpoint,
    types.TRANSFORM_JOB: transform_job,
    types.HYPER_PARAMETER_TUNING_JOB: tuning_job,
    types.FEATURE_GROUP: feature_group,
    types.EXPERIMENT: experiment,
    types.TRIAL: trial,
    types.TRIAL_COMPONENT: experiment,
}
"""Kinds in the order in which they are created, and what is sent beside name and tags."""


@pytest.fixture
def unchecked() -> Iterator[World]:
    with mock_sagemaker(validation="off"):
        yield world_of(ACCOUNT, REGION)


def create(world: World, name: str) -> None:
    """One of each kind, past what a client checks by itself."""
    for kind, request in REQUESTS.items():
        body = {kind.name_member: name, "Tags": TAGS, **request(name)}
        answer = dispatch.call(
            operations.call_of(world, CONTROL_PLANE, kind.operation("Create")),
            json.dumps(body).encode(),
        )
        assert answer.status == 200, answer.body


def links_of(page: str) -> list[str]:
    """Where the page's links lead, below the console's prefix."""
    found = [unescape(each) for each in re.findall(r'<a[^>]* href="([^"]*)"', page)]
    assert found
    paths = []
    for each in found:
        parts = urlsplit(each)
        # Browsers resolve these, however they are written.
        assert not {".", ".."} & set(unquote(parts.path).split("/")), each
        if parts.path:
            paths.append(each.removeprefix("/sagemock"))
    return paths


def follow_all(visitor: Visitor, path: str, seen: set[str]) -> None:
    for link in links_of(visitor.get(path)):
        if link in seen or link.startswith("/static/"):
            continue
        seen.add(link)
        response = visitor.raw(link)
        if response.status_code == 303:
            continue
        assert response.status_code == 200, (path, link, response.text)


def homes(visitor: Visitor, listed: str) -> list[str]:
    """Where the rows of a list lead."""
    rows = re.findall(r'<th scope="row"[^>]*><a href="([^"]*)"', visitor.get(listed))
    return [unescape(row).removeprefix("/sagemock") for row in rows]


def list_of(kind: ResourceType) -> str:
    if kind.search is not None:
        return f"/search?resource={kind.search.resource}"
    return f"/{kind.arn_kind}s"


ALONE = [kind for kind in REQUESTS if kind is not types.TRIAL_COMPONENT]
"""The kinds that have one resource; jobs have components as well."""


def test_every_listed_kind_is_created_here() -> None:
    assert set(LISTED) <= set(REQUESTS)


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_somewhere(unchecked: World, name: str) -> None:
    create(unchecked, name)
    visitor, seen = Visitor(), set[str]()
    follow_all(visitor, "/", seen)
    follow_all(visitor, "/lineage", seen)
    for kind in LISTED:
        follow_all(visitor, f"/{kind.arn_kind}s".replace("/training-jobs", "/search"), seen)
    for resource in ("ExperimentTrialComponent", "FeatureMetadata"):
        follow_all(visitor, f"/search?resource={resource}", seen)
    for kind in ALONE:
        follow_all(visitor, list_of(kind), seen)
        home = address(page_of(kind, name)).removeprefix("/sagemock")
        found = homes(visitor, list_of(kind))
        # A tuning job makes an experiment and a trial of its own.
        assert home in found
        assert len(found) == (2 if kind in (types.EXPERIMENT, types.TRIAL) else 1)
        follow_all(visitor, home, seen)
        shown = visitor.json(f"{home}.json")
        assert name in [part.get(kind.key) for part in shown.values() if isinstance(part, dict)]
    assert len(seen) > 40


@pytest.mark.parametrize("name", NAMES)
def test_every_action_is_for_what_it_names(unchecked: World, name: str) -> None:
    control.hold_training_job()
    create(unchecked, name)
    visitor = Visitor()
    home = page_of(types.TRAINING_JOB, name)
    visitor.follow(address(f"{home}/stop").removeprefix("/sagemock"), {})
    stopped = unchecked.training_jobs.get(name)
    assert stopped is not None
    assert stopped["TrainingJobStatus"] == "Stopped"
    log = visitor.raw(address(f"{home}/log").removeprefix("/sagemock"))
    assert (log.status_code, log.mimetype) == (200, "text/plain")
    tagged = []
    for kind in LISTED:
        path = address(page_of(kind, name)).removeprefix("/sagemock")
        page = visitor.get(path)
        # There is no ARN without a name.
        if not name or f'action="{address("/tags")}"' not in page:
            continue
        tagged.append(kind)
        form = {"key": "more", "value": "v"}
        for field in ("arn", "back"):
            (value,) = set(re.findall(f'name="{field}" value="([^"]*)"', page))
            form[field] = unescape(value)
        assert "more" in visitor.follow("/tags", form)
        refused = visitor.post("/tags", {**form, "arn": "x"})
        assert refused.status_code == 400
        assert f'href="{address(page_of(kind, name))}.json"' in refused.text
    assert len(tagged) >= 4
    for kind in LISTED:
        path = address(f"{page_of(kind, name)}/delete").removeprefix("/sagemock")
        if "Delete" in kind.verbs:
            visitor.get(path)
            assert visitor.post(path, {}).status_code == 303
            assert len(unchecked.table(kind)) == 0


@pytest.mark.parametrize("name", NAMES)
def test_an_endpoint_of_any_name_is_invoked(unchecked: World, name: str) -> None:
    create(unchecked, name)
    path = address(page_of(types.ENDPOINT, name)).removeprefix("/sagemock")
    response = Visitor().post(path, {"body": "1,2", "content_type": "text/csv"})
    # It was reached: its image is none that runs here.
    assert str(escape(NOT_RUN)) in response.text
    assert f'action="{address(page_of(types.ENDPOINT, name))}#try"' in response.text


@given(st.text())
def test_a_name_is_one_part_of_a_path(name: str) -> None:
    part = part_of(name)
    assert name_of(part) == name
    assert part not in ("", ".", "..", "new")
    assert "/" not in part
    assert "." not in part
    assert key_of(parts_of(name)) == name


def test_names_that_aws_takes_are_written_as_they_are() -> None:
    assert part_of("my-job-1") == "my-job-1"
    assert page_of(types.TRAINING_JOB, "my-job-1") == "/training-jobs/my-job-1"


def test_bytes_that_are_no_text_name_nothing(unchecked: World) -> None:
    for path in ("/models/%25FF", "/documents/Experiment/%25FF"):
        Visitor().get(path, 404)
