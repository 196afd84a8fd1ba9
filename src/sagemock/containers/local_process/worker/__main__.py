"""The program: loads the model, and answers one request after the other.

Its argument is JSON with `container` and `model_dir`; a variable names the file descriptor of its
connection.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import socket
import sys
import traceback

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PACKAGE = "_sagemock_worker"
"""The name of this folder for the program: those of its modules are free for the user's own."""

SOCKET_VARIABLE = "SAGEMOCK_SOCKET"

LOG_FORMATS = {
    "scikit-learn": "%(asctime)s %(levelname)s - %(name)s - %(message)s",
    "": "%(message)s",
}
"""How `logging` writes to the log, by container."""


def _load_package() -> None:
    folder = os.path.dirname(os.path.abspath(__file__))
    # Python has put it in front.
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != folder]
    spec = importlib.util.spec_from_file_location(
        PACKAGE, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = module
    spec.loader.exec_module(module)


def _server(container: str) -> Any:
    module = importlib.import_module(f"{PACKAGE}.{MODULES.get(container, 'toolkit')}")
    if container == "scikit-learn":
        return module.ScikitLearnServer(os.environ)
    toolkit = importlib.import_module(f"{PACKAGE}.toolkit")
    handlers = getattr(module, HANDLERS.get(container, "DefaultHandlers"))
    return toolkit.ToolkitServer(handlers(), os.environ)


MODULES = {
    "scikit-learn": "scikit_learn",
    "pytorch": "frameworks",
    "xgboost": "frameworks",
    "huggingface": "frameworks",
}
HANDLERS = {
    "pytorch": "PyTorchHandlers",
    "xgboost": "XGBoostHandlers",
    "huggingface": "HuggingFaceHandlers",
}


def main(settings: dict[str, Any]) -> int:
    """Serve until the other side closes the connection. Returns the exit status."""
    _load_package()
    descriptor = int(os.environ.pop(SOCKET_VARIABLE))
    # What handlers start does not get it.
    os.set_inheritable(descriptor, False)
    frames = importlib.import_module(f"{PACKAGE}.frames")
    connection = frames.Connection(socket.socket(fileno=descriptor))
    container, model_dir = settings["container"], settings["model_dir"]
    logging.basicConfig(
        format=LOG_FORMATS.get(container, LOG_FORMATS[""]), level=logging.INFO, stream=sys.stdout
    )
    importlib.import_module(f"{PACKAGE}.stand_ins").install(model_dir)
    try:
        server = _server(container)
        server.load(model_dir)
    except BaseException as error:
        traceback.print_exc()
        _flush()
        text = "".join(traceback.format_exception_only(type(error), error)).strip()
        connection.send({"ready": False, "error": text})
        return 1
    _flush()
    connection.send({"ready": True})
    while True:
        try:
            header, body = connection.receive()
        except EOFError:
            return 0
        answer = _answered(server, header, body)
        _flush()
        connection.send(*answer)


def _answered(server: Any, header: dict[str, Any], body: bytearray) -> tuple[dict[str, Any], bytes]:
    if header["path"] == "/execution-parameters":
        return {"parameters": server.execution_parameters()}, b""
    answer = server.answer(body, header["content_type"], header["accept"], header["headers"])
    return {
        "status": answer.status,
        "content_type": answer.content_type,
        "headers": answer.headers,
    }, answer.body


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            # A script may have closed or replaced it.
            continue


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
