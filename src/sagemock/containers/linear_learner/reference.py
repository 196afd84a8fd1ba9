"""The reference page of the hyperparameters, from their table.

`python -m sagemock.containers.linear_learner.reference > docs/hyperparameters.md`
"""

from __future__ import annotations

import sys

from sagemock.containers.first_party import reference
from sagemock.containers.linear_learner.hyperparameters import FIELDS


def page() -> str:
    """The page, in Markdown."""
    return reference.page("Linear Learner", "linear_learner", FIELDS)


if __name__ == "__main__":
    sys.stdout.write(page())
