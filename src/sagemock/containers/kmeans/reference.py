"""The reference page of the hyperparameters, from their table.

`python -m sagemock.containers.kmeans.reference > docs/kmeans-hyperparameters.md`
"""

from __future__ import annotations

import sys

from sagemock.containers.first_party import reference
from sagemock.containers.kmeans.hyperparameters import FIELDS


def page() -> str:
    """The page, in Markdown."""
    return reference.page("K-Means", "kmeans", FIELDS)


if __name__ == "__main__":
    sys.stdout.write(page())
