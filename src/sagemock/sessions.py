"""boto3 sessions that share botocore's parsed service models.

A fresh session parses the JSON of each service it makes a client for; for SageMaker that
is most of the cost of a small test.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
import botocore.session


@cache
def loader() -> Any:
    """One botocore data loader for the process; it remembers what it has parsed."""
    return botocore.session.get_session().get_component("data_loader")


def new_session(region: str) -> boto3.Session:
    """A boto3 session with nothing shared but the service models."""
    core = botocore.session.get_session()
    core.register_component("data_loader", loader())
    return boto3.Session(botocore_session=core, region_name=region)
