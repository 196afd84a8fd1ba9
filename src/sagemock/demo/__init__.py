"""`sagemock demo`: from data in S3 to predictions, on real digits."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sagemock.config import Containers


def run(mnist: str | None = None, *, script: bool = False) -> int:
    """Run the demo in the terminal.

    Parameters
    ----------
    mnist
        The path of an .npz file of MNIST; by default the digits of scikit-learn are used.
    script
        Whether a script of a user trains, in place of a built-in algorithm.

    Returns
    -------
    The exit status.
    """
    from sagemock.demo.digits import load_mnist, load_small
    from sagemock.demo.mnist_file import NotMnist
    from sagemock.demo.screen import Screen
    from sagemock.mock import mock_sagemaker

    try:
        digits = load_small() if mnist is None else load_mnist(Path(mnist))
    except NotMnist as error:
        print(f"sagemock: {error}", file=sys.stderr)
        return 2
    if script:
        from sagemock.demo.script_story import tell
    else:
        from sagemock.demo.story import tell
    # In the background, so that the progress of the jobs can be watched, as on AWS.
    containers: Containers = "local" if script else "built-in"
    with mock_sagemaker(training="background", max_workers=2, containers=containers):
        problem = tell(digits, Screen())
    if problem:
        print(f"sagemock: {problem}", file=sys.stderr)
    return 1 if problem else 0
