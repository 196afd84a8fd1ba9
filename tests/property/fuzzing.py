"""What the fuzz tests have in common."""

from __future__ import annotations

import json
from typing import Any

from botocore.parsers import create_parser
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st

from sagemock import api
from sagemock.api import operations
from sagemock.errors import NotOurs
from sagemock.moto_adapter.backend import world_of
from sagemock.wire import dispatch, service_model

ACCOUNT = "123456789012"
REGION = "us-east-1"
OPERATIONS = st.sampled_from(sorted(api.OPERATIONS))
SCOPE = f"AWS4-HMAC-SHA256 Credential=key/20260101/{REGION}/sagemaker/aws4_request"
"""A signature, as far as anybody reads it here."""

DEFECT = "this is a defect of sagemock"
"""What an answer says when something broke."""

fuzzing = settings(
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
        HealthCheck.filter_too_much,
    ]
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def call(operation: str, body: bytes) -> tuple[int, dict[str, Any]]:
    """Status and body of the answer, which botocore must be able to parse."""
    try:
        answer = dispatch.call(
            operations.call_of(world_of(ACCOUNT, REGION), service_model.CONTROL_PLANE, operation),
            body,
        )
    except NotOurs:
        # Left to moto, whose answers are its own.
        assume(False)
        raise
    model = service_model.operation(service_model.CONTROL_PLANE, operation)
    sent = answer.body.encode() if isinstance(answer.body, str) else answer.body
    create_parser("json").parse(
        {"status_code": answer.status, "headers": answer.headers, "body": sent},
        model.output_shape,
    )
    return answer.status, json.loads(sent) if sent else {}


def text_of(answer: dict[str, Any]) -> str:
    return str(answer.get("message") or answer.get("Message"))
