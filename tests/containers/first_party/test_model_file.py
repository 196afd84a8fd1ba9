"""The file of a model, whatever host wrote it."""

from __future__ import annotations

import pytest

from sagemock.containers.base import ArtifactError, ModelData
from sagemock.containers.first_party.model_file import read


@pytest.mark.parametrize("name", ["model_algo-1", "model_algo-2"])
def test_the_file_of_any_host(name: str) -> None:
    assert read(ModelData({"state": b"no", name: b"model"})) == b"model"


@pytest.mark.parametrize("files", [{}, {"model": b"x"}, {"folder/model_algo-1": b"x"}])
def test_no_such_file(files: dict[str, bytes]) -> None:
    with pytest.raises(ArtifactError, match="the model data has no file model_algo-1"):
        read(ModelData(files))
