"""The marker and the ini option that register containers for a test."""

from __future__ import annotations

import pytest

from sagemock.containers import registry

TESTS = """
import pytest
from sagemock.containers import explain, registry

def train(job): ...
def other(job): ...
def reason(image="mine:1"):
    return explain(image, {"TrainingJobName": "j"})

@pytest.mark.sagemock_container("mine", train=train)
class TestMarked:
    def test_of_the_class(self, sagemock):
        assert "the function train is registered" in reason()

    @pytest.mark.sagemock_container("mine", train=other)
    def test_the_nearest_wins(self, sagemock_server):
        assert "the function other is registered" in reason()

def test_of_the_ini_file(sagemock):
    assert "the function Random.shuffle is registered" in reason("theirs:2")
    assert "the registered command, python run.py --fast," in reason("third:1")
    assert "nothing is registered" in reason()

def test_without_a_fixture():
    assert registry.registered() == ()
"""
INI = """
[pytest]
pythonpath = .
sagemock_register =
    theirs train=random:shuffle
    third train="python run.py --fast"
"""


def test_what_tests_register(pytester: pytest.Pytester) -> None:
    pytester.makeini(INI)
    pytester.makepyfile(TESTS)
    result = pytester.runpytest("-p", "no:randomly", "-p", "no:xdist", "-p", "no:asyncio")
    result.assert_outcomes(passed=4)
    assert registry.registered() == ()


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("mine train=random:nothing", "random:nothing is not there"),
        ("mine train=no_such_module:x", "no_such_module:x is not there"),
        ("mine trains=random:shuffle", "must be one of train, process, serve, python"),
        ("mine train=random:seed process='", "No closing quotation"),
        ("mine", "there is nothing to register"),
    ],
)
def test_lines_that_are_refused(pytester: pytest.Pytester, line: str, text: str) -> None:
    pytester.makeini(f"[pytest]\nsagemock_register = {line}\n")
    pytester.makepyfile("def test(sagemock): ...")
    result = pytester.runpytest("-p", "no:randomly", "-p", "no:xdist", "-p", "no:asyncio")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*sagemock_register: *{text}*"])


def test_a_marker_that_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.sagemock_container("mine", "yours")
        def test(sagemock): ...
        """
    )
    result = pytester.runpytest("-p", "no:randomly", "-p", "no:xdist", "-p", "no:asyncio")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*the marker sagemock_container: *"])
