"""The types that a user sees: `user_code.py` read by mypy, as strictly as it can."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

USER_CODE = Path(__file__).with_name("user_code.py")
EXPECTED = re.compile(r"# error: ([\w-]+)")
REPORTED = re.compile(r"^user_code\.py:(\d+): error: .*\[([\w-]+)\]$", re.MULTILINE)


def test_what_users_write(tmp_path: Path) -> None:
    code = USER_CODE.read_text()
    # In a folder of its own, so that no settings of ours apply.
    (tmp_path / "user_code.py").write_text(code)
    options = ["--strict", "--warn-unreachable", "--no-error-summary", "--hide-error-context"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "user_code.py"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert not done.stderr, done.stderr
    expected = {
        (number, kind)
        for number, line in enumerate(code.splitlines(), 1)
        for kind in EXPECTED.findall(line)
    }
    reported = {(int(number), kind) for number, kind in REPORTED.findall(done.stdout)}
    assert reported == expected, done.stdout
    assert all("user_code.py:" in line for line in done.stdout.splitlines()), done.stdout
