"""What AWS's containers of frameworks do without handlers: PyTorch, XGBoost, Hugging Face.

Each is as its repository has it: `sagemaker-pytorch-inference-toolkit` and
`sagemaker-xgboost-container` on GitHub. The libraries are those of the user.
"""

from __future__ import annotations

import csv
import json
import os

from . import formats
from .toolkit import DefaultHandlers, missing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

REPOSITORY = "https://github.com/aws/sagemaker-python-sdk"
"""Where texts of the containers of XGBoost and scikit-learn lead to."""

MODEL_FILE = "model.pt"
"""The file of a PyTorch model among several."""


class ModelLoadError(Exception):
    """A PyTorch model that is not TorchScript."""


class PyTorchHandlers(DefaultHandlers):
    """The container `pytorch-inference`."""

    def default_model_fn(self, model_dir: str) -> Any:
        """Load the one TorchScript file of the model."""
        import torch

        path = os.path.join(model_dir, MODEL_FILE)
        if not os.path.exists(path):
            # The container looks for them below its working directory, which is this folder.
            files = [
                name
                for name in os.listdir(model_dir)
                if name.endswith((".pt", ".pth")) and os.path.isfile(os.path.join(model_dir, name))
            ]
            if len(files) != 1:
                raise ValueError(
                    f"Exactly one .pth or .pt file is required for PyTorch models: {files}"
                )
            path = os.path.join(model_dir, files[0])
        try:
            model = torch.jit.load(path, map_location=_device())
        except RuntimeError as error:
            raise ModelLoadError(
                f"Failed to load {path}. Please ensure model is saved using torchscript."
            ) from error
        return model.to(_device())

    def default_input_fn(self, input_data: Any, content_type: Any) -> Any:
        """Return the tensor of a body."""
        import torch

        array = formats.decode(input_data, content_type)
        as_text = content_type in formats.UTF8_TYPES
        tensor = torch.FloatTensor(array) if as_text else torch.from_numpy(array)
        return tensor.to(_device())

    def default_predict_fn(self, data: Any, model: Any) -> Any:
        """Call the model, without gradients."""
        import torch

        with torch.no_grad():
            model = model.to(_device())
            data = data.to(_device())
            model.eval()
            return model(data)

    def default_output_fn(self, prediction: Any, accept: str) -> Any:
        """Write a tensor as nested lists."""
        import torch

        if type(prediction) is torch.Tensor:
            prediction = prediction.detach().cpu().numpy().tolist()
        for content_type in formats.accepted(accept):
            if content_type in formats.ENCODERS:
                return formats.encode(prediction, content_type)
        raise formats.UnsupportedFormatError(accept)


def _device() -> Any:
    import torch

    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


class XGBoostHandlers(DefaultHandlers):
    """The container `sagemaker-xgboost` in script mode, whose scripts have to load the model."""

    def default_model_fn(self, model_dir: str) -> Any:
        """Refuse."""
        raise NotImplementedError(missing("model_fn", REPOSITORY))

    def default_input_fn(self, input_data: Any, content_type: Any) -> Any:
        """Return the DMatrix of CSV or LIBSVM."""
        kind = str(content_type).partition(";")[0].strip().lower()
        return formats.convert(DMATRICES, input_data, kind)

    def default_predict_fn(self, data: Any, model: Any) -> Any:
        """Call the booster."""
        return model.predict(data, validate_features=False)

    def default_output_fn(self, prediction: Any, accept: str) -> Any:
        """Write the predictions in the one type that is accepted."""
        return formats.containers_encode(prediction, accept)


def csv_to_dmatrix(data: Any) -> Any:
    """Return the DMatrix of CSV, whose delimiter is guessed; what is empty is missing."""
    import numpy as np
    import xgboost

    text = data.decode() if isinstance(data, (bytes, bytearray)) else data
    delimiter = csv.Sniffer().sniff(text.split("\n")[0][:512]).delimiter
    delimiter = "," if delimiter.isalnum() else delimiter
    rows = [
        [value if value else "nan" for value in line.split(delimiter)] for line in text.split("\n")
    ]
    return xgboost.DMatrix(np.array(rows).astype(float))


def libsvm_to_dmatrix(data: Any) -> Any:
    """Return the DMatrix of LIBSVM: on each line a label, which is not used, and `index:value`."""
    import scipy.sparse
    import xgboost

    text = data if isinstance(data, str) else data.decode()
    values, columns, ends = [], [], [0]
    for line in filter(None, map(str.strip, text.splitlines())):
        for pair in line.split()[1:]:
            column, _, value = pair.partition(":")
            columns.append(int(column))
            values.append(float(value))
        ends.append(len(values))
    # Newer versions of the library do not read files.
    return xgboost.DMatrix(scipy.sparse.csr_matrix((values, columns, ends)))


DMATRICES = {
    formats.CSV: csv_to_dmatrix,
    "text/libsvm": libsvm_to_dmatrix,
    "text/x-libsvm": libsvm_to_dmatrix,
}


class HuggingFaceHandlers(DefaultHandlers):
    """The containers of Hugging Face, whose pipelines are not built: scripts have to predict."""

    def default_model_fn(self, model_dir: str) -> Any:
        """Refuse."""
        raise NotImplementedError(NO_PIPELINES)

    def default_input_fn(self, input_data: Any, content_type: Any) -> Any:
        """Return what JSON says; CSV and text by themselves."""
        if content_type == formats.JSON:
            return json.loads(input_data)
        if content_type == formats.CSV or str(content_type).startswith("text/"):
            text = input_data if isinstance(input_data, str) else input_data.decode()
            return {"inputs": text}
        return formats.decode(input_data, content_type)

    def default_predict_fn(self, data: Any, model: Any) -> Any:
        """Refuse."""
        raise NotImplementedError(NO_PIPELINES)


NO_PIPELINES = (
    "sagemock runs no pipelines of Hugging Face: give the model a code/inference.py with model_fn "
    "and predict_fn, or register what serves its image."
)
