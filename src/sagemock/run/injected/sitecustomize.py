"""Makes the AWS clients of a Python process use the server of `sagemock run`.

Python imports a module of this name when it starts, so this one works in every process that has its
folder on PYTHONPATH: notebooks, scripts and their children, with any Python from 3.8 on, with or
without sagemock. It uses only the standard library, and does nothing before botocore or the
SageMaker SDK is imported.

The mock uses the facts about AWS's hosts and the SDK's polling loops as well.
"""

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` itself would cost every process some milliseconds.
    from collections.abc import Callable
    from typing import Any

URL_VARIABLE = "SAGEMOCK_URL"
"""The environment variable that holds the address of the server."""

AWS_SUFFIXES = (
    "amazonaws.com",
    "api.aws",
    "amazonaws.com.cn",
    "api.amazonwebservices.com.cn",
    "amazonaws.eu",
    "api.amazonwebservices.eu",
    "c2s.ic.gov",
    "api.aws.ic.gov",
    "sc2s.sgov.gov",
    "api.aws.scloud",
    "cloud.adc-e.uk",
    "api.cloud-aws.adc-e.uk",
    "csp.hci.ic.gov",
    "api.aws.hci.ic.gov",
    # In the endpoint rules of single services, and in no partition.
    "amazonaws.cn",
    "amazonaws-eusc.eu",
    "amazonaws-us-gov.com",
    "c2shome.ic.gov",
    "csphome.adc-e.uk",
    "csphome.hci.ic.gov",
    "on.aws",
    "sc2shome.sgov.gov",
    "signin.aws",
    "signin.aws.amazon.com",
)
"""DNS suffixes of all partitions, dual-stack ones included, as botocore has them."""

SDK = ("sagemaker", "sagemaker_core")
"""The packages whose loops poll SageMaker."""

NOT_POLLING = (
    "sagemaker.local",
    "sagemaker.core.local",
    "sagemaker.serve.mode",
    "sagemaker.experiments._metrics",
    "sagemaker.core.experiments._metrics",
    "sagemaker.remote_function",
    "sagemaker.core.remote_function",
    "sagemaker.train.remote_function",
)
"""Parts of them, of 2.x and 3.x, whose loops wait for containers, or run in the background for
ever."""

RETRY_PAUSE = 0.01
"""For how many seconds at most botocore sleeps before it retries a call."""

LONGEST_WAIT = 20.0
"""For how many seconds at most a request waits for a change on the server."""


BUSY_PAUSE = 0.1
"""Seconds until the next such request, if too many are waiting."""


class NeverComes(RuntimeError):
    """A loop waits for a status that will never come; the text says why."""


class PatientTime:
    """The module `time` with another `sleep`, and clocks that count the time it skipped.

    Some loops look at the clock as well: the SDK asks for a job's status only when thirty
    seconds have gone by.
    """

    def __init__(self, sleep: Callable[[float], None]) -> None:
        self._sleep = sleep
        self._skipped = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    def sleep(self, seconds: float) -> None:
        """Sleep, or wait for a change instead."""
        begun = time.monotonic()
        self._sleep(seconds)
        self._skipped += max(0.0, seconds - (time.monotonic() - begun))

    def time(self) -> float:
        """Return the time, including the time that was skipped."""
        return time.time() + self._skipped

    def monotonic(self) -> float:
        """Return the monotonic clock, including the time that was skipped."""
        return time.monotonic() + self._skipped


def polls(name: str) -> bool:
    """Whether a module of that name may hold a polling loop of the SDK."""
    return name.split(".", 1)[0] in SDK and not name.startswith(NOT_POLLING)


def is_aws(url: str) -> bool:
    """Whether a URL has a host of AWS, of any partition."""
    from urllib.parse import urlsplit

    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return False
    return host in AWS_SUFFIXES or host.endswith(tuple("." + suffix for suffix in AWS_SUFFIXES))


def _mock_is_on() -> bool:
    """Whether moto's mock is on in this process, so that its clients must not use the server."""
    models = sys.modules.get("moto.core.models")
    stubber = getattr(models, "botocore_stubber", None)
    return bool(getattr(stubber, "enabled", False))


class _Server:
    """The server at a URL, and what this process has seen of it."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._seen = -1
        self._vain = 0
        # One for all modules, because their clocks have to agree.
        self._patient = PatientTime(self.poll_sleep)

    def rest(self, seconds: float) -> None:
        """Wait for a change on the server, for a number of seconds at most.

        Raises `NeverComes` if there will be none.
        """
        end = time.monotonic() + seconds
        while True:
            left = max(0.0, end - time.monotonic())
            answer = self._ask(left)
            if answer is None:
                # A server of another version, or none: sleep as the code intended.
                time.sleep(left)
                return
            changed = answer["seen"] != self._seen
            self._seen, self._vain = answer["seen"], answer["vain"]
            if answer["reason"]:
                raise NeverComes(answer["reason"])
            if changed or self._vain or time.monotonic() >= end:
                return
            if answer["busy"]:
                time.sleep(min(BUSY_PAUSE, left))

    def _ask(self, seconds: float) -> dict[str, Any] | None:
        import json
        import urllib.request

        body = {"seconds": min(seconds, LONGEST_WAIT), "seen": self._seen, "vain": self._vain}
        url = self.url + "/moto-api/sagemock/wait"
        request = urllib.request.Request(url, json.dumps(body).encode(), method="POST")  # noqa: S310
        # No proxy is used: the server is on this machine, or the user has named it.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=LONGEST_WAIT + 10) as answer:
                parsed: dict[str, Any] = json.load(answer)
                return parsed
        except (OSError, ValueError):
            return None

    def poll_sleep(self, seconds: float) -> None:
        """Sleep in a polling loop."""
        if _mock_is_on():
            time.sleep(seconds)
        else:
            self.rest(seconds)

    def retry_sleep(self, seconds: float) -> None:
        """Sleep before botocore retries."""
        time.sleep(seconds if _mock_is_on() else min(seconds, RETRY_PAUSE))

    def patch_session(self, module: Any) -> None:
        """Make botocore's sessions create clients of the server."""
        import functools
        import inspect

        original = module.Session.create_client
        signature = inspect.signature(original)

        @functools.wraps(original)
        def create_client(session: Any, *args: Any, **kwargs: Any) -> Any:
            bound = signature.bind(session, *args, **kwargs)
            if not _mock_is_on():
                self._lead_here(session, bound.arguments)
            elif bound.arguments.get("endpoint_url") is None:
                # The URL in the environment would bypass the mock.
                _ignore_configured_urls(bound.arguments)
            return original(*bound.args, **bound.kwargs)

        module.Session.create_client = create_client

    def _lead_here(self, session: Any, arguments: dict[str, Any]) -> None:
        url = arguments.get("endpoint_url")
        if url is not None and not is_aws(url):
            return
        if url is None and _own_server(arguments["service_name"]):
            return
        if not _needs_hosts_of_aws(session, arguments.get("config")):
            arguments["endpoint_url"] = self.url
            return
        # botocore takes such options only without a URL; `patch_http` redirects these clients.
        arguments.pop("endpoint_url", None)
        _ignore_configured_urls(arguments)

    def patch_http(self, module: Any) -> None:
        """Redirect requests that are still for a host of AWS."""
        import functools
        from urllib.parse import urlsplit

        original = module.URLLib3Session.send

        @functools.wraps(original)
        def send(session: Any, request: Any) -> Any:
            if is_aws(request.url):
                url = urlsplit(request.url)
                request.headers.setdefault("Host", url.netloc)
                query = "?" + url.query if url.query else ""
                request.url = self.url + (url.path or "/") + query
            return original(session, request)

        module.URLLib3Session.send = send

    def patch_waiter(self, module: Any) -> None:
        """Make botocore's waiters wait for changes, and raise WaiterError if none will come."""
        module.time = self._patient
        original = module.Waiter.wait

        def wait(waiter: Any, **kwargs: Any) -> None:
            try:
                original(waiter, **kwargs)
            except NeverComes as hopeless:
                raise module.WaiterError(
                    name=waiter.name, reason=str(hopeless), last_response={}
                ) from None

        module.Waiter.wait = wait

    def patch_endpoint(self, module: Any) -> None:
        """Shorten the sleep before botocore retries."""
        module.time = PatientTime(self.retry_sleep)

    def patch_sdk(self, module: Any) -> None:
        """Make a module of the SDK wait for changes instead of sleeping, and send no telemetry.

        Telemetry does not go through botocore, and times out where AWS cannot be reached.
        """
        names = vars(module)
        if "telemetry" in module.__name__ and "_requests_helper" in names:
            module._requests_helper = lambda *_, **__: None
        if names.get("time") is time:
            module.time = self._patient
        if names.get("sleep") is time.sleep:
            module.sleep = self._patient.sleep


def _own_server(service: str) -> bool:
    """Whether the user has configured another server for a service, such as a local S3."""
    name = "AWS_ENDPOINT_URL_" + service.upper().replace("-", "_").replace(" ", "_")
    url = os.environ.get(name)
    return url is not None and url != "" and not is_aws(url)


def _needs_hosts_of_aws(session: Any, config: Any) -> bool:
    """Whether a client uses FIPS, dual-stack or accelerated hosts."""
    for option in ("use_fips_endpoint", "use_dualstack_endpoint"):
        value = getattr(config, option, None)
        if value is None:
            try:
                value = session.get_config_variable(option)
            except Exception:  # A botocore that knows no such option.
                value = None
        if value:
            return True
    s3 = getattr(config, "s3", None) or {}
    return bool(s3.get("use_accelerate_endpoint") or s3.get("use_dualstack_endpoint"))


def _ignore_configured_urls(arguments: dict[str, Any]) -> None:
    from botocore.config import Config

    try:
        ignoring = Config(ignore_configured_endpoint_urls=True)
    except TypeError:  # A botocore that has no configured URLs.
        return
    config = arguments.get("config")
    arguments["config"] = ignoring if config is None else config.merge(ignoring)


class _Importer:
    """Patches modules when they are imported; a finder in `sys.meta_path`."""

    def __init__(self, server: _Server) -> None:
        self._patches = {
            "botocore.session": server.patch_session,
            "botocore.httpsession": server.patch_http,
            "botocore.waiter": server.patch_waiter,
            "botocore.endpoint": server.patch_endpoint,
        }
        self._patch_sdk = server.patch_sdk

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        patch = self._patches.get(name)
        if patch is None and polls(name):
            patch = self._patch_sdk
        if patch is None:
            return None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            spec = find(name, path, target) if finder is not self and find else None
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    _patch_after(spec.loader, patch)
                return spec
        return None


def _patch_after(loader: Any, patch: Callable[[Any], None]) -> None:
    """Make a loader patch the module that it loads next."""
    load = loader.exec_module

    def exec_module(module: Any) -> None:
        # Restored first, so that nothing else sees the changed loader.
        del loader.exec_module
        load(module)
        patch(module)

    loader.exec_module = exec_module


def _run_shadowed() -> None:
    """Run the `sitecustomize` that Python would find without this one."""
    here = os.path.dirname(os.path.abspath(__file__))
    elsewhere = [entry for entry in sys.path if os.path.abspath(entry) != here]
    specs = (each.find_spec("sitecustomize", elsewhere) for each in sys.meta_path)
    spec = next(filter(None, specs), None)
    if spec is None or spec.loader is None:
        return
    module = type(sys)("sitecustomize")
    module.__spec__, module.__file__, module.__loader__ = spec, spec.origin, spec.loader
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


if __name__ == "sitecustomize":
    if os.environ.get(URL_VARIABLE):
        sys.meta_path.insert(0, _Importer(_Server(os.environ[URL_VARIABLE])))
    _run_shadowed()
