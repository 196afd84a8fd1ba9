"""The account and region of a request by moto's rules, and moto's IAM check."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from moto import settings
from moto.core.responses import BaseResponse
from werkzeug.exceptions import HTTPException


@dataclass(frozen=True, slots=True)
class Caller:
    """The account and region that a request is for, and the access key that signed it."""

    account_id: str
    region: str
    access_key: str


class AccessDenied(Exception):
    """The IAM simulation of moto refuses the call.

    Attributes
    ----------
    status
        The HTTP status of moto's response.
    body
        Its body.
    """

    def __init__(self, status: int, body: str) -> None:
        super().__init__(body)
        self.status = status
        self.body = body


class _CallerReader(BaseResponse):
    """Reads account and region from a request as moto does, without moto's costly set-up."""

    def __init__(self, request: Any, url: str) -> None:
        super().__init__(service_name="sagemaker")
        self.headers = request.headers
        self.querystring = {}
        self.region = self.get_region_from_url(request, url)

    def caller(self) -> Caller:
        return Caller(self.get_current_account(), self.region, self.get_access_key())


def identify(request: Any, url: str) -> Caller:
    """The account, region and access key of a request."""
    return _CallerReader(request, url).caller()


def authorize(request: Any, url: str) -> None:
    """Apply the IAM simulation of moto, where a test has switched it on.

    Raises
    ------
    AccessDenied
        When the caller lacks the permission.
    """
    if math.isinf(settings.INITIAL_NO_AUTH_ACTION_COUNT):
        return
    response = BaseResponse("sagemaker")
    response.setup_class(request, url, request.headers)
    try:
        response._authenticate_and_authorize_normal_action("*")
    except HTTPException as error:
        body = error.description or json.dumps({"__type": "AccessDeniedException"})
        raise AccessDenied(error.code or 403, str(body)) from error
