"""The model file: a pickle of the `Booster` up to 1.2-2, a file of the library after that.

A pickle is code that runs when it is read, so that only what a `Booster` consists of is admitted.
"""

from __future__ import annotations

import io
import pickle
from dataclasses import dataclass
from typing import Any

import numpy as np

from sagemock.containers.base import ArtifactError, ModelData
from sagemock.containers.xgboost import probe, ubjson
from sagemock.containers.xgboost.failures import TRACE
from sagemock.containers.xgboost.releases import Release
from sagemock.containers.xgboost.threads import one_thread_in_children

MEMBER = "xgboost-model"

PROTOCOL = 4

STARTS = (b"{", b"binf")
"""How files of the library begin: JSON, its binary form, and the format before 2.0."""

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


class _Stand:
    """Takes the place of a `Booster` where a pickle is only looked at; its state is ignored."""

    def __setstate__(self, state: object) -> None:
        return


class _Looking(BoosterUnpickler):
    """Reads the pickle of a `Booster` without the library."""

    def find_class(self, module: str, name: str) -> Any:
        of_name = super().find_class if module != "xgboost.core" else self._stand
        return of_name(module, name)

    def _stand(self, module: str, name: str) -> type[_Stand]:
        if (module, name) not in ADMITTED:
            raise pickle.UnpicklingError(f"{module}.{name} is not admitted in a model")
        return _Stand


def pack(booster: Any, release: Release) -> bytes:
    """Encode a model as a release of the container does."""
    if release.pickles:
        return probe.remember(pickle.dumps(booster, PROTOCOL))
    return file(booster)


def file(booster: Any) -> bytes:
    """Encode a model as the library's `save_model` does for a name without an extension."""
    import xgboost

    binary = int(xgboost.__version__.partition(".")[0]) < 2
    return probe.remember(bytes(booster.save_raw(raw_format="deprecated" if binary else "ubj")))


def load_all(model: ModelData) -> list[LoadedModel]:
    """Load every file of the model. Raises `ArtifactError`."""
    names = [name for name in model.files if "/" not in name]
    if not names:
        raise ArtifactError("Unable to load model: there is no file in /opt/ml/model")
    return [load(f"/opt/ml/model/{name}", model.read(name)) for name in names]


def load(path: str, data: bytes) -> LoadedModel:
    """Load a file, first as a pickle, then as a file of the library. Raises `ArtifactError`."""
    refusal = _refusal(data)
    if refusal is not None:
        raise _not_loaded(path, refusal)
    if probe.crashes(data):
        raise _not_loaded(path, "the library crashes on it")
    try:
        with one_thread_in_children():
            return attempt(data)
    except Exception as error:
        # A pickle can fail in any way; what it may name is limited above.
        raise _not_loaded(path, error) from error


def _refusal(data: bytes) -> str | None:
    """Why a file is no model, as far as that can be seen without the library; None otherwise."""
    try:
        model = _Looking(io.BytesIO(data)).load()
    except Exception as error:
        # A pickle can fail in any way.
        if not data.startswith(STARTS):
            return f"{error}"
        binary = data.startswith(b"{L") and not ubjson.is_whole(data)
        return "the file is cut, or not one of the library" if binary else None
    return None if isinstance(model, _Stand) else f"a {type(model).__name__} is not a Booster"


def _not_loaded(path: str, reason: object) -> ArtifactError:
    return ArtifactError(f"Unable to load model: Model at {path} cannot be loaded:\n{reason}")


def attempt(data: bytes) -> LoadedModel:
    """Load a model and predict with it once; raises whatever the library does."""
    import xgboost

    try:
        booster = BoosterUnpickler(io.BytesIO(data)).load()
        if not isinstance(booster, xgboost.Booster):
            raise pickle.UnpicklingError(f"a {type(booster).__name__} is not a Booster")
        model = LoadedModel(booster, True)
    except Exception as error:
        booster = xgboost.Booster({"nthread": 1, "verbosity": 0})
        try:
            booster.load_model(bytearray(data))
        except Exception as second:
            raise ValueError(f"{error}\n{str(second).partition(TRACE)[0]}") from second
        model = LoadedModel(booster, False)
    booster.set_param({"nthread": 1, "verbosity": 0})
    rows = np.zeros((1, booster.num_features()), np.float32)
    booster.predict(xgboost.DMatrix(rows, nthread=1), validate_features=False)
    return model
