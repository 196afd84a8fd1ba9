"""Serves models with AWS's inference toolkit, or with ours, in the Python that runs this.

Its arguments are `theirs` or `ours`, and a JSON file with scripts, each with the environment of its
container and its requests. Prints for each how loading failed, or the responses.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import tempfile
from typing import Any

from sagemock.containers.local_process.worker import context, toolkit


class Theirs:
    def load(self, model_dir: str) -> None:
        from sagemaker_inference.transformer import Transformer

        self.context = context.ServerContext(model_dir)
        self.transformer = Transformer()
        self.transformer.validate_and_initialize(model_dir=model_dir, context=self.context)

    def answer(self, body: bytearray, *request: Any) -> Any:
        of_request = self.context.begin(context.request_headers(*request))
        (result,) = self.transformer.transform([{"body": body}], self.context)
        headers = of_request.get_response_headers()
        status = of_request.get_response_status_code()
        return toolkit.Answer(status, toolkit._bytes(result), headers.get("content-type"))


def answers(server: Any, requests: Any, model_dir: str) -> Any:
    try:
        server.load(model_dir)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    results = []
    for body, content_type, accept in requests:
        answer = server.answer(bytearray(base64.b64decode(body)), content_type, accept, {})
        text = answer.body
        if answer.status != 200:
            # What follows has the paths of files.
            text = text.partition(b"Traceback (most recent call last)")[0]
        results.append([answer.status, base64.b64encode(text).decode(), answer.content_type])
    return results


def main() -> None:
    with open(sys.argv[2]) as file:
        cases = json.load(file)
    import numpy  # noqa: F401 - once, and not in each child

    if sys.argv[1] == "theirs":
        import sagemaker_inference.transformer  # noqa: F401
    every = []
    for script, environment, requests in cases:
        read, write = os.pipe()
        if os.fork() == 0:
            with tempfile.TemporaryDirectory() as folder:
                with open(os.path.join(folder, "inference.py"), "w") as file:
                    file.write(script)
                sys.path.insert(0, folder)
                os.environ.update(environment)
                ours = sys.argv[1] == "ours"
                server = (
                    toolkit.ToolkitServer(toolkit.DefaultHandlers(), os.environ)
                    if ours
                    else Theirs()
                )
                result = json.dumps(answers(server, requests, "/model")).encode()
            with open(write, "wb") as pipe:
                pipe.write(result)
            os._exit(0)
        os.close(write)
        with open(read, "rb") as pipe:
            every.append(json.loads(pipe.read()))
        os.wait()
    print(json.dumps(every))


if __name__ == "__main__":
    main()
