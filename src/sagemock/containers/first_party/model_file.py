"""The single file of a model of Amazon's first algorithms."""

from __future__ import annotations

from sagemock.containers.base import ArtifactError, ModelData

MEMBER = "model_algo-1"
"""Its name in `model.tar.gz`, which contains that of the host that wrote it."""


def is_member(name: str) -> bool:
    """Whether a file with that name contains the model, whichever host wrote it."""
    return name.startswith("model_algo-")


def read(model: ModelData) -> bytes:
    """The content of the file. Raises `ArtifactError` when there is none."""
    for name in model.files:
        if is_member(name):
            return model.read(name)
    raise ArtifactError(f"the model data has no file {MEMBER}")
