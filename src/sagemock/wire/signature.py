"""The `Authorization` header: the credential scope that it names, and whether it can be parsed.

As in moto, signatures are optional and are not verified. But the credential scope names the key,
region and service of the call, and so it must be complete.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from sagemock.errors import IncompleteSignatureException
from sagemock.wire import http_responses

SIGV4 = "AWS4-"
HMAC = "AWS4-HMAC-SHA256"

_OTHERS_TOKENS = re.compile(r"(^|\.)(execute-api|appsync-api|lambda-url|iot|data-ats\.iot)\.")
"""Hosts behind which users have custom authorizers, with tokens in any format."""

_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Credential:
    """The credential of a version 4 signature, `AKIA/20260101/us-east-1/s3/aws4_request`."""

    key: str
    date: str
    region: str
    service: str
    terminator: str


def credential(authorization: str) -> Credential | None:
    """The credential in an `Authorization` header.

    Parameters
    ----------
    authorization
        The value of the header.

    Returns
    -------
    Credential or None
        None when the scheme is not `AWS4-HMAC-SHA256`.

    Raises
    ------
    ValueError
        With AWS's message, for a header that cannot be parsed.
    """
    scheme, _, rest = authorization.strip().partition(" ")
    if not rest.strip():
        raise ValueError(
            f"'{scheme}' not a valid key=value pair (missing equal-sign) in Authorization header: "
            f"'{authorization}'."
        )
    if not scheme.startswith(SIGV4):
        return None
    scope = _parameters(rest).get("Credential", "")
    if not scope:
        raise ValueError(
            f"Authorization header requires 'Credential' parameter. Authorization={authorization}"
        )
    if scheme != HMAC:
        return None
    parts = scope.split("/")
    if len(parts) != 5 or not all(parts):
        raise ValueError(
            "Credential must have exactly 5 slash-delimited elements, e.g. "
            f"keyid/date/region/service/term, got '{scope}'"
        )
    return Credential(*parts)


def _parameters(text: str) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in text.split(","))
    return {name: value.strip() for name, _, value in pairs}


def error_response(
    headers: Any, host: str, *, of_sagemaker: bool
) -> http_responses.HttpResponse | None:
    """The response to a request whose `Authorization` cannot be parsed; None for all others.

    Parameters
    ----------
    headers
        The headers of the request, in a mapping that ignores case.
    host
        The host of the request, in its plain form.
    of_sagemaker
        Whether the request is for SageMaker, which accepts no other scheme than version 4.
    """
    authorization = _header(headers, "Authorization")
    if not authorization.strip() or _OTHERS_TOKENS.search(host):
        return None
    try:
        if credential(authorization) is None and of_sagemaker:
            raise ValueError(
                f"Authorization header requires 'Credential' parameter. "
                f"Authorization={authorization}"
            )
    except ValueError as error:
        return _answer(headers, str(error), of_sagemaker)
    return None


def _header(headers: Any, name: str) -> str:
    value: str | bytes = headers.get(name) or ""
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _answer(headers: Any, text: str, of_sagemaker: bool) -> http_responses.HttpResponse:
    """The error in the protocol of the request, as far as its headers tell."""
    text = text.encode("ascii", "backslashreplace").decode()
    error = IncompleteSignatureException(text)
    kind = _header(headers, "Content-Type")
    if "X-Amz-Target" in headers:
        return http_responses.json_error(error)
    if of_sagemaker or "json" in kind:
        return http_responses.rest_error(error)
    if kind.startswith(_FORM):
        code, outer = "IncompleteSignature", "<ErrorResponse>{}</ErrorResponse>"
    else:
        code, outer = "AuthorizationHeaderMalformed", "{}"
    inner = f"<Error><Code>{code}</Code><Message>{escape(text)}</Message></Error>"
    answer_headers = {**http_responses.common_headers(), "Content-Type": "text/xml"}
    return http_responses.HttpResponse(error.status, answer_headers, outer.format(inner))


def first_credential(authorization: str) -> str:
    """The header with its credential as the first parameter, where moto expects it."""
    parsed = credential(authorization)
    if parsed is None:
        return authorization
    scope = "/".join((parsed.key, parsed.date, parsed.region, parsed.service, parsed.terminator))
    rest = _parameters(authorization.strip().partition(" ")[2])
    others = "".join(f", {name}={value}" for name, value in rest.items() if name != "Credential")
    return f"{HMAC} Credential={scope}{others}"
