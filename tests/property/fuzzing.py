"""What the fuzz tests have in common."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

REGION = "us-east-1"
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
