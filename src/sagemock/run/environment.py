"""The environment variables of a command that `sagemock run` starts. Pure."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sagemock.accounts.regions import FALLBACK
from sagemock.run.injected.sitecustomize import URL_VARIABLE, is_aws

INJECTED = str(Path(__file__).with_name("injected"))
"""The folder whose `sitecustomize` makes Python processes use the server."""

DROPPED = (
    # They would override the credentials or the endpoint that are set here.
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The credentials that clients sign with: those of the role that the command assumes."""

    access_key_id: str
    secret_access_key: str
    session_token: str


def for_command(
    environ: Mapping[str, str], url: str, region: str | None, credentials: Credentials
) -> dict[str, str]:
    """Return the environment variables by which AWS clients reach a server.

    Parameters
    ----------
    environ
        The user's environment variables.
    url
        The URL of the server.
    region
        The region of the clients; by default that of the environment.
    credentials
        What the clients sign with.
    """
    variables = {name: value for name, value in environ.items() if not _is_dropped(name, value)}
    region = region or region_of(environ)
    variables.update(
        {
            URL_VARIABLE: url,
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
            "AWS_SESSION_TOKEN": credentials.session_token,
            "AWS_DEFAULT_REGION": region,
            "AWS_REGION": region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONPATH": _before(INJECTED, environ.get("PYTHONPATH"), os.pathsep),
        }
    )
    for name in ("NO_PROXY", "no_proxy"):
        variables[name] = _before("127.0.0.1,localhost", environ.get(name), ",")
    return variables


def region_of(environ: Mapping[str, str]) -> str:
    """Return the region that the environment names, or the default."""
    return environ.get("AWS_DEFAULT_REGION") or environ.get("AWS_REGION") or FALLBACK


def _is_dropped(name: str, value: str) -> bool:
    return name in DROPPED or (name.startswith("AWS_ENDPOINT_URL_") and is_aws(value))


def _before(first: str, rest: str | None, separator: str) -> str:
    return f"{first}{separator}{rest}" if rest else first
