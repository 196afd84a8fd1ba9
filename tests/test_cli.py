"""The command line as a person meets it."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from sagemock import __version__


def sagemock(*arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command in a fresh interpreter; `before` is run in it first."""
    code = f"import sys\n{before}\nfrom sagemock.cli import main\nsys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=120
    )


def test_version() -> None:
    assert sagemock("--version").stdout == f"sagemock {__version__}\n"


def test_help_names_the_commands() -> None:
    said = sagemock("--help").stdout
    assert "serve" in said
    assert "demo" in said


@pytest.mark.parametrize("arguments", [(), ("train",), ("serve", "--colour")])
def test_a_wrong_command_line_is_refused(arguments: tuple[str, ...]) -> None:
    done = sagemock(*arguments)
    assert done.returncode == 2
    assert "usage: sagemock" in done.stderr
    assert "Traceback" not in done.stderr


def test_serving_without_the_server_extra_says_what_to_install() -> None:
    done = sagemock("serve", "--port", "0", before="sys.modules['flask'] = None")
    assert done.returncode == 2
    assert "pip install 'sagemock[server]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demo_tells_the_story() -> None:
    done = sagemock("demo")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    said = done.stdout
    for job in ("batch-100", "batch-200", "batch-300"):
        assert job in said
    for word in ("Upload", "Train", "Search", "Deploy", "Trace", "@mock_sagemaker"):
        assert word in said
    assert "s3://sagemock-demo/train/" in said


def test_a_demo_that_is_interrupted() -> None:
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "sagemock", "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "sagemock trains on" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told == "\nsagemock: interrupted\n"


@pytest.mark.parametrize("name", ["absent.npz", "text.npz"])
def test_a_demo_on_a_file_that_is_not_mnist(name: str, tmp_path: object) -> None:
    path = f"{tmp_path}/{name}"
    if name == "text.npz":
        with open(path, "w") as file:
            file.write("no arrays")
    done = sagemock("demo", "--mnist", path)
    assert done.returncode == 2
    assert path.rsplit("/", 1)[1] in done.stderr
    assert "Traceback" not in done.stderr
