"""The page of moto's tests that differ from AWS is read by the suite that runs them."""

from __future__ import annotations

from tests.compat.moto_suite import known_differences


def test_each_table_is_read() -> None:
    always, strict = known_differences("off"), known_differences("strict")
    assert always
    assert always < strict
    assert "test_create_endpoint_config" in strict - always
