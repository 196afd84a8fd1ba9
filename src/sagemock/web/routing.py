"""Which of SageMaker's services a request to the server is for, where moto cannot tell."""

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
"""The beginning of a path that may be a bucket of S3."""

_S3_POSTS = frozenset({"delete", "restore", "select", "uploadId", "uploads"})
"""Names in the query of POST requests to S3, except for forms of browsers."""


def names_sagemaker(environ: dict[str, Any]) -> bool:
    """Whether the target header names an operation of the control plane."""
    target: str = environ.get("HTTP_X_AMZ_TARGET", "")
    return target.startswith(TARGET_PREFIX)


def service(environ: dict[str, Any]) -> str | None:
    """The first label of the host of a request's SageMaker service; None for other services."""
    if names_sagemaker(environ):
        return "api"
    matching = rest_service(environ)
    if matching is None or (_BUCKET.match(_path(environ)) and not _is_not_for_s3(environ)):
        return None
    return matching.host.partition(".")[0]


def rest_service(environ: dict[str, Any]) -> Service | None:
    """The REST service that has an operation with the method and path of a request."""
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
    """The raw path, percent-encoded; without the host in a request to a proxy."""
    uri: str = environ.get("RAW_URI", "") or quote(environ.get("PATH_INFO", ""), encoding="latin-1")
    return uri.partition("?")[0] if uri.startswith("/") else urlsplit(uri).path


def _is_not_for_s3(environ: dict[str, Any]) -> bool:
    """Whether a request is a POST that S3 does not have.

    moto takes unsigned requests to be for S3, whose handler fails on such a request.
    """
    kind: str = environ.get("CONTENT_TYPE", "")
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    return (
        environ.get("REQUEST_METHOD") == "POST"
        and _S3_POSTS.isdisjoint(query)
        and not kind.startswith("multipart/form-data")
    )


def host_of_unsigned(environ: dict[str, Any]) -> str | None:
    """The host that an unsigned request is for, as moto knows it; None if moto must tell."""
    host = known_to_moto(hostname(f"//{environ.get('HTTP_HOST', '')}"))
    if host is not None:
        return host
    name = service(environ)
    return None if name is None else _host(name)


def host_of_unknown(environ: dict[str, Any]) -> str | None:
    """The host of an unsigned request for which moto finds no service; None for S3.

    SageMaker has further services with paths to which clients POST; the control plane refuses
    these requests with a proper error.
    """
    is_path = environ.get("PATH_INFO", "/") != "/"
    return _host("api") if is_path and _is_not_for_s3(environ) else None


def _host(name: str, region: str | None = None) -> str:
    return f"{name}.sagemaker.{region or default_region()}.amazonaws.com"


def sagemaker_host(host: str, environ: dict[str, Any]) -> str:
    """The host of the SageMaker service that a request is for; any other host as it is.

    moto takes the service from the signature, where nearly all of SageMaker's have the same name.

    Parameters
    ----------
    host
        The host by moto's rules.
    environ
        The WSGI environment of the request.
    """
    plain = standard(host)
    if plain is None or not is_sagemaker(plain):
        return host
    matching = rest_service(environ)
    name = "api" if matching is None else matching.host.partition(".")[0]
    return _host(name, plain.split(".")[-3])
