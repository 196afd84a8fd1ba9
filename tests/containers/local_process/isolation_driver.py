"""Runs a job in a way of isolation, in a process of its own; prints how it ended as JSON.

Its arguments are the way, `auto` for the best, and the interpreter of the job.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from sagemock.algorithms.base import JobFailure
from sagemock.containers.base import LogLine, TrainingInput
from sagemock.containers.local_process.settings import ProcessSettings
from sagemock.containers.local_process.training import LocalTraining
from sagemock.formats.content import Workspace

CODE = """
import json, os
from pathlib import Path
Path("/opt/ml/model/user").write_text(str(os.getuid()))
print(json.dumps([os.path.exists("/opt/ml/input/config"), sorted(os.listdir("/opt"))]))
"""


def main() -> None:
    way, interpreter = sys.argv[1:]
    settings: Any = ProcessSettings(interpreter=interpreter, isolation=way)  # type: ignore[arg-type]
    lines: list[LogLine] = []
    with Workspace() as workspace:
        container = LocalTraining(settings, (interpreter, "-c", CODE))
        try:
            output = container.train(TrainingInput(workspace=workspace), report=lines.extend)
        except JobFailure as failure:
            print(json.dumps({"failure": failure.failure_reason}))
            return
    model = {name: str(content, "utf-8") for name, content in (output.model or {}).items()}  # type: ignore[arg-type]
    failure_ = None if output.failure is None else output.failure.failure_reason
    text = [line.text for line in lines]
    print(json.dumps({"failure": failure_, "model": model, "log": text, "user": os.getuid()}))


if __name__ == "__main__":
    main()
