"""The one file that a model of Amazon's first algorithms is."""

from __future__ import annotations

from sagemock.containers.base import ArtifactError, ModelData

MEMBER = "model_algo-1"
"""Its name in `model.tar.gz`, after the host that wrote it."""


def is_member(name: str) -> bool:
    """Whether a file of that name holds the model, whatever host wrote it."""
    return name.startswith("model_algo-")


def read(model: ModelData) -> bytes:
    """The content of the file. Raises `ArtifactError` when there is none."""
    for name in model.files:
        if is_member(name):
            return model.read(name)
    raise ArtifactError(f"the model data has no file {MEMBER}")
