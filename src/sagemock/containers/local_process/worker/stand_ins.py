"""Modules that scripts import in AWS's containers, for where they are not installed.

`sagemaker_inference`, and `sagemaker_containers.beta.framework`, as far as scripts use them.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
import types

from . import formats, scikit_learn, toolkit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CONTENT_TYPES = {
    "JSON": formats.JSON,
    "CSV": formats.CSV,
    "OCTET_STREAM": formats.OCTET_STREAM,
    "ANY": formats.ANY,
    "NPY": formats.NPY,
    "NPZ": formats.NPZ,
    "UTF8_TYPES": formats.UTF8_TYPES,
}

_ERRORS = {
    "UnsupportedFormatError": formats.UnsupportedFormatError,
    "BaseInferenceToolkitError": toolkit.BaseInferenceToolkitError,
    "GenericInferenceToolkitError": toolkit.GenericInferenceToolkitError,
}

FRAMEWORK = "sagemaker_containers.beta.framework"


class ScriptClientError(Exception):
    """Raised by scripts for requests that are wrong."""


def modules(model_dir: str) -> dict[str, dict[str, Any]]:
    """Return what each module has, by its name.

    Parameters
    ----------
    model_dir
        The folder of the model.
    """
    inference: dict[str, dict[str, Any]] = {
        "content_types": _CONTENT_TYPES,
        "errors": _ERRORS,
        "decoder": {
            "decode": formats.decode,
            "_json_to_numpy": formats.json_to_numpy,
            "_csv_to_numpy": formats.csv_to_numpy,
            "_npy_to_numpy": formats.npy_to_numpy,
            "_npz_to_sparse": formats.npz_to_sparse,
        },
        "encoder": {
            "encode": formats.encode,
            "SUPPORTED_CONTENT_TYPES": set(formats.ENCODERS),
            "_array_to_json": formats.array_to_json,
            "_array_to_csv": formats.array_to_csv,
            "_array_to_npy": formats.array_to_npy,
        },
        "utils": {"parse_accept": formats.accepted},
        "environment": {"model_dir": model_dir, "code_dir": f"{model_dir}/code"},
        "default_inference_handler": {"DefaultInferenceHandler": toolkit.DefaultHandlers},
    }
    framework: dict[str, dict[str, Any]] = {
        "content_types": _CONTENT_TYPES,
        "errors": {
            "UnsupportedFormatError": formats.UnsupportedFormatError,
            "ClientError": ScriptClientError,
        },
        "encoders": {
            "decode": formats.containers_decode,
            "encode": formats.containers_encode,
            "json_to_numpy": formats.json_to_numpy,
            "csv_to_numpy": formats.csv_rows_to_numpy,
            "npy_to_numpy": formats.npy_to_numpy,
            "array_to_json": formats.array_to_json,
            "array_to_csv": formats.array_to_csv_rows,
            "array_to_npy": formats.array_to_npy,
        },
        "worker": {"Response": scikit_learn.FlaskResponse},
        "env": {"model_dir": model_dir},
        "modules": {},
        "transformer": {},
        "server": {},
    }
    return {
        "sagemaker_inference": {},
        **{f"sagemaker_inference.{name}": members for name, members in inference.items()},
        "sagemaker_containers": {},
        "sagemaker_containers.beta": {},
        FRAMEWORK: {},
        **{f"{FRAMEWORK}.{name}": members for name, members in framework.items()},
    }


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the modules after all other finders."""

    def __init__(self, model_dir: str) -> None:
        self._modules = modules(model_dir)

    def find_spec(self, fullname: str, _path: Any = None, _target: Any = None) -> Any:
        """Return the spec of a module of ours."""
        if fullname not in self._modules:
            return None
        is_package = any(name.startswith(f"{fullname}.") for name in self._modules)
        return importlib.util.spec_from_loader(fullname, self, is_package=is_package)

    def create_module(self, spec: Any) -> Any:
        """Return a module; its members come with its execution."""
        return types.ModuleType(spec.name)

    def exec_module(self, module: Any) -> None:
        """Give a module its members."""
        vars(module).update(self._modules[module.__name__])


def install(model_dir: str) -> None:
    """Let scripts import these modules where they are not installed."""
    sys.meta_path.append(StandIns(model_dir))
