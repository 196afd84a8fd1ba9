"""The role that commands of `sagemock run` have, read through every operation of IAM and STS.

Each answer is compared with that for the same role made by boto3.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.moto_adapter.conftest import Client

from sagemock.moto_adapter import execution_role
from sagemock.moto_adapter.execution_role import execution_roles

THEIRS = "Theirs"
OF_THE_MOMENT = {"CreateDate", "RoleId", "ResponseMetadata", "RoleLastUsed"}


@pytest.fixture
def credentials(client: Client) -> Iterator[dict[str, str]]:
    yield execution_roles.assume("us-east-1")
    execution_roles.forget()


@pytest.fixture
def iam(client: Client, credentials: dict[str, str]) -> Any:
    """A client; there is our role, and the same one under the name `Theirs`."""
    iam = client("iam")
    ours = iam.get_role(RoleName=execution_role.NAME)["Role"]
    iam.create_role(
        RoleName=THEIRS,
        Path=execution_role.PATH,
        AssumeRolePolicyDocument=json.dumps(ours["AssumeRolePolicyDocument"]),
        Description=ours["Description"],
        MaxSessionDuration=43200,
    )
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
    iam.put_role_policy(RoleName=THEIRS, PolicyName="Everything", PolicyDocument=json.dumps(policy))
    return iam


def scrubbed(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {name: scrubbed(item) for name, item in answer.items() if name not in OF_THE_MOMENT}
    if isinstance(answer, list):
        return [scrubbed(item) for item in answer]
    if isinstance(answer, str):
        return answer.replace(f"/{THEIRS}", "/SageMaker").replace(THEIRS, "SageMaker")
    return answer


def test_the_role(iam: Any) -> None:
    for operation, more in (
        (iam.get_role, {}),
        (iam.list_role_policies, {}),
        (iam.get_role_policy, {"PolicyName": "Everything"}),
        (iam.list_attached_role_policies, {}),
        (iam.list_role_tags, {}),
        (iam.list_instance_profiles_for_role, {}),
    ):
        ours = scrubbed(operation(RoleName="SageMaker", **more))
        assert ours == scrubbed(operation(RoleName=THEIRS, **more))
    assert iam.get_role(RoleName="SageMaker")["Role"]["MaxSessionDuration"] == 43200


def test_lists(iam: Any) -> None:
    pages = iam.get_paginator("list_roles").paginate(PathPrefix=execution_role.PATH)
    ours, theirs = (scrubbed(each) for page in pages for each in page["Roles"])
    assert ours == theirs
    details = iam.get_account_authorization_details(Filter=["Role"])["RoleDetailList"]
    ours, theirs = (scrubbed(each) for each in details)
    assert ours == theirs
    arn = iam.get_role(RoleName="SageMaker")["Role"]["Arn"]
    answer = iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=["s3:GetObject"])
    assert [each["EvalDecision"] for each in answer["EvaluationResults"]] == ["allowed"]


def test_the_session(client: Client, credentials: dict[str, str]) -> None:
    sts = client(
        "sts",
        aws_access_key_id=credentials["access_key_id"],
        aws_secret_access_key=credentials["secret_access_key"],
        aws_session_token=credentials["session_token"],
    )
    identity = sts.get_caller_identity()
    assert identity["Arn"] == "arn:aws:sts::123456789012:assumed-role/SageMaker/SageMaker"
    assert identity["Account"] == "123456789012"


def test_delete(iam: Any) -> None:
    for name in ("SageMaker", THEIRS):
        iam.delete_role_policy(RoleName=name, PolicyName="Everything")
        iam.delete_role(RoleName=name)
    assert iam.list_roles()["Roles"] == []
