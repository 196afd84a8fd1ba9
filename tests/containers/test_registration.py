"""`register`, and for how long what it registers is there; `explain`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from sagemock import mock_sagemaker
from sagemock.containers import define, explain, register, registry
from sagemock.containers.registrations import registrations
from sagemock.server import SageMockServer

IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/mine:1"


def first(job: Any) -> None: ...


def second(job: Any) -> None: ...


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    yield
    assert registry.registered() == ()


def reason(image: str = IMAGE, **request: Any) -> str:
    return explain(image, {"TrainingJobName": "j", **request}).removeprefix("training: ")


def test_the_latest_registration_counts() -> None:
    with register("mine", train=first):
        assert reason() == "the function first is registered for it"
        with register("m*", train=second):
            assert reason() == "the function second is registered for it"
        assert reason() == "the function first is registered for it"
        assert reason("other:1").startswith("nothing is registered")
    assert reason().startswith("nothing is registered")


def test_a_registration_ends_with_the_mock() -> None:
    with mock_sagemaker():
        outer = register("mine", train=first)
        with mock_sagemaker():
            register("mine", train=second)
            assert "second" in reason()
        assert "first" in reason()
    assert reason().startswith("nothing is registered")
    # It has gone already.
    outer.remove()


def test_a_registration_without_a_mock_outlasts_those_that_come() -> None:
    lasting = register("mine", train=first)
    with mock_sagemaker():
        assert "first" in reason()
    assert "first" in reason()
    lasting.remove()


def test_a_registration_ends_with_the_server() -> None:
    with SageMockServer():
        register("mine", train=first)
        assert "first" in reason()
    assert reason().startswith("nothing is registered")


def test_a_container_stays_until_it_is_taken_back() -> None:
    """Whatever mocks come and go, as packages expect that register their own."""
    container = define("mine", train=first)
    with mock_sagemaker():
        registry.register(container)
    assert "first" in reason()
    registry.unregister(container)


def test_a_command_runs_only_if_that_is_allowed() -> None:
    with register("mine", train=["python", "train.py"]):
        for containers in ("built-in", "local"):
            with mock_sagemaker(containers=containers):  # type: ignore[arg-type]
                assert reason().startswith("the registered command, python train.py, runs")
                assert (containers == "built-in") is ("only with the option" in reason())


def test_what_the_options_of_the_mock_allow() -> None:
    request = {"HyperParameters": {"sagemaker_program": "train.py"}}
    assert "only with the option" in reason(**request)
    with mock_sagemaker(containers="local"):
        assert reason(**request) == (
            "the job's script, train.py, runs as a process of this machine"
        )
        registrations_in_force = registrations.options
    assert registrations_in_force.containers == "local"
    assert "only with the option" in reason(**request)
    with mock_sagemaker(training="off"):
        assert reason(**request) == "the option training is off, and nothing runs"


def test_what_an_image_does_by_itself() -> None:
    nothing = "nothing is registered for it, and the job names no script or command"
    assert explain("kmeans:1").splitlines() == [
        "training: kmeans is its container",
        f"processing: {nothing}",
        "serving: kmeans is its container",
    ]
    assert explain("mine:1").splitlines()[2] == (
        "serving: nothing is registered for it, and the model brings no script"
    )
    entrypoint = {"AppSpecification": {"ContainerEntrypoint": ["sh", "run.sh"]}}
    assert explain("kmeans:1", entrypoint).startswith(
        "processing: the job's ContainerEntrypoint, sh run.sh, runs only with the option"
    )


async def awaited(job: Any) -> None: ...


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ({}, ValueError, "there is nothing to register"),
        ({"train": "python train.py"}, TypeError, "a command as a list of arguments such as"),
        ({"process": []}, TypeError, "process must be a function, or a command"),
        ({"train": ["python", 3]}, TypeError, "a command as a list of arguments"),
        ({"train": 3}, TypeError, "train must be a function or a list of arguments, not 3"),
        ({"train": awaited}, TypeError, "train must be an ordinary function"),
        ({"python": "no-such-python"}, ValueError, "'no-such-python' is not a program"),
    ],
)
def test_what_cannot_be_registered(
    arguments: dict[str, Any], error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        register("mine", **arguments)


def test_a_pattern_is_needed() -> None:
    with pytest.raises(ValueError, match="pattern must be a shell pattern"):
        register("", train=first)


def test_an_interpreter_for_an_image() -> None:
    with register("mine", python=sys.executable) as registration:
        assert registration.container.python == sys.executable
        assert reason().startswith("nothing is registered")
