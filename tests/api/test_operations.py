"""Every way to an operation: what is due, what a test wants and what is wrong acts alike in each.

The ways are boto3 in process and to a server, the processes of jobs, the forms of the console,
CloudFormation, the tagging API, the tasks of state machines, and the controls: those of Python and
those over HTTP. A control is the test's own hand, so that it alone is not denied.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError
from moto.moto_api import state_manager
from werkzeug.test import Client

from sagemock import control
from sagemock.jobs.state import Phase
from sagemock.moto_adapter.backend import world_of
from sagemock.moto_adapter.loopback import loopback
from sagemock.web.console_route import application

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
KIND = "sagemaker::training-job"
ORIGIN = {"Origin": "http://localhost"}


class CreatesModels:
    """What the ways have in common by which a model is created."""

    operation = "CreateModel"
    message = "Value 'a b' at 'modelName' failed to satisfy"
    sees: Any

    def create_model(self, name: str) -> str | None:
        """The error, if any."""
        raise NotImplementedError

    def act(self) -> str | None:
        return self.create_model("m")

    def act_badly(self) -> str | None:
        return self.create_model("a b")

    def has_acted(self) -> bool:
        return bool(self.sees.list_models()["Models"])


class Boto3(CreatesModels):
    """Through a client of SageMaker."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self.sagemaker = client("sagemaker")

    def create_model(self, name: str) -> str | None:
        """The error, if any."""
        return error_of(lambda: self.sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE))

    def add_tag(self, arn: str, key: str) -> str | None:
        """The error, if any."""
        tags = [{"Key": key, "Value": "v"}]
        return error_of(lambda: self.sagemaker.add_tags(ResourceArn=arn, Tags=tags))


class JobProcess(Boto3):
    """Through the server for the processes of jobs."""

    def __init__(self, client: Callable[..., Any]) -> None:
        super().__init__(partial(client, endpoint_url=loopback.url()))


class Forms(CreatesModels):
    """Through the console."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self.browser = Client(application(over_http=False))

    def create_model(self, name: str) -> str | None:
        form = {"name": name, "image": "mine:1", "role": ROLE}
        return self._post("/models/new", form)

    def add_tag(self, arn: str, key: str) -> str | None:
        return self._post("/tags", {"arn": arn, "key": key, "value": "v"})

    def _post(self, path: str, form: dict[str, str]) -> str | None:
        answer = self.browser.post(f"/sagemock{path}", data=form, headers=ORIGIN)
        if answer.status_code == 303:
            return None
        assert answer.status_code == 400
        for value in form.values():
            assert f'value="{value}"' in answer.text, "nothing of the form is lost"
        alert = re.search(r'role="alert">([^<]+)', answer.text)
        assert alert is not None
        return html.unescape(alert[1])


class CloudFormation(CreatesModels):
    """Through a stack. It tags nothing that exists already."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self.cloudformation = client("cloudformation")
        self.stack = "stack"

    def create_model(self, name: str) -> str | None:
        properties = {
            "ModelName": name,
            "ExecutionRoleArn": ROLE,
            "PrimaryContainer": {"Image": "mine:1"},
        }
        return self.create("AWS::SageMaker::Model", properties)

    def create(self, kind: str, properties: dict[str, Any]) -> str | None:
        self.stack += "-again"
        template = json.dumps({"Resources": {"It": {"Type": kind, "Properties": properties}}})
        return error_of(
            lambda: self.cloudformation.create_stack(StackName=self.stack, TemplateBody=template)
        )

    def delete(self) -> str | None:
        return error_of(lambda: self.cloudformation.delete_stack(StackName=self.stack))


class Tagging:
    """Through the Resource Groups Tagging API, which reports for each resource what failed."""

    operation = "AddTags"
    message = "key names are not allowed for external use"

    def __init__(self, client: Callable[[str], Any]) -> None:
        self.tagging = client("resourcegroupstaggingapi")
        self.sees = client("sagemaker")
        answer = self.sees.create_experiment(ExperimentName="e")
        self.arn = answer["ExperimentArn"]

    def act(self) -> str | None:
        return self.add_tag(self.arn, "k")

    def act_badly(self) -> str | None:
        return self.add_tag(self.arn, "aws:k")

    def has_acted(self) -> bool:
        return bool(self.sees.list_tags(ResourceArn=self.arn)["Tags"])

    def add_tag(self, arn: str, key: str) -> str | None:
        answer = self.tagging.tag_resources(ResourceARNList=[arn], Tags={key: "v"})
        return failure_of(answer, arn)

    def remove_tag(self, arn: str, key: str) -> str | None:
        answer = self.tagging.untag_resources(ResourceARNList=[arn], TagKeys=[key])
        return failure_of(answer, arn)


class StateMachine(CreatesModels):
    """Through a task of Step Functions, which calls the server that runs it."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self.machines = client("stepfunctions")
        self.count = 0

    def create_model(self, name: str) -> str | None:
        self.count += 1
        task = {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:sagemaker:createModel",
            "Parameters": {"ModelName": name, "ExecutionRoleArn": ROLE},
            "End": True,
        }
        machine = self.machines.create_state_machine(
            name=f"machine-{self.count}",
            definition=json.dumps({"StartAt": "Create", "States": {"Create": task}}),
            roleArn=ROLE,
        )
        execution = self.machines.start_execution(stateMachineArn=machine["stateMachineArn"])
        while True:
            answer = self.machines.describe_execution(executionArn=execution["executionArn"])
            if answer["status"] != "RUNNING":
                return answer.get("cause")


class Controls:
    """Through `sagemock.control`, which puts a job in place that has ended."""

    operation = "CreateTrainingJob"
    message = "Value 'a b' at 'trainingJobName' failed to satisfy"

    def __init__(self, client: Callable[[str], Any]) -> None:
        self.sees = client("sagemaker")

    def add(self, name: str) -> str | None:
        try:
            control.add_training_job(name)
        except ValueError as error:
            return str(error)
        return None

    def act(self) -> str | None:
        return self.add("ready")

    def act_badly(self) -> str | None:
        return self.add("a b")

    def has_acted(self) -> bool:
        return bool(self.sees.list_training_jobs(NameContains="ready")["TrainingJobSummaries"])


class HttpControls(Controls):
    """The same over HTTP."""

    def add(self, name: str) -> str | None:
        endpoint = self.sees.meta.endpoint_url
        url = "http://motoapi.amazonaws.com" if "amazonaws" in endpoint else endpoint
        path = f"{url}/moto-api/sagemock/add-training-jobs"
        answer = requests.post(path, json={"jobs": [{"name": name}]}, timeout=60)
        return None if answer.ok else str(answer.json()["error"])


def error_of(call: Callable[[], Any]) -> str | None:
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Message"])
    return None


def failure_of(answer: Any, arn: str) -> str | None:
    failed = answer["FailedResourcesMap"]
    if not failed:
        return None
    assert failed[arn]["StatusCode"] == 400
    assert failed[arn]["ErrorCode"] == "InvalidParameterException"
    return str(failed[arn]["ErrorMessage"])


def entry(request: pytest.FixtureRequest) -> Any:
    fixture, kind = request.param
    aws = request.getfixturevalue(fixture)
    created = kind(aws.client)
    created.sees = aws.client("sagemaker")
    created.studio = lambda: request.getfixturevalue("make_studio")(aws.client)
    return created


IN_PROCESS, SERVER = "sagemock", "sagemock_server"
CREATING = [
    pytest.param((IN_PROCESS, Boto3), id="boto3"),
    pytest.param((SERVER, Boto3), id="server"),
    pytest.param((IN_PROCESS, Forms), id="console"),
    pytest.param((IN_PROCESS, CloudFormation), id="cloudformation"),
    pytest.param((IN_PROCESS, JobProcess), id="process of a job"),
]
TAGGING = [*CREATING[:3], pytest.param((IN_PROCESS, Tagging), id="tagging")]

MACHINE = pytest.param((SERVER, StateMachine), id="state machine")
CONTROLS = [
    pytest.param((IN_PROCESS, Controls), id="control"),
    pytest.param((IN_PROCESS, HttpControls), id="control over HTTP"),
    pytest.param((SERVER, HttpControls), id="control of a server"),
]
OPERATIONS = [*CREATING, TAGGING[-1], MACHINE]

creates = pytest.fixture(params=CREATING, name="creates")(entry)
tags = pytest.fixture(params=TAGGING, name="tags")(entry)
cloudformation = pytest.fixture(
    params=[pytest.param((IN_PROCESS, CloudFormation), id="")], name="cloudformation"
)(entry)
tagging = pytest.fixture(params=[pytest.param((IN_PROCESS, Tagging), id="")], name="tagging")(entry)

runs = pytest.fixture(params=OPERATIONS, name="runs")(entry)
controls = pytest.fixture(params=CONTROLS, name="controls")(entry)
acts = pytest.fixture(params=[*OPERATIONS, *CONTROLS], name="acts")(entry)

DENIED = "is not authorized to perform: sagemaker:{}"


@pytest.fixture
def pace() -> Iterator[Callable[[float], None]]:
    """Sets how many seconds a job stays in each status."""

    def set_pace(seconds: float) -> None:
        state_manager.set_transition(KIND, {"progression": "time", "seconds": seconds})

    yield set_pace
    state_manager.unset_transition(KIND)


def test_what_is_denied_does_not_happen(runs: Any) -> None:
    control.deny(runs.operation)
    assert DENIED.format(runs.operation) in runs.act()
    assert not runs.has_acted()
    assert runs.act() is None
    assert runs.has_acted()


def test_a_control_is_not_denied(controls: Any) -> None:
    control.deny(controls.operation)
    assert controls.act() is None
    assert controls.has_acted()
    assert len(control.rules()) == 1, "and does not use the rule up"


def test_a_bad_request_is_refused_in_awss_words(acts: Any) -> None:
    assert acts.message in acts.act_badly()
    assert not acts.has_acted()
    assert acts.act() is None


def test_what_is_due_goes_on_to_where_it_is_held(acts: Any, pace: Callable[[float], None]) -> None:
    pace(3600)
    control.hold_training_job(at="Downloading")
    acts.studio().create_job("j")
    world = world_of("123456789012", "us-east-1")
    progression = world.progressions.get("training-job", "j")
    assert progression is not None
    while progression.phase.at_work:
        pass  # Beside the requests of a server.
    assert (progression.state.status, progression.phase) == ("Starting", Phase.PACED)
    pace(0)
    for act in (acts.act_badly, acts.act):
        act()
        assert (progression.state.status, progression.phase) == ("Downloading", Phase.HELD)
    assert control.release("j") == ["j"]


@pytest.mark.parametrize(("fault", "text"), [("deny", DENIED), ("throttle", "Rate exceeded")])
def test_a_fault_on_demand_when_something_is_created(creates: Any, fault: str, text: str) -> None:
    getattr(control, fault)("Create*", times=None)
    assert text.format("CreateModel") in creates.create_model("m")
    assert creates.sees.list_models()["Models"] == []
    control.clear()
    assert creates.create_model("n") is None


@pytest.mark.parametrize(("fault", "text"), [("deny", DENIED), ("throttle", "Rate exceeded")])
def test_a_fault_on_demand_when_something_is_tagged(tags: Any, fault: str, text: str) -> None:
    arn = tags.sees.create_model(ModelName="m", ExecutionRoleArn=ROLE)["ModelArn"]
    getattr(control, fault)("AddTags", times=None)
    assert text.format("AddTags") in tags.add_tag(arn, "k")
    assert tags.sees.list_tags(ResourceArn=arn)["Tags"] == []
    control.clear()
    assert tags.add_tag(arn, "k") is None
    assert tags.sees.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "k", "Value": "v"}]


def test_what_is_wrong_when_something_is_created(creates: Any) -> None:
    assert "Value 'a b' at 'modelName' failed to satisfy" in creates.create_model("a b")
    assert creates.create_model("m") is None
    assert "Cannot create already existing model" in creates.create_model("m")


def test_what_is_wrong_when_something_is_tagged(tags: Any) -> None:
    arn = tags.sees.create_model(ModelName="m", ExecutionRoleArn=ROLE)["ModelArn"]
    assert "key names are not allowed for external use" in tags.add_tag(arn, "aws:k")
    assert "Could not find resource with ARN" in tags.add_tag(f"{arn}-2", "k")


def job_that_is_due(way: Any, pace: Callable[[float], None]) -> Callable[[], str]:
    """A job that may go on from now on, and how to see where it is without asking for it."""
    pace(3600)
    way.studio().create_job("j")
    pace(0)
    jobs = world_of("123456789012", "us-east-1").training_jobs
    return lambda: str(jobs.get("j")["SecondaryStatus"])


def test_what_is_due_is_settled_when_something_is_created(
    creates: Any, pace: Callable[[float], None]
) -> None:
    status = job_that_is_due(creates, pace)
    assert status() == "Starting"
    assert creates.create_model("m") is None
    assert status() != "Starting"


def test_what_is_due_is_settled_when_something_is_tagged(
    tags: Any, pace: Callable[[float], None]
) -> None:
    arn = tags.sees.create_model(ModelName="m", ExecutionRoleArn=ROLE)["ModelArn"]
    status = job_that_is_due(tags, pace)
    assert status() == "Starting"
    assert tags.add_tag(arn, "k") is None
    assert status() != "Starting"


def test_a_stack_is_denied_what_moto_itself_keeps(cloudformation: Any) -> None:
    control.deny("*NotebookInstance", times=None)
    properties = {"InstanceType": "ml.t3.medium", "RoleArn": ROLE}
    denied = cloudformation.create("AWS::SageMaker::NotebookInstance", properties)
    assert DENIED.format("CreateNotebookInstance") in denied
    assert cloudformation.sees.list_notebook_instances()["NotebookInstances"] == []


def test_a_stack_makes_and_removes_what_moto_itself_keeps(cloudformation: Any) -> None:
    properties = {"InstanceType": "ml.t3.medium", "RoleArn": ROLE}
    assert cloudformation.create("AWS::SageMaker::NotebookInstance", properties) is None
    assert len(cloudformation.sees.list_notebook_instances()["NotebookInstances"]) == 1
    assert cloudformation.delete() is None
    assert cloudformation.sees.list_notebook_instances()["NotebookInstances"] == []


def test_a_stack_is_denied_to_delete(cloudformation: Any) -> None:
    assert cloudformation.create_model("m") is None
    control.deny("DeleteModel", times=None)
    assert DENIED.format("DeleteModel") in cloudformation.delete()
    assert len(cloudformation.sees.list_models()["Models"]) == 1


def test_one_resource_that_is_refused_leaves_the_others_to_the_tagging_api(tagging: Any) -> None:
    arns = [
        tagging.sees.create_model(ModelName=name, ExecutionRoleArn=ROLE)["ModelArn"]
        for name in ("a", "b")
    ]
    control.deny("AddTags")
    answer = tagging.tagging.tag_resources(ResourceARNList=arns, Tags={"k": "v"})
    assert list(answer["FailedResourcesMap"]) == arns[:1]
    assert [len(tagging.sees.list_tags(ResourceArn=arn)["Tags"]) for arn in arns] == [0, 1]
    control.deny("DeleteTags")
    assert DENIED.format("DeleteTags") in tagging.remove_tag(arns[1], "k")
    assert tagging.remove_tag(arns[1], "k") is None


def test_the_tagging_api_lists_no_job_whose_deletion_is_over(
    tagging: Any, pace: Callable[[float], None]
) -> None:
    studio = tagging.studio()
    studio.create_job("j", Tags=[{"Key": "k", "Value": "v"}])
    pace(3600)
    studio.sagemaker.delete_training_job(TrainingJobName="j")
    assert len(tagging.tagging.get_resources()["ResourceTagMappingList"]) == 1
    pace(0)
    assert tagging.tagging.get_resources()["ResourceTagMappingList"] == []


def test_a_job_is_released_where_it_should_be_by_now(
    sagemock: Any, make_studio: Any, pace: Callable[[float], None]
) -> None:
    studio = make_studio(sagemock.client)
    control.hold_training_job(at="Downloading")
    pace(3600)
    studio.create_job("j")
    pace(0)
    assert control.release("j") == ["j"]
    assert studio.job("j")["TrainingJobStatus"] == "Completed"


def test_what_is_denied_may_still_be_looked_at(sagemock: Any) -> None:
    """The pages of the console read what is there; they are no calls of the code under test."""
    sagemock.client("sagemaker").create_model(ModelName="m", ExecutionRoleArn=ROLE)
    control.throttle("*")
    browser = Client(application(over_http=False))
    for path in ("/search?resource=Model", "/models/m", "/suggestions.json?hint=x", "/models"):
        assert browser.get(f"/sagemock{path}").status_code == 200
    assert len(control.rules()) == 1, "and none of them used the rule up"


def test_the_console_shows_what_is_due(
    sagemock: Any, make_studio: Any, pace: Callable[[float], None]
) -> None:
    studio = make_studio(sagemock.client)
    for name in ("job", "list", "home"):
        pace(3600)
        studio.create_job(name)
        pace(0)
        browser = Client(application(over_http=False))
        path = {"job": "/training-jobs/job", "list": "/search", "home": "/"}[name]
        page = browser.get(f"/sagemock{path}").text
        assert "Completed" in page
        assert "InProgress" not in page


def test_a_name_is_free_for_a_control_once_its_deletion_is_over(
    controls: Any, pace: Callable[[float], None]
) -> None:
    studio = controls.studio()
    assert controls.act() is None
    pace(3600)
    studio.sagemaker.delete_training_job(TrainingJobName="ready")
    assert "a training job named 'ready' exists" in controls.act()
    pace(0)
    assert controls.act() is None


def test_a_control_refuses_what_the_operation_refuses_beyond_the_model(sagemock: Any) -> None:
    with pytest.raises(ValueError, match="MaxWaitTimeInSeconds"):
        control.add_training_job("j", EnableManagedSpotTraining=True)


def test_a_rule_is_not_for_what_was_due_before_it(sagemock: Any, make_studio: Any) -> None:
    studio = make_studio(sagemock.client)
    studio.create_config()
    kind = "sagemaker::endpoint"
    state_manager.set_transition(kind, {"progression": "time", "seconds": 3600})
    try:
        studio.sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
        state_manager.set_transition(kind, {"progression": "time", "seconds": 0})
        control.fail_endpoint()
        assert studio.endpoint()["EndpointStatus"] == "InService"
        assert len(control.rules()) == 1
    finally:
        state_manager.unset_transition(kind)


def test_health_counts_nothing_as_waiting_that_is_due(
    sagemock_server: Any, make_studio: Any, pace: Callable[[float], None]
) -> None:
    studio = make_studio(sagemock_server.client)
    pace(3600)
    control.hold_training_job(at="Downloading")
    studio.create_job("j")

    def under_way() -> dict[str, int]:
        answer = requests.get(f"{sagemock_server.url}/sagemock/health", timeout=60)
        counts: dict[str, int] = answer.json()["under_way"]
        return counts

    while (counts := under_way()) == {"working": 1}:
        pass
    assert counts == {"waiting for its pace": 1}
    pace(0)
    assert under_way() == {"held": 1}
    control.release()
