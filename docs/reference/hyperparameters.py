"""Reference pages of hyperparameters, from the tables by which they are read.

`python -m docs.reference.hyperparameters linear_learner > docs/hyperparameters.md`, and for
each other folder `python -m docs.reference.hyperparameters kmeans > docs/kmeans-hyperparameters.md`
"""

from __future__ import annotations

import sys

from sagemock.containers.factorization_machines import hyperparameters as factorization_machines
from sagemock.containers.kmeans import hyperparameters as kmeans
from sagemock.containers.knn import hyperparameters as knn
from sagemock.containers.linear_learner import hyperparameters as linear_learner
from sagemock.containers.pca import hyperparameters as pca
from sagemock.containers.random_cut_forest import hyperparameters as random_cut_forest
from sagemock.containers.xgboost import hyperparameters as xgboost

ALGORITHMS = {
    "linear_learner": ("Linear Learner", linear_learner.FIELDS),
    "kmeans": ("K-Means", kmeans.FIELDS),
    "pca": ("PCA", pca.FIELDS),
    "knn": ("KNN", knn.FIELDS),
    "random_cut_forest": ("the random cut forest", random_cut_forest.FIELDS),
    "xgboost": ("XGBoost", xgboost.FIELDS),
    "factorization_machines": ("factorization machines", factorization_machines.FIELDS),
}
"""By their folders in `containers/`."""


def page(folder: str) -> str:
    """The page of an algorithm in Markdown."""
    algorithm, fields = ALGORITHMS[folder]
    rows = []
    for field in fields:
        default = "**required**" if field.required else f"`{field.default}`"
        shown = default if field.required or field.default else ""
        rows.append(f"| `{field.name}` | {shown} | {field.kind.words} | {field.meaning} |\n")
    return (
        f"# Hyperparameters of {algorithm}\n\n"
        f"Generated from `containers/{folder}/hyperparameters.py`, from which values are also "
        "read,\nchecked and printed in the log. Values are texts, as in every `HyperParameters` "
        "map. A name that is\nnot here, or a value that is not valid, ends a job as `Failed`.\n\n"
        "| Name | Default | Valid | Meaning |\n|---|---|---|---|\n"
    ) + "".join(rows)


if __name__ == "__main__":
    sys.stdout.write(page(sys.argv[1]))
