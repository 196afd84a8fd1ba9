"""The model file: a pickle of the `Booster` up to 1.2-2, a file of the library after that.

A pickle is code that runs when it is read, so that only what a `Booster` consists of is admitted.
"""

from __future__ import annotations

import io
import pickle
from dataclasses import dataclass
from typing import Any

from sagemock.containers.base import ArtifactError, ModelData
from sagemock.containers.xgboost.releases import Release

MEMBER = "xgboost-model"

PROTOCOL = 4

ADMITTED = frozenset(
    {
        ("xgboost.core", "Booster"),
        ("builtins", "bytearray"),
        ("__builtin__", "bytearray"),
    }
)
"""What a pickle may name, by module and name."""


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A `Booster`, and whether it comes from a pickle, whose columns are checked."""

    booster: Any
    pickled: bool


class BoosterUnpickler(pickle.Unpickler):
    """Reads the pickle of a `Booster`, and refuses whatever else a pickle could name."""

    def find_class(self, module: str, name: str) -> Any:
        """The class with a name. Raises `UnpicklingError` for one that is not admitted."""
        if (module, name) not in ADMITTED:
            raise pickle.UnpicklingError(f"{module}.{name} is not admitted in a model")
        return super().find_class(module, name)


def pack(booster: Any, release: Release) -> bytes:
    """Encode a model as a release of the container does."""
    return pickle.dumps(booster, PROTOCOL) if release.pickles else file(booster)


def file(booster: Any) -> bytes:
    """Encode a model as the library's `save_model` does for a name without an extension."""
    import xgboost

    binary = int(xgboost.__version__.partition(".")[0]) < 2
    return bytes(booster.save_raw(raw_format="deprecated" if binary else "ubj"))


def load_all(model: ModelData) -> list[LoadedModel]:
    """Load every file of the model. Raises `ArtifactError`."""
    names = [name for name in model.files if "/" not in name]
    if not names:
        raise ArtifactError("Unable to load model: there is no file in /opt/ml/model")
    return [load(name, model.read(name)) for name in names]


def load(name: str, data: bytes) -> LoadedModel:
    """Load a file, first as a pickle, then as a file of the library. Raises `ArtifactError`."""
    import xgboost

    try:
        booster = BoosterUnpickler(io.BytesIO(data)).load()
        if isinstance(booster, xgboost.Booster):
            return LoadedModel(booster, True)
        first: object = f"a {type(booster).__name__} is not a Booster"
    except Exception as error:
        # A pickle can fail in any way; what it may name is limited above.
        first = error
    try:
        booster = xgboost.Booster()
        booster.load_model(bytearray(data))
    except Exception as error:
        raise ArtifactError(
            f"Unable to load model: Model at /opt/ml/model/{name} cannot be loaded:\n"
            f"{first}\n{error}"
        ) from error
    return LoadedModel(booster, False)
