"""The names of AWS's hosts, in all forms that clients build from region and options.

A service has several: FIPS (`api-fips.sagemaker.`, `api.sagemaker-fips.`), dual-stack
(`.api.aws`), VPC endpoints (`vpce-1a-2b.api.sagemaker.<region>.vpce.amazonaws.com`), and each
partition has domains of its own. moto knows one form of most: `<service>.<region>.amazonaws.com`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from sagemock.run.injected.sitecustomize import AWS_SUFFIXES

STANDARD = "amazonaws.com"

_DROPPED = frozenset({"dualstack", "fips"})
_BEFORE_VPCE = {"bucket": "s3", "accesspoint": "s3-accesspoint", "control": "s3-control"}
"""The prefixes of the hosts of S3's VPC endpoints, and the service of each."""

DOMAINS = tuple(sorted(AWS_SUFFIXES, key=len, reverse=True))
"""Every domain of AWS's hosts, longest first, so that the first one that matches is complete."""


@lru_cache(maxsize=4096)
def standard(host: str) -> str | None:
    """The plain form of an AWS host, in the domain `amazonaws.com`; None for other hosts.

    Parameters
    ----------
    host
        A host name without a port, in any case, with or without the trailing dot of the root.

    Examples
    --------
    >>> standard("api-fips.sagemaker.cn-north-1.amazonaws.com.cn.")
    'api.sagemaker.cn-north-1.amazonaws.com'
    >>> standard("vpce-1a-2b.api.sagemaker.us-east-1.vpce.amazonaws.com")
    'api.sagemaker.us-east-1.amazonaws.com'
    """
    split = _split(host)
    return None if split is None else ".".join((*_plain(split[0]), STANDARD))


def _split(host: str) -> tuple[list[str], str] | None:
    """The labels before the domain, and the domain; None for a host that is not AWS's."""
    host = host.lower().rstrip(".")
    domain = next((each for each in DOMAINS if f".{host}".endswith(f".{each}")), None)
    if domain is None:
        return None
    return [label for label in host.removesuffix(domain).split(".") if label], domain


def _plain(labels: list[str]) -> list[str]:
    labels = _without_vpc_endpoint(labels)
    return [label.removesuffix("-fips") for label in labels if label not in _DROPPED]


def _without_vpc_endpoint(labels: list[str]) -> list[str]:
    if labels[-1:] != ["vpce"]:
        return labels
    index = next((i for i, label in enumerate(labels) if label.startswith("vpce-")), None)
    if index is None:
        return labels[:-1]
    before, service = labels[:index], labels[index + 1 : -1]
    if before and service[:1] == ["s3"]:
        service = [_BEFORE_VPCE.get(before[-1], "s3"), *service[1:]]
        before = before[:-1] if before[-1] in _BEFORE_VPCE else before
    return before + service


@lru_cache(maxsize=4096)
def known_to_moto(host: str) -> str | None:
    """The form of a host that moto routes to a service; None for hosts that are not AWS's.

    A host that differs from its plain form only in its domain is kept where moto knows it.

    Parameters
    ----------
    host
        As in `standard`.
    """
    split = _split(host)
    if split is None:
        return None
    labels, domain = split
    plain = ".".join((*_plain(labels), STANDARD))
    original = ".".join((*labels, domain))
    is_kept = _plain(labels) == labels and not is_sagemaker(plain) and _is_known(original)
    return original if is_kept else plain


def is_sagemaker(plain: str) -> bool:
    """Whether a host, in its plain form, belongs to one of SageMaker's services."""
    return re.search(r"(^|\.)sagemaker[.-]", plain) is not None


def _is_known(host: str) -> bool:
    from moto.backend_index import backend_url_patterns
    from moto.core.utils import get_equivalent_url_in_aws_domain

    url = get_equivalent_url_in_aws_domain(f"https://{host}/")[0].geturl()
    return any(pattern.match(url) for _, pattern in backend_url_patterns)


def url_known_to_moto(url: str) -> str:
    """`url` with its host as in `known_to_moto` and without a port; unchanged if not AWS's."""
    try:
        parts = urlsplit(url)
        host = known_to_moto(parts.hostname or "")
    except ValueError:
        return url
    if host is None:
        return url
    rebuilt = SplitResult(parts.scheme, host, parts.path or "/", parts.query, parts.fragment)
    return rebuilt.geturl()
