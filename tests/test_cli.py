"""The command line as a person meets it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sagemock import __version__
from sagemock.cli import main
from sagemock.demo.story import FIRST_TEST


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
    assert "logs" in said
    assert "demo" in said


def test_without_a_command_it_prints_its_help() -> None:
    bare = sagemock()
    assert (bare.returncode, bare.stderr) == (0, "")
    assert bare.stdout == sagemock("--help").stdout


@pytest.mark.parametrize(
    ("arguments", "usage", "text"),
    [
        (["train"], "sagemock [-h]", "there is no command 'train'; there are serve"),
        (["--colour"], "sagemock [-h]", "unrecognized arguments: --colour"),
        (["--colour", "serve"], "sagemock [-h]", "unrecognized arguments: --colour"),
        (["server"], "sagemock [-h]", "there is no command 'server'; did you mean serve?"),
        (["--port", "5"], "sagemock [-h]", "--port comes after the command: sagemock serve --port"),
        (["--url=x", "run"], "sagemock [-h]", "comes after the command: sagemock run --url=x"),
        (
            ["serve", "-p", "abc"],
            "sagemock serve",
            "--port: a port must be a number from 0 to 65535",
        ),
        (["serve", "-H", ""], "sagemock serve", "--host: a host must be a name or an address"),
        (["serve", "--colour"], "sagemock serve", "unrecognized arguments: --colour"),
        (["serve", "--prot", "5"], "sagemock serve", "--prot 5; did you mean --port?"),
        (["serve", "now"], "sagemock serve", "unrecognized arguments: now"),
        (["serve", "--port"], "sagemock serve", "--port: expected one argument"),
        (["serve", "--port", "abc"], "sagemock serve", "a number from 0 to 65535, not 'abc'"),
        (["serve", "--port", "65536"], "sagemock serve", "a number from 0 to 65535, not '65536'"),
        (["serve", "--host", ""], "sagemock serve", "without scheme and port, not ''"),
        (["serve", "--host", "http://a"], "sagemock serve", "without scheme and port, not 'http"),
        (["serve", "--host", "a:5000"], "sagemock serve", "without scheme and port, not 'a:5000'"),
        (["serve", "--allowed-host", "a/b"], "sagemock serve", "scheme and port, not 'a/b'"),
        (["serve", "--max-body", "0"], "sagemock serve", "a whole number, 1 or more, not '0'"),
        (["serve", "--stop-timeout", "nan"], "sagemock serve", "a number, 0 or more, not 'nan'"),
        (["serve", "--log-level", "loud"], "sagemock serve", "invalid choice: 'loud'"),
        (["run"], "sagemock run", "no command to run; for example: sagemock run -- python"),
        (["run", "--colour", "x"], "sagemock run", "unrecognized arguments: --colour"),
        (["logs"], "sagemock logs", "the following arguments are required: JOB"),
        (["logs", "j", "--folow"], "sagemock logs", "--folow; did you mean --follow?"),
        (["demo", "--minst", "x"], "sagemock demo", "--minst x; did you mean --mnist?"),
    ],
)
def test_errors_show_the_usage_of_the_command(
    arguments: list[str], usage: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exited:
        main(arguments)
    assert exited.value.code == 2
    shown = capsys.readouterr()
    assert shown.err.startswith(f"usage: {usage}")
    assert text in shown.err
    assert shown.out == ""


@pytest.mark.parametrize(
    ("host", "text"),
    [
        ("\xfc" * 70, ":0: not a valid host name"),
        ("192.0.2.1", "cannot listen on 192.0.2.1:0: "),
    ],
)
def test_hosts_that_cannot_be_listened_on(
    host: str, text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signal.signal", lambda *_: None)
    assert main(["serve", "--host", host, "--port", "0"]) == 2
    shown = capsys.readouterr().err
    assert text in shown
    assert shown.startswith("sagemock: cannot listen on ")


@pytest.mark.full
@pytest.mark.skipif(sys.platform == "win32", reason="pipes break otherwise there")
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], [], ["demo"]])
def test_a_pipe_that_nothing_reads(arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    done = subprocess.run(
        [sys.executable, "-m", "sagemock", *arguments],
        stdout=write,
        stderr=subprocess.PIPE,
        env=environment,
        timeout=120,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.full
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
def test_a_full_disk() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "sagemock", "demo"],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=120,
        )
    assert done.returncode == 1
    assert done.stderr == b"sagemock: cannot write: No space left on device\n"


def test_serving_without_the_server_extra_says_what_to_install() -> None:
    done = sagemock("serve", "--port", "0", before="sys.modules['flask'] = None")
    assert done.returncode == 2
    assert "pip install 'sagemock[server]'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def demo() -> subprocess.CompletedProcess[str]:
    """The demo, as it is written to a pipe."""
    return sagemock("demo")


def test_the_demo_tells_the_story(demo: subprocess.CompletedProcess[str]) -> None:
    assert demo.returncode == 0, demo.stderr
    assert demo.stderr == ""
    said = demo.stdout
    assert "\x1b" not in said
    for job in ("batch-100", "batch-200", "batch-300"):
        assert job in said
    for word in ("Upload", "Train", "Search", "Deploy", "Trace", "@mock_sagemaker"):
        assert word in said
    lines = [line.strip() for line in said.splitlines()]
    assert "└── data set (train) s3://sagemock-demo/train/" in lines
    artifact = "s3://sagemock-demo/output-100/linear-learner-batch-100/output/model.tar.gz"
    assert f"└── artifact {artifact}" in lines


@pytest.mark.full
def test_the_demo_reads_no_aws_configuration_of_its_user(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("no such thing\n")
    demo = subprocess.run(
        [sys.executable, "-m", "sagemock", "demo"],
        env={**os.environ, "AWS_PROFILE": "nope", "AWS_CONFIG_FILE": str(broken)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (demo.returncode, demo.stderr) == (0, "")


def test_the_demo_ends_with_where_to_go_from_here(demo: subprocess.CompletedProcess[str]) -> None:
    ending = demo.stdout.splitlines()[-5:]
    assert "    sagemock serve" in ending
    assert ending[-1] == "http://127.0.0.1:5000/sagemock/"


@pytest.mark.parametrize("command", [[], ["-m", "pytest", "-q", "-p", "no:cacheprovider"]])
def test_the_code_of_the_demo_trains(
    demo: subprocess.CompletedProcess[str], command: list[str], tmp_path: Path
) -> None:
    code = re.search(r"^import boto3$.*^    test_training\(\)$", demo.stdout, re.M | re.S)
    assert code is not None
    path = tmp_path / "test_first.py"
    path.write_text(code[0] + "\n")
    # Not even made-up credentials: a newcomer has none.
    environment = {name: value for name, value in os.environ.items() if "AWS" not in name}
    done = subprocess.run(
        [sys.executable, *command, str(path)],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    if command:
        assert "1 passed" in done.stdout
    else:
        assert done.stdout.startswith("Completed {")
        assert "'train:objective_loss:final'" in done.stdout


@pytest.mark.full
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
def test_the_demo_on_a_narrow_terminal() -> None:
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "40", "NO_COLOR": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "sagemock", "demo"],
        stdout=theirs,
        stderr=theirs,
        env=environment,
    ) as process:
        os.close(theirs)
        shown = b""
        # Reading from a terminal that has been closed fails on Linux.
        with contextlib.suppress(OSError):
            while part := os.read(ours, 4096):
                shown += part
    os.close(ours)
    assert process.returncode == 0
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode()).replace("\r", "")
    assert "output-100/linear-learner-batch-100/output/model.tar.gz\n" in text
    for line in FIRST_TEST.read_text().splitlines():
        assert f"{line}\n" in text
    assert "linear-learner-batch-100 Completed" in text


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
    _, message = process.communicate(timeout=60)
    assert process.returncode == 130
    assert message == "\nsagemock: interrupted\n"


def test_a_demo_on_a_file_that_is_not_mnist(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mnist.npz"
    assert main(["demo", "--mnist", str(path)]) == 2
    path.write_text("no arrays")
    assert main(["demo", "--mnist", str(path)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines() == [
        f"sagemock: {path}: there is no such file",
        f"sagemock: {path} is another kind of file, not an .npz file",
    ]


@pytest.mark.full
def test_a_demo_on_a_file_of_mnist(tmp_path: Path, digits: Any) -> None:
    images = (digits.images * 256).astype(np.uint8).reshape(-1, 28, 28)
    labels = digits.digits
    path = tmp_path / "mnist.npz"
    np.savez(
        path, x_train=images[:800], y_train=labels[:800], x_test=images[800:], y_test=labels[800:]
    )
    done = sagemock("demo", "--mnist", str(path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "MNIST: 800 images of 784 pixels" in done.stdout


@pytest.mark.full
def test_the_demo_of_a_script(tmp_path: Path) -> None:
    done = sagemock("demo", "--script")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.strip() for line in done.stdout.splitlines()]
    first, second, third = (
        float(line.split()[-1]) for line in lines if re.match(r"forest-of-\d+ +\d+ +\d+ ", line)
    )
    assert 1 > first >= second > third > 0.5
    assert "├── data set (train) s3://sagemock-demo/train/" in lines
    assert "└── script train.py in s3://sagemock-demo/source/sourcedir.tar.gz" in lines
    assert "sagemock serve --containers local" in lines


@pytest.mark.full
def test_a_demo_whose_jobs_fail_says_why() -> None:
    fail = (
        "from sagemock.demo import story\n"
        "from sagemock import control\n"
        "create = story.create_job\n"
        "def create_job(*arguments):\n"
        "    control.fail_training_job('ClientError: no data')\n"
        "    return create(*arguments)\n"
        "story.create_job = create_job"
    )
    done = sagemock("demo", before=fail)
    assert done.returncode == 1
    assert done.stderr.startswith("sagemock: linear-learner-batch-100 is Failed: ClientError: no d")
