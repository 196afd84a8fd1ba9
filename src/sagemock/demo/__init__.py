"""`sagemock demo`: the project's main job, told on real digits."""

from __future__ import annotations

import sys
from pathlib import Path


def run(mnist: str | None = None) -> int:
    """Tell the story in the terminal and give the exit status.

    mnist: path of an npz file with the whole of MNIST; scikit-learn's digits without it.
    """
    from sagemock.demo.digits import DigitsError, load_mnist, load_small
    from sagemock.demo.screen import Screen
    from sagemock.demo.story import tell
    from sagemock.mock import mock_sagemaker

    try:
        digits = load_small() if mnist is None else load_mnist(Path(mnist))
    except DigitsError as error:
        print(f"sagemock: {error}", file=sys.stderr)
        return 2
    # In the background, so that the progress of the jobs can be watched as on AWS.
    with mock_sagemaker(training="background", max_workers=2):
        return 0 if tell(digits, Screen()) else 1
