"""The limit of BLAS to one thread."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

from threadpoolctl import threadpool_info

from sagemock.algorithms.blas import single_thread


def threads() -> list[int]:
    """Those of each library, in the order of their paths."""
    found = [each for each in threadpool_info() if each["user_api"] == "blas"]
    return [each["num_threads"] for each in sorted(found, key=lambda each: each["filepath"])]


def test_the_limit_ends_with_the_last_of_its_users() -> None:
    before = threads()
    first, second = single_thread(), single_thread()
    first.__enter__()
    second.__enter__()
    assert set(threads()) == {1}
    first.__exit__(None, None, None)
    assert set(threads()) == {1}
    second.__exit__(None, None, None)
    assert threads() == before


def test_components_in_a_new_process_are_computed_in_one_thread() -> None:
    """scipy has a BLAS of its own, which is loaded when the first components are computed."""
    program = """
        import numpy as np
        from threadpoolctl import threadpool_info
        from sagemock.algorithms.blas import single_thread
        from sagemock.algorithms.pca.scatter import WIDE, ScatterSums

        with single_thread():
            sums = ScatterSums(WIDE, centered=True)
            sums.add(np.random.default_rng(0).normal(size=(50, WIDE)).astype(np.float32))
            sums.components(2)
            threads = [each["num_threads"] for each in threadpool_info()]
        assert set(threads) == {1}, threads
        after = {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}
        assert len(after) == 1, after
    """
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "2"}
    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=True, env=environment)
