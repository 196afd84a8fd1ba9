"""S3 URIs."""

from __future__ import annotations

from urllib.parse import urlsplit


def parse_s3(uri: str) -> tuple[str, str]:
    """Bucket and key of an S3 URI, `s3://bucket/key` or the `https` form of an endpoint.

    Raises ValueError.
    """
    scheme, _, rest = uri.partition("://")
    if scheme.lower() == "s3":
        bucket, _, key = rest.partition("/")
    elif scheme.lower() == "https":
        bucket, key = _from_https(uri)
    else:
        raise ValueError(f"not an S3 URI: {uri}")
    if not bucket:
        raise ValueError(f"not an S3 URI: {uri}")
    return bucket, key


def default_bucket(account_id: str, region: str) -> str:
    """Return the name of the bucket that the SageMaker Python SDK uses by default.

    >>> default_bucket("123456789012", "us-east-1")
    'sagemaker-us-east-1-123456789012'
    """
    return f"sagemaker-{region}-{account_id}"


def _from_https(uri: str) -> tuple[str, str]:
    """Path style (`https://s3.region.amazonaws.com/bucket/key`) and virtual-hosted style."""
    parts = urlsplit(uri)
    host = parts.hostname or ""
    path = parts.path.lstrip("/")
    if host.startswith(("s3.", "s3-")):
        bucket, _, key = path.partition("/")
        return bucket, key
    return host.split(".s3", 1)[0], path
