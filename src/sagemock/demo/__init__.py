"""`sagemock demo`: from data in S3 to predictions, on real digits."""

from __future__ import annotations

import sys
from pathlib import Path


def run(mnist: str | None = None) -> int:
    """Run the demo in the terminal.

    Parameters
    ----------
    mnist
        The path of an .npz file of MNIST; by default the digits of scikit-learn are used.

    Returns
    -------
    The exit status.
    """
    from sagemock.demo.digits import load_mnist, load_small
    from sagemock.demo.mnist_file import NotMnist
    from sagemock.demo.screen import Screen
    from sagemock.demo.story import tell
    from sagemock.mock import mock_sagemaker

    try:
        digits = load_small() if mnist is None else load_mnist(Path(mnist))
    except NotMnist as error:
        print(f"sagemock: {error}", file=sys.stderr)
        return 2
    # In the background, so that the progress of the jobs can be watched, as on AWS.
    with mock_sagemaker(training="background", max_workers=2):
        problem = tell(digits, Screen())
    if problem:
        print(f"sagemock: {problem}", file=sys.stderr)
    return 1 if problem else 0
