"""The reference page of the hyperparameters, from their table.

`python -m sagemock.containers.linear_learner.reference > docs/hyperparameters.md`
"""

from __future__ import annotations

import sys

from sagemock.containers.linear_learner.hyperparameters import FIELDS

_HEAD = """\
# Hyperparameters of Linear Learner

Generated from `containers/linear_learner/hyperparameters.py`, from which values are also read,
checked and printed in the log. Values are texts, as in every `HyperParameters` map. A name that is
not here, or a value that is not valid, ends a job as `Failed`.

| Name | Default | Valid | Meaning |
|---|---|---|---|
"""


def page() -> str:
    """The page, in Markdown."""
    rows = []
    for field in FIELDS:
        default = "**required**" if field.default is None else f"`{field.default}`"
        shown = "" if field.default == "" else default
        rows.append(f"| `{field.name}` | {shown} | {field.kind.words} | {field.meaning} |\n")
    return _HEAD + "".join(rows)


if __name__ == "__main__":
    sys.stdout.write(page())
