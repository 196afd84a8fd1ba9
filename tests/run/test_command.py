"""`sagemock run` as a person meets it: exit status, signals, refusals."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

RUN = [sys.executable, "-m", "sagemock", "run"]


def run(
    *arguments: str, environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*RUN, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **(environ or {})},
    )


def test_a_command_reaches_a_server_of_its_own() -> None:
    code = (
        "import boto3, os\n"
        "sts = boto3.client('sts', endpoint_url='https://sts.eu-west-1.amazonaws.com')\n"
        "print(sts.get_caller_identity()['Arn'], os.environ['AWS_DEFAULT_REGION'])"
    )
    done = run("--region", "eu-west-1", "--", sys.executable, "-c", code)
    assert done.stderr == ""
    assert done.stdout == ("arn:aws:sts::123456789012:assumed-role/SageMaker/SageMaker eu-west-1\n")
    assert done.returncode == 0


def test_its_exit_status_is_the_commands() -> None:
    done = run("--", sys.executable, "-c", "import sys; sys.exit(7)")
    assert (done.returncode, done.stdout, done.stderr) == (7, "", "")


def test_its_jobs_run_code_if_that_is_asked_for() -> None:
    code = (
        "import json, os, urllib.request\n"
        "url = os.environ['AWS_ENDPOINT_URL'] + '/moto-api/sagemock/options'\n"
        "print(json.load(urllib.request.urlopen(url))['options']['containers'])"
    )
    for options, containers in (([], "built-in"), (["--containers", "local"], "local")):
        done = run(*options, "--", sys.executable, "-c", code)
        assert (done.stdout, done.stderr) == (f"{containers}\n", "")


def test_options_of_code_are_for_a_server_of_its_own() -> None:
    done = run("--url", "http://127.0.0.1:1", "--containers", "local", "--", "true")
    assert done.returncode == 2
    assert "--containers: the server at --url has options of its own" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM,
        *(pytest.param(each, marks=pytest.mark.full) for each in (signal.SIGKILL, signal.SIGINT)),
    ],
)
def test_it_ends_by_the_signal_that_ended_the_command(number: signal.Signals) -> None:
    done = run("--", "sh", "-c", f"kill -{number.value} $$")
    assert done.returncode == -number


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_signals_are_handed_on_to_the_command() -> None:
    code = (
        "import signal, sys\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(9))\n"
        "print('ready', flush=True)\n"
        "signal.pause()"
    )
    with subprocess.Popen(
        [*RUN, "--", sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 9


@pytest.mark.full
def test_commands_that_cannot_run(tmp_path: Path) -> None:
    no_program = tmp_path / "no-program"
    no_program.write_text("")
    missing, closed, none = run("--", "no-such-command"), run("--", str(no_program)), run()
    assert missing.returncode == 127
    assert missing.stderr == "sagemock: no-such-command: command not found\n"
    assert closed.returncode == 126
    assert "Permission denied" in closed.stderr
    assert none.returncode == 2
    assert "no command to run" in none.stderr


def test_a_server_that_runs_already(server: Any) -> None:
    code = "import boto3; boto3.client('s3').create_bucket(Bucket='from-the-command')"
    done = run("--url", server.url, "--", sys.executable, "-c", code)
    assert (done.returncode, done.stderr) == (0, "")
    buckets = boto3.client("s3", endpoint_url=server.url).list_buckets()["Buckets"]
    assert [bucket["Name"] for bucket in buckets] == ["from-the-command"]


def test_the_address_of_the_console_is_taken_too(server: Any) -> None:
    code = "import os; print(os.environ['AWS_ENDPOINT_URL'])"
    done = run("--url", f"{server.url}/sagemock/", "--", sys.executable, "-c", code)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{server.url}\n", "")


def test_pages_of_html_are_not_shown_as_errors(server: Any) -> None:
    done = run("--url", f"{server.url}/sagemock/search", "--", sys.executable, "-c", "")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"sagemock: the server at {server.url}/sagemock/search is not sagemock\n"


def test_profiles_that_do_not_exist_are_in_no_way(tmp_path: Path) -> None:
    code = (
        "import boto3, os; boto3.client('sagemaker').list_models(); "
        "print(os.environ['AWS_CONFIG_FILE'])"
    )
    config = tmp_path / "config"
    config.write_text("[default]\n")
    environ = {"AWS_PROFILE": "nope", "AWS_CONFIG_FILE": str(config)}
    done = run("--", sys.executable, "-c", code, environ=environ)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", f"{config}\n")


@pytest.fixture
def moto_url() -> Iterator[str]:
    """moto's own server, in a process of its own."""
    code = (
        "from moto.server import ThreadedMotoServer\n"
        "server = ThreadedMotoServer(port=0, verbose=False)\n"
        "server.start()\n"
        "print('http://%s:%s' % server.get_host_and_port(), flush=True)\n"
        "input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip().replace("0.0.0.0", "127.0.0.1")
        process.kill()


def test_nothing_is_created_on_a_server_of_somebody_else(moto_url: str) -> None:
    done = run("--url", moto_url, "--", sys.executable, "-c", "print('ran')")
    assert (done.returncode, done.stdout) == (2, "")
    assert moto_url in done.stderr
    assert "Traceback" not in done.stderr
    assert boto3.client("iam", endpoint_url=moto_url).list_roles()["Roles"] == []


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "127.0.0.1:5000", "ftp://127.0.0.1", "http:"]
)
def test_urls_where_no_server_answers(url: str) -> None:
    done = run("--url", url, "--", sys.executable, "-c", "print('ran')")
    assert (done.returncode, done.stdout) == (2, "")
    assert url in done.stderr
    assert "Traceback" not in done.stderr


def test_the_environment_of_the_command(server: Any) -> None:
    code = "import json, os; print(json.dumps(dict(os.environ)))"
    kept = {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9", "NO_PROXY": "a.b"}
    done = subprocess.run(
        [*RUN, "--url", server.url, "--", sys.executable, "-c", code],
        env={**os.environ, **kept, "AWS_PROFILE": "none", "PYTHONPATH": _with_source("mine")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    variables = json.loads(done.stdout)
    assert variables["AWS_ENDPOINT_URL"] == variables["SAGEMOCK_URL"] == server.url
    assert variables["AWS_ENDPOINT_URL_S3"] == "http://127.0.0.1:9"
    assert "AWS_PROFILE" not in variables
    assert variables["PYTHONPATH"].endswith("mine")
    assert variables["NO_PROXY"] == "127.0.0.1,localhost,a.b"


def _with_source(path: str) -> str:
    before = os.environ.get("PYTHONPATH")
    return f"{before}{os.pathsep}{path}" if before else path


IN_A_TERMINAL = """
import fcntl, os, signal, sys, termios

os.setsid()
fcntl.ioctl(1, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Runs a command with standard output as its terminal, as a shell would."""

COUNTS_INTERRUPTS = """
import signal, time

seen = []
signal.signal(signal.SIGINT, lambda *_: seen.append(1))
print("ready", flush=True)
while not seen:
    time.sleep(0.05)
time.sleep(0.5)
print(f"interrupted {len(seen)} times, the end", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
@pytest.mark.parametrize("redirected", [False, True])
def test_ctrl_c_reaches_the_command_once(redirected: bool) -> None:
    import pty

    ours, theirs = pty.openpty()
    command = [*RUN, "--", sys.executable, "-c", COUNTS_INTERRUPTS]
    with subprocess.Popen(
        [sys.executable, "-c", IN_A_TERMINAL, *command],
        stdin=subprocess.DEVNULL if redirected else theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        _read_until(ours, b"ready")
        os.write(ours, b"\x03")
        shown = _read_until(ours, b"the end")
        assert process.wait(timeout=60) == 0
    os.close(ours)
    assert b"interrupted 1 times" in shown


def _read_until(terminal: int, end: bytes) -> bytes:
    shown = b""
    while end not in shown:
        assert select.select([terminal], [], [], 60)[0], shown
        shown += os.read(terminal, 1024)
    return shown
