"""Sixteen clients at once: every acknowledged thing is there exactly once, in List and Search."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import boto3
import pytest
from botocore.exceptions import ClientError
from tests.api.conftest import ROLE, job

from sagemock import control
from sagemock.server import SageMockServer

CLIENTS = 16


@pytest.fixture
def server() -> Iterator[SageMockServer]:
    with SageMockServer() as server:
        yield server


class Contender:
    """One of many clients; each has names of its own, and some that all want."""

    def __init__(self, server: SageMockServer, number: int) -> None:
        self.sagemaker = boto3.client("sagemaker", endpoint_url=server.url)
        self.number = number
        self.created: list[str] = []
        self.refused: list[str] = []
        self.broken: BaseException | None = None

    def name(self, step: int) -> str:
        """Every third name is fought for by all."""
        return f"all-{step}" if step % 3 == 0 else f"own-{self.number}-{step}"

    def work(self) -> None:
        try:
            for step in range(self.steps):
                name = self.name(step)
                try:
                    arn = self.create(name)
                except ClientError as error:
                    self.refused.append(str(error))
                    continue
                self.created.append(name)
                self.use(name, arn, step)
        except BaseException as error:
            self.broken = error

    steps = 0

    def create(self, name: str) -> str:
        raise NotImplementedError

    def use(self, name: str, arn: str, step: int) -> None:
        raise NotImplementedError


def compete(server: SageMockServer, kind: type[Contender], message: str) -> list[Contender]:
    """Let sixteen of a kind work; every name that all want has one winner."""
    contenders = [kind(server, number) for number in range(CLIENTS)]
    threads = [threading.Thread(target=each.work) for each in contenders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.broken for each in contenders if each.broken] == []
    refused = [text for each in contenders for text in each.refused]
    assert [text for text in refused if message not in text] == []
    created = [name for each in contenders for name in each.created]
    assert len(set(created)) == len(created)
    shared = len(range(0, kind.steps, 3))
    own = kind.steps - shared
    assert (len(created), len(refused)) == (shared + CLIENTS * own, (CLIENTS - 1) * shared)
    return contenders


class ModelMaker(Contender):
    steps = 24

    def create(self, name: str) -> str:
        arn: str = self.sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE)["ModelArn"]
        return arn

    def use(self, name: str, arn: str, step: int) -> None:
        self.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "step", "Value": str(step)}])


@pytest.mark.slow
def test_no_model_is_lost(server: SageMockServer) -> None:
    contenders = compete(server, ModelMaker, "Cannot create already existing model")
    created = sorted(name for each in contenders for name in each.created)
    sagemaker = boto3.client("sagemaker", endpoint_url=server.url)
    pages = sagemaker.get_paginator("list_models").paginate()
    assert sorted(each["ModelName"] for page in pages for each in page["Models"]) == created
    pages = sagemaker.get_paginator("search").paginate(Resource="Model")
    models = [each["Model"]["Model"] for page in pages for each in page["Results"]]
    assert sorted(model["ModelName"] for model in models) == created
    assert all(
        model["Tags"] == [{"Key": "step", "Value": model["ModelName"].rsplit("-", 1)[1]}]
        for model in models
    )


class JobMaker(Contender):
    """Makes jobs, looks at them, tags them, finds them, stops every third, deletes another."""

    steps = 24
    deleted: list[str]

    def __init__(self, server: SageMockServer, number: int) -> None:
        super().__init__(server, number)
        self.deleted = []

    def create(self, name: str) -> str:
        tags = [{"Key": "owner", "Value": f"client-{self.number}"}]
        arn: str = self.sagemaker.create_training_job(**job(name, Tags=tags))["TrainingJobArn"]
        return arn

    def use(self, name: str, arn: str, step: int) -> None:
        assert self.status(name) in ("InProgress", "Completed")
        self.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "step", "Value": str(step)}])
        assert self.mine("step", str(step)) == [name]
        if step % 3 == 1:
            # These are held, so that there is something to stop.
            self.sagemaker.stop_training_job(TrainingJobName=name)
            self.await_status(name, "Stopped")
        if step % 3 == 2:
            self.await_status(name, "Completed")
            self.sagemaker.delete_training_job(TrainingJobName=name)
            self.deleted.append(name)
            assert self.mine("step", str(step)) == []
        listed = self.sagemaker.list_training_jobs(SortOrder="Descending")
        names = [each["TrainingJobName"] for each in listed["TrainingJobSummaries"]]
        assert len(set(names)) == len(names)
        assert not set(names) & set(self.deleted)

    def status(self, name: str) -> str:
        described = self.sagemaker.describe_training_job(TrainingJobName=name)
        status: str = described["TrainingJobStatus"]
        return status

    def await_status(self, name: str, status: str) -> None:
        for _ in range(1000):
            if self.status(name) == status:
                return
        raise AssertionError(f"{name} is {self.status(name)}")

    def mine(self, key: str, value: str) -> list[str]:
        """This client's jobs with a tag, as Search finds them."""
        tags = {"owner": f"client-{self.number}", key: value}
        filters = [
            {"Name": f"Tags.{name}", "Operator": "Equals", "Value": wanted}
            for name, wanted in tags.items()
        ]
        response = self.sagemaker.search(
            Resource="TrainingJob", SearchExpression={"Filters": filters}
        )
        return [each["TrainingJob"]["TrainingJobName"] for each in response["Results"]]


@pytest.mark.full
def test_no_job_is_lost(server: SageMockServer) -> None:
    for step in range(1, JobMaker.steps, 3):
        control.hold_training_job(name=f"own-*-{step}", times=None)
    contenders = compete(server, JobMaker, "a training job with this name already exists")
    kept = sorted(name for each in contenders for name in each.created if name not in each.deleted)
    sagemaker = boto3.client("sagemaker", endpoint_url=server.url)
    waiter = sagemaker.get_waiter("training_job_completed_or_stopped")
    for step in range(0, JobMaker.steps, 3):
        waiter.wait(TrainingJobName=f"all-{step}")
    pages = sagemaker.get_paginator("list_training_jobs").paginate()
    listed = [each for page in pages for each in page["TrainingJobSummaries"]]
    assert sorted(each["TrainingJobName"] for each in listed) == kept
    pages = sagemaker.get_paginator("search").paginate(Resource="TrainingJob")
    jobs = [each["TrainingJob"] for page in pages for each in page["Results"]]
    assert sorted(each["TrainingJobName"] for each in jobs) == kept
    for each in jobs:
        name = each["TrainingJobName"]
        stopped = int(name.rsplit("-", 1)[1]) % 3 == 1
        assert each["TrainingJobStatus"] == ("Stopped" if stopped else "Completed"), name
        tags = {tag["Key"]: tag["Value"] for tag in each["Tags"]}
        assert tags["step"] == name.rsplit("-", 1)[1]
        assert name.startswith("all-") or name.startswith(f"own-{tags['owner'][7:]}-")
    pages = sagemaker.get_paginator("search").paginate(Resource="ExperimentTrialComponent")
    components = [each["TrialComponent"] for page in pages for each in page["Results"]]
    statuses = {each["TrialComponentName"]: each["Status"]["PrimaryStatus"] for each in components}
    assert len(statuses) == len(components) == sum(len(each.created) for each in contenders)
    for each in jobs:
        assert statuses[f"{each['TrainingJobName']}-aws-training-job"] == each["TrainingJobStatus"]
