"""Bodies as arrays, and arrays as bodies, as AWS's toolkits for inference have them.

What `sagemaker-inference` 1.10.1 and the older `sagemaker-containers` 2.8 do differs for CSV. numpy
and scipy are imported when a body needs them: handlers may do without.
"""

from __future__ import annotations

import csv
import io
import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

JSON, CSV, NPY, NPZ = "application/json", "text/csv", "application/x-npy", "application/x-npz"
OCTET_STREAM, ANY = "application/octet-stream", "*/*"

UTF8_TYPES = [JSON, CSV]
"""Content types whose bodies handlers get as text."""


SPACES = " " * 12


class UnsupportedFormatError(Exception):
    """A content type that a toolkit neither reads nor writes."""

    def __init__(self, content_type: Any, **kwargs: Any) -> None:
        # The toolkits do mean to take the spaces away, and do not.
        self.message = (
            f"Content type {content_type} is not supported by this framework.\n\n"
            f"{SPACES}Please implement input_fn to to deserialize the request data or an output_fn "
            f"to\n{SPACES}serialize the response. For more information, see the SageMaker Python "
            "SDK README."
        )
        super().__init__(self.message, **kwargs)


def json_to_numpy(text: str, dtype: Any = None) -> Any:
    """Return the array that a JSON text says."""
    import numpy as np

    return np.array(json.loads(text), dtype=dtype)


def csv_to_numpy(text: str, dtype: Any = None) -> Any:
    """Return the array of a CSV text; what is no number becomes NaN."""
    import numpy as np

    return np.genfromtxt(io.StringIO(text), dtype=dtype, delimiter=",")


def csv_rows_to_numpy(text: str, dtype: Any = None) -> Any:
    """Return the array of a CSV text as `sagemaker-containers` does: text, if it has any."""
    import numpy as np

    rows = csv.reader(
        io.StringIO(text), delimiter=",", quotechar='"', doublequote=True, strict=True
    )
    array = np.array(list(rows)).squeeze()
    try:
        return array.astype(dtype)
    except ValueError:
        if dtype is not None:
            raise
        return array


def npy_to_numpy(data: bytes) -> Any:
    """Return the array of a file of numpy. Unlike in AWS's containers, it has no pickles."""
    import numpy as np

    return np.load(io.BytesIO(data), allow_pickle=False)


def npz_to_sparse(data: bytes) -> Any:
    """Return the sparse matrix of a file of scipy."""
    import scipy.sparse

    return scipy.sparse.load_npz(io.BytesIO(data))


def array_to_json(array: Any) -> str:
    """Return what an array, or anything else, is in JSON."""

    def plain(value: Any) -> Any:
        if hasattr(value, "tolist"):
            return value.tolist()
        return json.JSONEncoder().default(value)

    return json.dumps(array, default=plain)


def array_to_npy(array: Any) -> bytes:
    """Return an array as a file of numpy."""
    import numpy as np

    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def array_to_csv(array: Any) -> str:
    """Return an array as CSV."""
    import numpy as np

    stream = io.StringIO()
    np.savetxt(stream, array, delimiter=",", fmt="%s")
    return stream.getvalue()


def array_to_csv_rows(array: Any) -> str:
    """Return an array as CSV as `sagemaker-containers` does; a vector is a column."""
    import numpy as np

    rows = np.array(array)
    if len(rows.shape) == 1:
        rows = np.reshape(rows, (rows.shape[0], 1))
    stream = io.StringIO()
    writer = csv.writer(
        stream, lineterminator="\n", delimiter=",", quotechar='"', doublequote=True, strict=True
    )
    writer.writerows(rows)
    return stream.getvalue()


DECODERS: dict[Any, Callable[[Any], Any]] = {
    NPY: npy_to_numpy,
    CSV: csv_to_numpy,
    JSON: json_to_numpy,
    NPZ: npz_to_sparse,
}
ENCODERS: dict[Any, Callable[[Any], Any]] = {
    NPY: array_to_npy,
    CSV: array_to_csv,
    JSON: array_to_json,
}
"""Of `sagemaker-inference`."""

CONTAINERS_DECODERS: dict[Any, Callable[[Any], Any]] = {
    NPY: npy_to_numpy,
    CSV: csv_rows_to_numpy,
    JSON: json_to_numpy,
}
CONTAINERS_ENCODERS: dict[Any, Callable[[Any], Any]] = {
    NPY: array_to_npy,
    CSV: array_to_csv_rows,
    JSON: array_to_json,
}
"""Of `sagemaker-containers`."""


def convert(
    table: Mapping[Any, Callable[[Any], Any]],
    value: Any,
    content_type: Any,
    error: type[Exception] = UnsupportedFormatError,
) -> Any:
    """Decode or encode a value by a table. Raises an error for a type that it does not have."""
    try:
        return table[content_type](value)
    except KeyError:
        # Also one that the conversion itself raises, as in the toolkits.
        raise error(content_type) from None


def decode(value: Any, content_type: Any) -> Any:
    """Return what `sagemaker-inference` makes of a body."""
    return convert(DECODERS, value, content_type)


def encode(value: Any, content_type: Any) -> Any:
    """Return what `sagemaker-inference` makes of a prediction."""
    return convert(ENCODERS, value, content_type)


def containers_decode(value: Any, content_type: Any) -> Any:
    """Return what `sagemaker-containers` makes of a body."""
    return convert(CONTAINERS_DECODERS, value, content_type)


def containers_encode(value: Any, content_type: Any) -> Any:
    """Return what `sagemaker-containers` makes of a prediction."""
    return convert(CONTAINERS_ENCODERS, value, content_type)


def accepted(accept: str) -> list[str]:
    """Return the types of an `Accept` header, in order."""
    return accept.replace(" ", "").split(",")
