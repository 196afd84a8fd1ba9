"""A benchmark that lacks a package says which one."""

from __future__ import annotations

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
