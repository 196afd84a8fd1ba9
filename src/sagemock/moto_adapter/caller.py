"""Who calls, and in which region: moto's own rules, and moto's own IAM check."""

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
    account_id: str
    region: str


class AccessDenied(Exception):
    """moto's IAM simulation is on and refuses the call; carries moto's answer."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(body)
        self.status = status
        self.body = body


class _Rules(BaseResponse):
    """moto's way to read account and region from a request, without its costly set-up."""

    def __init__(self, request: Any, url: str) -> None:
        super().__init__(service_name="sagemaker")
        self.headers = request.headers
        self.querystring = {}
        self.region = self.get_region_from_url(request, url)

    def caller(self) -> Caller:
        return Caller(self.get_current_account(), self.region)


def identify(request: Any, url: str) -> Caller:
    """The account and region of a request."""
    return _Rules(request, url).caller()


def authorize(request: Any, url: str) -> None:
    """moto's IAM simulation, where a test has switched it on.

    Raises `AccessDenied` when the caller lacks the permission.
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
