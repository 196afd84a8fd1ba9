"""The commands that the pages tell to type exist, and `.ci/run` types those of the README."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
import yaml
from botocore import xform_name
from tests.docs.blocks import PAGES, ROOT, blocks, commands

from sagemock.cli import parse_arguments

COMMANDS = re.findall(r"^python3 -m venv .*$", (ROOT / "README.md").read_text(), re.MULTILINE)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
TARGETS = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
CI = ROOT / "docs" / "ci.md"
OTHERS = re.compile("cat|cd|curl|docker|export|git|grep|node|npm|pip|pytest|python3?|sh")
"""Commands that are not this project's, whose arguments are not looked at here."""

INSTRUCTIONS = {"FROM", "RUN", "EXPOSE", "HEALTHCHECK", "CMD"}


def test_the_readme_has_such_commands() -> None:
    assert len(COMMANDS) == 2


def test_the_first_command_of_the_readme_is_run() -> None:
    """The other one makes the environment for development, which CI makes faster, with uv."""
    lines = [line.strip() for line in (ROOT / ".ci" / "run").read_text().splitlines()]
    assert COMMANDS[0] in lines


def scripts_of_yaml(document: Any) -> Iterator[str]:
    """The shell commands of a workflow, a pipeline or a Compose file."""
    if isinstance(document, list):
        for each in document:
            yield from scripts_of_yaml(each)
    elif isinstance(document, dict):
        for key, value in document.items():
            if key in ("run", "command"):
                yield value
            elif key == "script":
                yield from value
            else:
                yield from scripts_of_yaml(value)


def instructions() -> list[list[str]]:
    """The instructions of the Dockerfile, each as its name and its arguments."""
    (block,) = blocks(CI, "dockerfile")
    return [line.split(" ", 1) for line in block.text.replace("\\\n", " ").splitlines()]


def all_scripts() -> Iterator[Any]:
    for page in PAGES:
        for number, block in enumerate(blocks(page, "sh", "yaml"), 1):
            parsed = yaml.safe_load(block.text) if block.language == "yaml" else None
            texts = [block.text] if parsed is None else list(scripts_of_yaml(parsed))
            assert texts or "network_mode" in block.text
            yield pytest.param(texts, id=f"{page.stem}-{number}")
    yield pytest.param(["sagemock run -- python train.py"], id="a-known-one")


def check(words: list[str]) -> None:
    """Fails when a command, or what it names of this project, does not exist."""
    program = words[0].rsplit("/", 1)[-1]
    if program == "sagemock":
        parse_arguments(words[1:])
    elif program == "make":
        assert words[1] in TARGETS
    elif program == "aws":
        model = botocore.session.get_session().get_service_model(words[1])
        assert words[2] in {xform_name(name, "-") for name in model.operation_names}
    else:
        assert OTHERS.fullmatch(program), words
    for extra in re.findall(r"sagemock\[(\w+)\]", " ".join(words)):
        assert extra in PROJECT["project"]["optional-dependencies"]
    for group in re.findall(r"--group (\w+)", " ".join(words)):
        assert group in PROJECT["dependency-groups"]


@pytest.mark.parametrize("texts", list(all_scripts()))
def test_commands_of_a_page(texts: list[str]) -> None:
    for text in texts:
        for words in commands(text):
            check(words)
            if words[0] == "sh":
                for inner in commands(words[-1]):
                    check(inner)


@pytest.mark.parametrize(
    "command",
    ["sagemock serv", "sagemock serve --prot 1", "make no-such", "pip install sagemock[no]"],
)
def test_a_wrong_command_is_found(command: str) -> None:
    with pytest.raises((AssertionError, SystemExit)):
        check(command.split())


def test_the_dockerfile() -> None:
    assert {name for name, _ in instructions()} <= INSTRUCTIONS
    (install,) = [rest for name, rest in instructions() if name == "RUN"]
    check(next(commands(install)))
    (command,) = [json.loads(rest) for name, rest in instructions() if name == "CMD"]
    options = parse_arguments(command[1:])
    (port,) = [rest for name, rest in instructions() if name == "EXPOSE"]
    assert (command[0], options.host, options.port) == ("sagemock", "0.0.0.0", int(port))
    (health,) = [rest for name, rest in instructions() if name == "HEALTHCHECK"]
    code = json.loads(health.removeprefix("CMD "))[-1]
    compile(code, "healthcheck", "exec")
    assert f":{port}/sagemock/health" in code


def test_the_workflows_test_the_versions_that_are_declared() -> None:
    workflow = yaml.safe_load(blocks(CI, "yaml")[0].text)
    versions = workflow["jobs"]["tests"]["strategy"]["matrix"]["python"]
    assert PROJECT["project"]["requires-python"] == f">={versions[0]}"
    assert all(f"python{version}" in (ROOT / ".ci" / "run").read_text() for version in versions)


def test_the_classifiers_are_the_versions_that_ci_runs() -> None:
    classifiers = "\n".join(PROJECT["project"]["classifiers"])
    declared = re.findall(r"^Programming Language :: Python :: (3\.\d+)$", classifiers, re.M)
    script = (ROOT / ".ci" / "run").read_text()
    assert declared == sorted(
        {f"3.{minor}" for minor in re.findall(r"\.venv-3\.(\d+)", script)} | {"3.11"}
    )
    assert f"for minor in {' '.join(each[2:] for each in declared)}; do\n    environment" in script


def test_the_readme_explains_every_extra() -> None:
    text = (ROOT / "README.md").read_text()
    assert set(re.findall(r"^\| `sagemock\[(\w+)\]`", text, re.M)) == set(
        PROJECT["project"]["optional-dependencies"]
    )
