"""The environment variables of a process. Pure, apart from the machine's own variables."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from sagemock.containers.base import AwsAccess

INHERITED = frozenset(
    {
        "PATH",
        "LANG",
        "LANGUAGE",
        "TZ",
        "LD_LIBRARY_PATH",
        "DYLD_LIBRARY_PATH",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "REQUESTS_CA_BUNDLE",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "http_proxy",
        "https_proxy",
        "no_proxy",
    }
)
"""Variables of this process that a process of a job has as well. A container has no others."""

INHERITED_PREFIXES = (
    "LC_",
    # The GPUs, and how many threads a library uses.
    "CUDA_",
    "NVIDIA_",
    "OMP_",
    "OPENBLAS_",
    "MKL_",
    # For requirements="install".
    "PIP_",
    # For the coverage of scripts.
    "COVERAGE_",
    "COV_CORE_",
)

AWS_INJECTED = Path(__file__).parents[2] / "run" / "injected"
"""The folder whose `sitecustomize` makes clients with explicit hosts of AWS use the mock."""

URL_VARIABLE = "SAGEMOCK_URL"
"""The variable that this `sitecustomize` reads."""

LOCAL = "127.0.0.1,localhost"


def inherited(environ: Mapping[str, str]) -> dict[str, str]:
    """Return those variables of this process that a process of a job has as well."""
    variables = {
        name: value
        for name, value in environ.items()
        if name in INHERITED or name.startswith(INHERITED_PREFIXES)
    }
    for name in ("COVERAGE_PROCESS_START", "COV_CORE_CONFIG"):
        if os.sep in variables.get(name, "") or os.path.exists(variables.get(name, "")):
            variables[name] = os.path.abspath(variables[name])
    return variables


def aws(access: AwsAccess | None) -> dict[str, str]:
    """Return the variables by which AWS's clients find the mock."""
    if access is None:
        return {}
    variables = {
        "AWS_DEFAULT_REGION": access.region,
        "AWS_REGION": access.region,
        "AWS_ACCESS_KEY_ID": access.access_key_id,
        "AWS_SECRET_ACCESS_KEY": access.secret_access_key,
        "AWS_SESSION_TOKEN": access.session_token,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    if access.endpoint_url is not None:
        variables["AWS_ENDPOINT_URL"] = access.endpoint_url
        variables[URL_VARIABLE] = access.endpoint_url
    return variables


def complete(
    requested: Mapping[str, str],
    *,
    folder: Path,
    access: AwsAccess | None,
    first_on_path: Sequence[Path],
    python_path: Sequence[str],
    environ: Mapping[str, str] = os.environ,
) -> dict[str, str]:
    """Return all variables of a process.

    Parameters
    ----------
    requested
        Those of the job; they come before ours, apart from what the process cannot run without.
    folder
        The folder of the host, with `home` and `tmp` in it.
    access
        How the process reaches AWS services.
    first_on_path
        Folders for the front of `PATH`.
    python_path
        Entries for the front of `PYTHONPATH`.
    environ
        The variables of this process.
    """
    own = inherited(environ)
    variables = {
        "LANG": "C.UTF-8",
        "PYTHONIOENCODING": "UTF-8",
        "PYTHONUNBUFFERED": "1",
        "LOGNAME": "root",
        **own,
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "TAR_OPTIONS": "--no-same-owner",
        **aws(access),
        **requested,
    }
    path = requested.get("PATH") or own.get("PATH") or os.defpath
    variables["PATH"] = os.pathsep.join([*map(str, first_on_path), path])
    entries = [*python_path, *filter(None, [requested.get("PYTHONPATH")])]
    if access is not None and access.endpoint_url is not None:
        entries.insert(0, str(AWS_INJECTED))
        for name in ("NO_PROXY", "no_proxy"):
            variables[name] = ",".join(filter(None, [LOCAL, variables.get(name)]))
    if entries:
        variables["PYTHONPATH"] = os.pathsep.join(entries)
    return variables


def is_windows() -> bool:
    """Whether this machine cannot run what containers do."""
    return sys.platform == "win32"
