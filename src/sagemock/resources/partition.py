"""What differs between AWS's partitions: the suffix of host names, and the console's URL."""

from __future__ import annotations

from collections.abc import Mapping

_DNS_SUFFIXES: Mapping[str, str] = {
    "aws": "amazonaws.com",
    "aws-cn": "amazonaws.com.cn",
    "aws-us-gov": "amazonaws.com",
    "aws-eusc": "amazonaws.eu",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
    "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov",
}
"""As botocore's `partitions.json` has them."""

_CONSOLES: Mapping[str, str] = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
    "aws-eusc": "console.amazonaws-eusc.eu",
    "aws-iso": "console.c2shome.ic.gov",
    "aws-iso-b": "console.sc2shome.sgov.gov",
}


def dns_suffix(partition: str) -> str:
    """The suffix of AWS's host names."""
    return _DNS_SUFFIXES.get(partition, _DNS_SUFFIXES["aws"])


def console_url(partition: str, region: str) -> str:
    """The URL of AWS's console in a region."""
    return f"https://{region}.{_CONSOLES.get(partition, _CONSOLES['aws'])}"
