"""Reference pages of hyperparameters, from the tables by which they are read."""

from __future__ import annotations

from collections.abc import Sequence

from sagemock.containers.first_party.hyperparameters import Field


def page(algorithm: str, folder: str, fields: Sequence[Field]) -> str:
    """The page of an algorithm in Markdown; folder: that of its table in `containers/`."""
    rows = []
    for field in fields:
        default = "**required**" if field.default is None else f"`{field.default}`"
        shown = "" if field.default == "" else default
        rows.append(f"| `{field.name}` | {shown} | {field.kind.words} | {field.meaning} |\n")
    return (
        f"# Hyperparameters of {algorithm}\n\n"
        f"Generated from `containers/{folder}/hyperparameters.py`, from which values are also "
        "read,\nchecked and printed in the log. Values are texts, as in every `HyperParameters` "
        "map. A name that is\nnot here, or a value that is not valid, ends a job as `Failed`.\n\n"
        "| Name | Default | Valid | Meaning |\n|---|---|---|---|\n"
    ) + "".join(rows)
