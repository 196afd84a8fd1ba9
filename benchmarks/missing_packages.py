"""Says which package a benchmark lacks, in place of a traceback.

Each benchmark imports it first.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType

INSTALL = {
    "flask": "sagemock[server]",
    "google": "protobuf",
    "sagemaker": "sagemaker<3",
    "sklearn": "scikit-learn",
    "waitress": "sagemock[server]",
    "xgboost": "sagemock[xgboost]",
}
"""What brings a package that is not called as its module is."""


def require(*modules: str) -> None:
    """Raise `ModuleNotFoundError` unless the modules, imported later or elsewhere, are there."""
    for module in modules:
        if find_spec(module) is None:
            raise ModuleNotFoundError(f"No module named {module!r}", name=module)


def _say(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        sys.__excepthook__(kind, error, trace)
        return
    package = INSTALL.get(error.name.partition(".")[0], error.name.partition(".")[0])
    print(f"{Path(sys.argv[0]).name} needs {error.name}: pip install '{package}'", file=sys.stderr)


sys.excepthook = _say
