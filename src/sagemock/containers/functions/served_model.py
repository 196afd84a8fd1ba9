"""What a function or a class gets that serves in the place of a container."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagemock.containers.serving import InferenceRequest

if TYPE_CHECKING:
    from sagemock.containers.callbacks import Log


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model that a function or a class serves.

    Attributes
    ----------
    model_dir
        The folder with the files of ``model.tar.gz``; empty for a model without model data.
    environment
        The variables of the container's definition in CreateModel.
    document
        This definition.
    """

    model_dir: Path
    environment: Mapping[str, str]
    document: Mapping[str, Any]
    _log: Log

    def log(self, text: object) -> None:
        """Write to the log of the endpoint, each line of a text by itself."""
        for line in str(text).splitlines():
            self._log(line)


@dataclass(frozen=True, slots=True)
class InvocationRequest(InferenceRequest):
    """A request to a function or a class that serves.

    Attributes
    ----------
    model
        The model that it is for.
    """

    model: ServedModel | None = None

    @property
    def text(self) -> str:
        """The body as text. Raises UnicodeDecodeError for a body that is not UTF-8."""
        return self.body.decode()

    def json(self) -> Any:
        """Return what the body says as JSON. Raises ValueError for one that is not JSON."""
        return json.loads(self.body)
