"""Which of SageMaker's services a request to the server is for, where moto would not know."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from sagemock.accounts.regions import default_region
from sagemock.moto_adapter.aws_hosts import is_sagemaker, known_to_moto, standard
from sagemock.web.hosts import hostname
from sagemock.wire import service_model
from sagemock.wire.rest_routes import router
from sagemock.wire.service_model import TARGET_PREFIX, Service

_BUCKET = re.compile(r"/[a-z0-9][a-z0-9.-]{2,62}(/|$)")
"""How a path begins that may be one of S3."""

_S3_POSTS = frozenset({"delete", "restore", "select", "uploadId", "uploads"})
"""What the query of a POST to S3 names, if it is not a browser's form."""


def names_sagemaker(environ: dict[str, Any]) -> bool:
    """Whether the request carries an operation of the control plane."""
    target: str = environ.get("HTTP_X_AMZ_TARGET", "")
    return target.startswith(TARGET_PREFIX)


def service(environ: dict[str, Any]) -> str | None:
    """The first part of the host of SageMaker's service; None for requests of other services."""
    if names_sagemaker(environ):
        return "api"
    found = rest_service(environ)
    if found is None or (_BUCKET.match(_path(environ)) and not _is_not_for_s3(environ)):
        return None
    return found.host.partition(".")[0]


def rest_service(environ: dict[str, Any]) -> Service | None:
    """The service of which an operation has the method and the path of a request."""
    method, path = environ.get("REQUEST_METHOD", ""), _path(environ)
    return next(
        (
            each
            for each in service_model.SERVICES
            if each.protocol == "rest-json" and router(each.name).match(method, path)
        ),
        None,
    )


def _path(environ: dict[str, Any]) -> str:
    """The path as it came, percent-encoded; without the host that clients name to a proxy."""
    uri: str = environ.get("RAW_URI", "") or quote(environ.get("PATH_INFO", ""), encoding="latin-1")
    return uri.partition("?")[0] if uri.startswith("/") else urlsplit(uri).path


def _is_not_for_s3(environ: dict[str, Any]) -> bool:
    """Whether a request is a POST that S3 does not have.

    moto takes unsigned requests for S3's, and would break on this one there.
    """
    kind: str = environ.get("CONTENT_TYPE", "")
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    return (
        environ.get("REQUEST_METHOD") == "POST"
        and _S3_POSTS.isdisjoint(query)
        and not kind.startswith("multipart/form-data")
    )


def host_of_unsigned(environ: dict[str, Any]) -> str | None:
    """The host that an unsigned request is for, as moto knows it; None where moto has to look."""
    host = known_to_moto(hostname(f"//{environ.get('HTTP_HOST', '')}"))
    if host is not None:
        return host
    name = service(environ)
    return None if name is None else _host(name)


def host_of_unknown(environ: dict[str, Any]) -> str | None:
    """Where an unsigned request goes that moto finds no service for; None for S3.

    SageMaker's other services have many paths to which clients POST; the control plane refuses
    them all.
    """
    is_path = environ.get("PATH_INFO", "/") != "/"
    return _host("api") if is_path and _is_not_for_s3(environ) else None


def _host(name: str, region: str | None = None) -> str:
    return f"{name}.sagemaker.{region or default_region()}.amazonaws.com"


def sagemaker_host(host: str, environ: dict[str, Any]) -> str:
    """The host of one of SageMaker's services; that of the control plane where there is none.

    moto finds the service in the signature, where it is the same for nearly all of them.
    """
    plain = standard(host)
    if plain is None or not is_sagemaker(plain):
        return host
    found = rest_service(environ)
    return _host("api" if found is None else found.host.partition(".")[0], plain.split(".")[-3])
