"""A benchmark that lacks a package says which one."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
LACKING = {
    "bench_console.py": ("werkzeug", "werkzeug"),
    "bench_decode.py": ("google", "protobuf"),
    "bench_factorization_machines.py": ("sklearn", "scikit-learn"),
    "bench_fixture.py": ("pytest", "pytest"),
    "bench_import.py": ("botocore", "botocore"),
    "bench_invoke.py": ("moto", "moto"),
    "bench_knn.py": ("sklearn", "scikit-learn"),
    "bench_lineage.py": ("networkx", "networkx"),
    "bench_script.py": ("sagemaker", "sagemaker<3"),
    "bench_sdk.py": ("sagemaker", "sagemaker<3"),
    "bench_sdk_server.py": ("sagemaker", "sagemaker<3"),
    "bench_kmeans.py": ("sklearn", "scikit-learn"),
    "bench_pca.py": ("sklearn", "scikit-learn"),
    "bench_random_cut_forest.py": ("sklearn", "scikit-learn"),
    "bench_search.py": ("sagemock", "sagemock"),
    "bench_search_server.py": ("waitress", "sagemock[server]"),
    "bench_server.py": ("flask", "sagemock[server]"),
    "bench_size.py": ("waitress", "sagemock[server]"),
    "bench_training.py": ("sklearn", "scikit-learn"),
    "bench_tuning.py": ("scipy", "scipy"),
    "bench_transform.py": ("boto3", "boto3"),
    "bench_user_endpoint.py": ("boto3", "boto3"),
    "bench_waiting.py": ("waitress", "sagemock[server]"),
    "bench_xgboost.py": ("xgboost", "sagemock[xgboost]"),
    "recorded_factorization_machines_job.py": ("scipy", "scipy"),
    "recorded_kmeans_job.py": ("sklearn", "scikit-learn"),
    "recorded_mnist_job.py": ("numpy", "numpy"),
}
"""A package that each needs, and what to install for it."""

RUN_ALWAYS = ("bench_decode.py", "bench_kmeans.py", "bench_server.py", "bench_transform.py")
"""One of each kind: of which the module has another name, or which is an extra, or neither."""

RUN = """
import runpy, sys
lacking, script = sys.argv[1:3]
sys.modules[lacking] = None
sys.argv[:] = [script]
sys.path.insert(0, script.rpartition("/")[0])
runpy.run_path(script, run_name="__main__")
"""


def test_every_benchmark_is_tested() -> None:
    scripts = [path.name for path in BENCHMARKS.glob("*.py") if "__main__" in path.read_text()]
    assert sorted(LACKING) == sorted(scripts)


@pytest.mark.parametrize("script", LACKING)
def test_what_names_a_missing_package_is_imported_first(script: str) -> None:
    tree = ast.parse((BENCHMARKS / script).read_text())
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    first, *_ = (node for node in imports if getattr(node, "module", None) != "__future__")
    assert isinstance(first, ast.Import)
    assert [alias.name for alias in first.names] == ["missing_packages"]


@pytest.mark.parametrize(
    "script",
    [
        name if name in RUN_ALWAYS else pytest.param(name, marks=pytest.mark.full)
        for name in LACKING
    ],
)
def test_a_package_that_is_missing_is_named(script: str) -> None:
    module, package = LACKING[script]
    done = subprocess.run(
        [sys.executable, "-c", RUN, module, str(BENCHMARKS / script)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1
    name, instruction = done.stderr.split(" needs ", 1)
    assert name == script
    needed, instruction = instruction.split(": ", 1)
    assert needed.partition(".")[0] == module
    assert instruction == f"pip install '{package}'\n"
