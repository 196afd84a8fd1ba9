"""What importing costs: the package, and the plugin that pytest loads wherever it is installed.

    python benchmarks/bench_import.py

Each import runs in an interpreter of its own, which takes its time itself; all take turns, so that
they compare on a busy machine as well. The peers are small modules of the standard library,
and botocore, which every program that sagemock is for imports. What `sklearn.metrics` takes is why
no job imports it.
"""

from __future__ import annotations

import missing_packages

# isort: split
import os
import statistics
import subprocess
import sys

ROUNDS = 15
IMPORTS = {
    "sagemock": ("", "sagemock"),
    "sagemock.pytest_plugin, after pytest": ("import pytest", "sagemock.pytest_plugin"),
    "json": ("", "json"),
    "typing": ("", "typing"),
    "botocore.session": ("", "botocore.session"),
    "sklearn.metrics": ("", "sklearn.metrics"),
}
"""What is imported before the time is taken, and what then."""

TIMED = """
{before}
from time import perf_counter
begun = perf_counter()
import {module}
print((perf_counter() - begun) * 1000)
"""


def milliseconds(before: str, module: str) -> float:
    """How long a fresh interpreter takes for an import."""
    done = subprocess.run(
        [sys.executable, "-c", TIMED.format(before=before, module=module)],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout)


def main() -> None:
    missing_packages.require("sagemock", "pytest", "botocore", "sklearn")
    times: dict[str, list[float]] = {name: [] for name in IMPORTS}
    for _ in range(ROUNDS):
        for name, each in IMPORTS.items():
            times[name].append(milliseconds(*each))
    for name, values in times.items():
        print(f"{name:40} median {statistics.median(values):6.1f} ms   best {min(values):6.1f} ms")
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
