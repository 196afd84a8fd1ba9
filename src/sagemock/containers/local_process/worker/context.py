"""The `context` of handlers, as AWS's model servers have it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

AWS_NAMES = (
    "X-Amzn-SageMaker-Custom-Attributes",
    "X-Amzn-SageMaker-Inference-Id",
    "X-Amzn-SageMaker-Session-Id",
    "X-Amzn-SageMaker-Target-Model",
    "X-Amzn-SageMaker-Target-Variant",
)
"""How headers of AWS's are written."""


class RequestHeaders(dict):  # type: ignore[type-arg] # subscripted, it needs Python 3.9
    """The headers of a request; `get` finds them in whatever case."""

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the value of a header."""
        if key in self:
            return self[key]
        lower = str(key).lower()
        return next((value for name, value in self.items() if name.lower() == lower), default)


def request_headers(
    content_type: str | None, accept: str | None, others: dict[str, str]
) -> RequestHeaders:
    """Return the headers of a request by the names that AWS's requests have.

    Parameters
    ----------
    content_type, accept
        None where the client has sent none.
    others
        Other headers, with names in lower case.
    """
    written = {name.lower(): name for name in AWS_NAMES}
    headers = RequestHeaders({written.get(name, name): value for name, value in others.items()})
    if content_type is not None:
        headers["Content-Type"] = content_type
    if accept is not None:
        headers["Accept"] = accept
    return headers


class RequestProcessor:
    """A request, and what handlers say about its response."""

    def __init__(self, headers: RequestHeaders) -> None:
        self._request_headers = headers
        self._response_headers: dict[str, str] = {}
        self._status = 200
        self._phrase: str | None = None

    def get_request_properties(self) -> RequestHeaders:
        """Return the headers of the request."""
        return self._request_headers

    def get_request_property(self, key: str) -> Any:
        """Return a header of the request; None without it."""
        return self._request_headers.get(key)

    def report_status(self, code: int, reason_phrase: str | None = None) -> None:
        """Set the status of the response."""
        self._status, self._phrase = code, reason_phrase

    def get_response_status_code(self) -> int:
        """Return the status of the response."""
        return self._status

    def get_response_status_phrase(self) -> str | None:
        """Return the reason of the status."""
        return self._phrase

    def add_response_property(self, key: str, value: str) -> None:
        """Set a header of the response."""
        self._response_headers[key] = value

    def get_response_headers(self) -> dict[str, str]:
        """Return the headers of the response."""
        return self._response_headers

    get_response_header = get_response_headers


class ServerContext:
    """What handlers with a `context` get: one for the life of the process.

    Attributes
    ----------
    model_name
        `model`, as for all endpoints with one model.
    manifest
        Of the archive of the model server, which has none here.
    system_properties
        `model_dir` and what else the model server knows.
    request_processor
        The request, in a list: requests come one by one.
    """

    def __init__(self, model_dir: str) -> None:
        self.model_name = "model"
        self.manifest: dict[str, Any] = {}
        self.system_properties = {
            "model_dir": model_dir,
            "gpu_id": None,
            "batch_size": 1,
            "server_name": "MMS",
            "server_version": "1.1.9",
        }
        self.request_ids: dict[int, str] = {0: "0"}
        self.request_processor = [RequestProcessor(RequestHeaders())]
        self.metrics = None
        self._count = 0

    def begin(self, headers: RequestHeaders) -> RequestProcessor:
        """Begin a request."""
        self._count += 1
        self.request_ids = {0: str(self._count)}
        self.request_processor = [RequestProcessor(headers)]
        return self.request_processor[0]

    def get_request_id(self, idx: int = 0) -> str | None:
        """Return the id of a request."""
        return self.request_ids.get(idx)

    def get_request_header(self, idx: int, key: str) -> Any:
        """Return a header of a request; None without it."""
        return self.request_processor[idx].get_request_property(key)

    def get_all_request_header(self, idx: int) -> RequestHeaders:
        """Return all headers of a request."""
        return self.request_processor[idx].get_request_properties()

    def set_response_content_type(self, idx: int, value: str) -> None:
        """Set the content type of a response."""
        self.request_processor[idx].add_response_property("content-type", value)

    def get_response_content_type(self, idx: int) -> str | None:
        """Return the content type of a response."""
        return self.request_processor[idx].get_response_headers().get("content-type")

    def set_response_header(self, idx: int, key: str, value: str) -> None:
        """Set a header of a response."""
        self.request_processor[idx].add_response_property(key, value)

    def get_response_headers(self, idx: int) -> dict[str, str]:
        """Return the headers of a response."""
        return self.request_processor[idx].get_response_headers()

    def set_response_status(self, code: int = 200, phrase: str = "", idx: int = 0) -> None:
        """Set the status of a response."""
        self.request_processor[idx].report_status(code, reason_phrase=phrase)

    def get_response_status(self, idx: int) -> tuple[int, str | None]:
        """Return the status of a response, and its reason."""
        processor = self.request_processor[idx]
        return processor.get_response_status_code(), processor.get_response_status_phrase()

    def set_all_response_status(self, code: int = 200, phrase: str = "") -> None:
        """Set the status of all responses."""
        for processor in self.request_processor:
            processor.report_status(code, reason_phrase=phrase)
