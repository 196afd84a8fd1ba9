"""What an algorithm is called is known in its own folders and in its row of the registry alone."""

from __future__ import annotations

import re
from pathlib import Path

import sagemock

ROOT = Path(sagemock.__file__).parent
NAME = re.compile(
    r"linear[-_ ]?learner|k[-_]?means|\bpca\b|\bk-?nn|random[-_ ]?cut[-_ ]?forest|xgboost"
    r"|factorization[-_ ]?machine",
    re.IGNORECASE,
)
OWN = re.compile(
    r"(containers|algorithms)/"
    r"(linear_learner|kmeans|pca|knn|random_cut_forest|xgboost|factorization_machines)/"
)
EXCEPTIONS = {
    "containers/registry.py",  # The rows.
    # Frameworks, whose containers run scripts; one is named as an algorithm is.
    "containers/frameworks.py",
    "containers/local_process/serving.py",
    "containers/local_process/worker/__main__.py",
    "containers/local_process/worker/frameworks.py",
    "demo/first_test.py",  # The demo is one of Linear Learner.
    "demo/story.py",
}


def test_no_other_module_names_an_algorithm() -> None:
    named = set()
    for path in ROOT.rglob("*"):
        module = path.relative_to(ROOT).as_posix()
        is_text = path.suffix in (".py", ".html", ".js", ".css")
        if is_text and not OWN.match(module) and NAME.search(path.read_text()):
            named.add(module)
    assert named == EXCEPTIONS
