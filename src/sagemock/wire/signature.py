"""The `Authorization` header: what it says of a request's service, and whether it can be read.

Signatures are not verified, as in moto, and need not be there; but the credential says who calls
which service where, so that it has to be whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from sagemock.errors import IncompleteSignatureException
from sagemock.wire import answers

SIGV4 = "AWS4-"
HMAC = "AWS4-HMAC-SHA256"

_OTHERS_TOKENS = re.compile(r"(^|\.)(execute-api|appsync-api|lambda-url|iot|data-ats\.iot)\.")
"""Hosts behind which users have authorizers of their own, with tokens in any form."""

_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Credential:
    """The scope of a signature of version 4, such as `AKIA/20260101/us-east-1/s3/aws4_request`."""

    key: str
    date: str
    region: str
    service: str
    terminator: str


def credential(authorization: str) -> Credential | None:
    """The credential of a header; None when it is not one of HMAC and version 4.

    Raises ValueError, with AWS's text, for a header that cannot be read.
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


def refusal(headers: Any, host: str, *, of_sagemaker: bool) -> answers.Answer | None:
    """The answer to a request whose `Authorization` cannot be read; None for all others.

    headers: a mapping that ignores case.
    of_sagemaker: whether the request is one for SageMaker, which takes no other scheme.
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


def _answer(headers: Any, text: str, of_sagemaker: bool) -> answers.Answer:
    """The refusal in the protocol of the request, as far as its headers show it."""
    text = text.encode("ascii", "backslashreplace").decode()
    error = IncompleteSignatureException(text)
    kind = _header(headers, "Content-Type")
    if "X-Amz-Target" in headers:
        return answers.json_error(error)
    if of_sagemaker or "json" in kind:
        return answers.rest_error(error)
    if kind.startswith(_FORM):
        code, outer = "IncompleteSignature", "<ErrorResponse>{}</ErrorResponse>"
    else:
        code, outer = "AuthorizationHeaderMalformed", "{}"
    inner = f"<Error><Code>{code}</Code><Message>{escape(text)}</Message></Error>"
    answer_headers = {**answers.common_headers(), "Content-Type": "text/xml"}
    return answers.Answer(error.status, answer_headers, outer.format(inner))


def first_credential(authorization: str) -> str:
    """The header with its credential in front, where moto looks for it."""
    known = credential(authorization)
    if known is None:
        return authorization
    scope = "/".join((known.key, known.date, known.region, known.service, known.terminator))
    rest = _parameters(authorization.strip().partition(" ")[2])
    others = "".join(f", {name}={value}" for name, value in rest.items() if name != "Credential")
    return f"{HMAC} Credential={scope}{others}"
