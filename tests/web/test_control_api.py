"""Control over HTTP, in process and in the server."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from sagemock.options import OPTIONS
from sagemock.web.control_api import CONTROLS


@pytest.fixture(params=["sagemock", "sagemock_server"])
def world(request: pytest.FixtureRequest, make_studio: Any) -> Any:
    """A studio, and how to reach its control."""
    fixture = request.getfixturevalue(request.param)
    studio = make_studio(fixture.client)
    studio.url = fixture.url or "http://motoapi.amazonaws.com"
    return studio


def post(world: Any, action: str, **body: Any) -> Any:
    answer = requests.post(f"{world.url}/moto-api/sagemock/{action}", json=body, timeout=5)
    assert answer.status_code == 200, answer.text
    return answer.json()


def wait(world: Any, name: str) -> Any:
    waiter = world.sagemaker.get_waiter("training_job_completed_or_stopped")
    waiter.wait(TrainingJobName=name)
    return world.job(name)


def test_a_job_fails(world: Any) -> None:
    post(world, "fail-training-job", reason="ClientError: no", at="Downloading", name="bad-*")
    world.create_job("good")
    world.create_job("bad-1")
    assert wait(world, "good")["TrainingJobStatus"] == "Completed"
    with pytest.raises(Exception, match="ClientError: no"):
        wait(world, "bad-1")
    assert world.statuses("bad-1") == ["Starting", "Downloading", "Failed"]


def test_a_job_hangs_until_it_is_released(world: Any) -> None:
    post(world, "hold-training-job", tags={"Project": "p"})
    world.create_job("j", Tags=[{"Key": "Project", "Value": "p"}])
    while world.job("j")["SecondaryStatus"] != "Training":
        pass
    while not (released := post(world, "release", name="j")["released"]):
        pass
    assert released == ["j"]
    assert wait(world, "j")["TrainingJobStatus"] == "Completed"


def test_jobs_are_put_in_place(world: Any) -> None:
    jobs = [
        {"name": f"j-{i}", "metrics": {"train:objective_loss": i}, "created": 1_700_000_000 + i}
        for i in range(3)
    ]
    assert len(post(world, "add-training-jobs", jobs=jobs)["arns"]) == 3
    response = world.sagemaker.search(
        Resource="TrainingJob", SortBy="Metrics.train:objective_loss", SortOrder="Ascending"
    )
    names = [each["TrainingJob"]["TrainingJobName"] for each in response["Results"]]
    assert names == ["j-0", "j-1", "j-2"]


def test_invocations(world: Any) -> None:
    world.create_config("c")
    world.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    post(world, "answer-invocations", body='{"a": 1}')
    post(world, "fail-invocation", status=503, message="busy")
    # The rules apply in the order in which they were made.
    answer = world.runtime.invoke_endpoint(EndpointName="e", Body=b"x")
    assert json.loads(answer["Body"].read()) == {"a": 1}
    (first, second) = requests.get(f"{world.url}/moto-api/sagemock/rules", timeout=5).json()[
        "rules"
    ]
    assert (first["kind"], first["times"], second["times"]) == ("InvocationRule", None, 1)
    assert (first["used"], second["used"]) == (True, False)
    assert (first["applied"], second["applied"]) == (1, 0)
    assert post(world, "remove", number=first["number"]) == {"removed": True}
    with pytest.raises(ClientError, match="busy"):
        world.runtime.invoke_endpoint(EndpointName="e", Body=b"x")
    assert requests.get(f"{world.url}/moto-api/sagemock/rules", timeout=5).json()["rules"] == []


def test_calls_are_denied(world: Any) -> None:
    post(world, "deny", operation="CreateModel", times=None)
    with pytest.raises(ClientError, match="AccessDeniedException"):
        world.create_config("c")
    (rule,) = requests.get(f"{world.url}/moto-api/sagemock/rules", timeout=5).json()["rules"]
    assert rule["used"] is True
    post(world, "clear")
    world.create_config("c")


@pytest.mark.parametrize(
    "action", sorted(name for name, each in CONTROLS.items() if each.method == "POST")
)
@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'{"nonsense": 1}', b'{"name": 5}'])
def test_bad_bodies_are_told_so(sagemock: Any, action: str, body: bytes) -> None:
    url = f"http://motoapi.amazonaws.com/moto-api/sagemock/{action}"
    answer = requests.post(url, data=body, timeout=5)
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize(
    ("action", "body", "text"),
    [
        ("fail-training-job", {"at": "Lunch"}, "at must be one of"),
        ("fail-training-job", {"times": 0}, "times must be at least 1"),
        ("fail-training-job", {"times": True}, "times must be an integer or null"),
        ("fail-training-job", {"at": "Training", "nam": "j"}, "'nam'; it takes: name, "),
        ("clear", {"name": "j"}, "'name'; it takes: nothing"),
        ("answer-invocations", {}, "'body'; it takes: body, content_type"),
        ("deny", {"operation": "CreateModle"}, "no operation 'CreateModle'; did you mean"),
        ("add-training-jobs", {"jobs": [{"name": "a", "metrcis": {}}]}, "did you mean metrics"),
        ("fail-invocation", {"status": 200}, "status must be from 400 to 599"),
        ("fail-invocation", {"status": "500"}, "status must be an integer"),
        ("add-training-jobs", {"jobs": [{"name": "a_b"}]}, "Member must satisfy regular"),
        ("add-training-jobs", {"jobs": [{"name": "a", "status": "Training"}]}, "status must be"),
        ("add-training-jobs", {"jobs": [{"name": "a", "region": "mars"}]}, "not available"),
        ("add-training-jobs", {"jobs": [{"name": "a", "metrics": {"m": "x"}}]}, "numbers"),
        ("set-options", {"training": "never"}, "training must be 'inline', 'background' or 'off'"),
        ("set-options", {"max_workers": 0}, "max_workers must be at least 1"),
        ("set-options", {"max_workers": "2"}, "max_workers must be an integer"),
        ("set-options", {"executor": "x"}, "'executor'; it takes: "),
    ],
)
def test_bad_values_are_told_so(sagemock: Any, action: str, body: Any, text: str) -> None:
    url = f"http://motoapi.amazonaws.com/moto-api/sagemock/{action}"
    answer = requests.post(url, json=body, timeout=5)
    assert answer.status_code == 400
    assert text in answer.json()["error"]


def test_unknown_actions_and_methods(world: Any) -> None:
    unknown = requests.post(f"{world.url}/moto-api/sagemock/explode", timeout=5)
    assert (unknown.status_code, "fail-training-job" in unknown.text) == (404, True)
    close = requests.post(f"{world.url}/moto-api/sagemock/relaese", timeout=5)
    assert close.json()["error"].startswith("no such control; there are: release, ")
    wrong = requests.get(f"{world.url}/moto-api/sagemock/clear", timeout=5)
    assert (wrong.status_code, wrong.json()) == (405, {"error": "use POST"})


def test_the_path_without_an_action_lists_them(world: Any) -> None:
    controls = requests.get(f"{world.url}/moto-api/sagemock/", timeout=5).json()["controls"]
    assert set(controls) == set(CONTROLS)
    assert controls["rules"]["method"] == "GET"
    assert controls["fail-training-job"] == {
        "method": "POST",
        "arguments": {
            "reason": "a string",
            "at": "a string",
            "name": "a string",
            "tags": "an object of strings or null",
            "times": "an integer or null",
        },
        "does": controls["fail-training-job"]["does"],
    }
    assert all(each["does"] for each in controls.values())


def test_options_change_while_it_runs(world: Any) -> None:
    url = f"{world.url}/moto-api/sagemock"
    before = requests.get(f"{url}/options", timeout=5).json()["options"]
    assert set(before) == set(OPTIONS)
    post(world, "set-options", training="off", wait=0)
    after = requests.get(f"{url}/options", timeout=5).json()["options"]
    assert after == {**before, "training": "off", "wait": 0}
    world.create_job("j")
    job = world.sagemaker.describe_training_job(TrainingJobName="j")
    assert (job["TrainingJobStatus"], "FinalMetricDataList" in job) == ("Completed", False)
