"""How fast data becomes arrays, against the readers that people have.

    python benchmarks/bench_decode.py [mnist.npz]

RecordIO-protobuf: the size of MNIST, 50,000 rows of 784 numbers (159 MB), against Google's
protobuf library record by record, as the SageMaker SDK's reader does it; the SDK's own reader
too where it is installed. Peers read a part, and their time is scaled. CSV: 10,000 rows of 785
numbers, against numpy, pandas, polars and pyarrow, as far as they are installed. Each figure is
the best of several, and the ratio is the peer's time over ours.
"""

from __future__ import annotations

import missing_packages  # noqa: F401 - before those that may be missing

# isort: split
import io
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.descriptor_pb2 import FileDescriptorProto

from sagemock.formats import csv, recordio

ROWS, COLUMNS = 50_000, 784
SPARSE_ROWS, SPARSE_COLUMNS, SPARSE_VALUES = 50_000, 1_000_000, 20
PEER_ROWS = 2_000
DESCRIPTOR = Path(__file__).parents[1] / "fixtures" / "record.json"


def best(call: Callable[..., Any], *arguments: Any, times: int = 5) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call(*arguments)
        taken.append(time.perf_counter() - start)
    return min(taken)


def record_type() -> Any:
    pool = descriptor_pool.DescriptorPool()
    pool.Add(json_format.Parse(DESCRIPTOR.read_text(), FileDescriptorProto()))
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("aialgs.data.Record"))


def digits(path: str | None) -> Any:
    """(rows, columns) float32 in 0..1, and labels; random ones without a file."""
    if path is None:
        rng = np.random.default_rng(0)
        images = rng.integers(0, 256, (ROWS, COLUMNS), np.uint8)
        return images.astype(np.float32) / 256, rng.integers(0, 2, ROWS).astype(np.float32)
    with np.load(path) as arrays:
        images = arrays["x_train"][:ROWS].reshape(ROWS, COLUMNS)
        return images.astype(np.float32) / 256, (arrays["y_train"][:ROWS] == 0).astype(np.float32)


def by_protobuf(data: bytes, record: Any, kind: str, sparse: bool = False) -> list[Any]:
    """Record by record, the values as arrays."""
    rows = []
    for _, start, end in recordio._walk(data):
        parsed = record.FromString(data[start:end])
        tensor = getattr(parsed.features["values"], kind)
        label = getattr(parsed.label["values"], kind).values[0]
        keys = np.array(tensor.keys, np.int64) if sparse else None
        rows.append((np.array(tensor.values, np.float32), keys, label))
    return rows


def by_sdk(data: bytes) -> Any:
    from sagemaker.amazon.common import read_records

    records = read_records(io.BytesIO(data))
    return [np.array(each.features["values"].float32_tensor.values, "f4") for each in records]


def written(record: Any, kind: str, rows: int) -> bytes:
    """Dense or, for a kind with keys, sparse records, as Google's library writes them."""
    rng = np.random.default_rng(0)
    data = []
    sparse = kind == "sparse"
    field = "float32_tensor" if sparse else kind
    for row in range(rows):
        encoded = record()
        tensor = getattr(encoded.features["values"], field)
        if sparse:
            keys = np.unique(rng.integers(0, SPARSE_COLUMNS, SPARSE_VALUES))
            tensor.keys.extend(keys.tolist())
            tensor.shape.append(SPARSE_COLUMNS)
            tensor.values.extend(rng.standard_normal(len(keys)))
        else:
            tensor.values.extend(rng.integers(0, 256, COLUMNS).tolist())
        getattr(encoded.label["values"], field).values.append(row % 2)
        data.append(recordio.frame(encoded.SerializeToString()))
    return b"".join(data)


def report(what: str, ours: float, size: int, **peers: float) -> None:
    print(f"{what:34} {ours * 1000:9.1f} ms {size / ours / 1e9:7.2f} GB/s", end="")
    for name, taken in peers.items():
        print(f"   {name} x{taken / ours:.1f}", end="")
    print()


def matrix(data: bytes) -> Any:
    rows, labels = recordio.decode(data)
    return rows.features(), labels


def bench_recordio(path: str | None) -> None:
    record = record_type()
    features, labels = digits(path)
    data = recordio.encode(features, labels)
    report("encode 50,000 x 784 float32", best(recordio.encode, features, labels), len(data))
    part = recordio.encode(features[:PEER_ROWS], labels[:PEER_ROWS])
    scale = ROWS / PEER_ROWS
    ours = best(matrix, data)
    peers = {"protobuf": best(by_protobuf, part, record, "float32_tensor") * scale}
    try:
        peers["SageMaker SDK"] = best(by_sdk, part) * scale
    except ImportError:
        print("(the SageMaker SDK is not installed)")
    report("decode 50,000 x 784 float32", ours, len(data), **peers)
    copy = best(np.copy, np.frombuffer(data, np.uint8))
    print(f"{'':34} {ours / copy:9.1f} times as long as copying the bytes")
    for kind in ("float64_tensor", "int32_tensor"):
        data = written(record, kind, PEER_ROWS)
        peer = best(by_protobuf, data, record, kind)
        report(f"decode 2,000 x 784 {kind[:7]}", best(matrix, data), len(data), protobuf=peer)
    data = written(record, "sparse", SPARSE_ROWS)
    peer = best(by_protobuf, data, record, "float32_tensor", True, times=1)
    report("decode 50,000 x 1e6, 20 values each", best(matrix, data), len(data), protobuf=peer)


def bench_csv() -> None:
    rng = np.random.default_rng(0)
    tables = {
        "integers": rng.integers(0, 256, (10_000, 785)).tolist(),
        "floats": rng.standard_normal((10_000, 785)).astype(np.float32).astype(float).tolist(),
    }
    for name, table in tables.items():
        data = "\n".join(",".join(map(repr, row)) for row in table).encode()
        peers = {"numpy": best(csv.decode_by_numpy, data, times=2)}
        for reader in (by_pandas, by_pyarrow):
            try:
                peers[reader.__name__[3:]] = best(reader, data, times=3)
            except ImportError:
                print(f"({reader.__name__[3:]} is not installed)")
        report(f"csv 10,000 x 785 {name}", best(csv.decode, data), len(data), **peers)
        seconds = best(refused, data + b"\n1,x", times=3)
        report("  of which the last row is bad", seconds, len(data), numpy=peers["numpy"])


def refused(data: bytes) -> None:
    try:
        csv.decode(data)
    except csv.CsvError:
        return
    raise AssertionError


def by_pandas(data: bytes) -> Any:
    import pandas

    return pandas.read_csv(io.BytesIO(data), header=None, dtype=np.float32).to_numpy()


def by_pyarrow(data: bytes) -> Any:
    import pyarrow.csv

    options = pyarrow.csv.ReadOptions(autogenerate_column_names=True)
    table = pyarrow.csv.read_csv(io.BytesIO(data), read_options=options)
    return np.column_stack([column.to_numpy() for column in table.columns]).astype(np.float32)


if __name__ == "__main__":
    bench_recordio(sys.argv[1] if len(sys.argv) > 1 else None)
    bench_csv()
    load = os.getloadavg()[0]
    if load > 1.5:
        print(f"(noisy: the load of the machine was {load:.0f})")
