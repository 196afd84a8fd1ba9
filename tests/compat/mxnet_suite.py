"""Check that Apache MXNet 1.9.1 reads the artifacts of every predictor, and sagemock MXNet's files.

MXNet ended with Python 3.8 and numpy 1.23, so it needs an interpreter of its own:

    python3.8 -m venv mx && mx/bin/pip install mxnet==1.9.1 'numpy<1.24'
    python tests/compat/mxnet_suite.py mx/bin/python

Trains a model for each loss on small data, and compares the scores that MXNet computes from the
artifact, as a module and as a gluon block, with sagemock's own. The centers of a K-Means model, and
the arrays of a PCA model by name, must be the same, and their files are what MXNet itself writes,
byte for byte. The scores of factorization machines are compared for both networks, that of dense
and that of sparse data.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.datasets import load_diabetes, load_digits

from sagemock.algorithms.factorization_machines.losses import logistic
from sagemock.containers.base import ModelData, TrainingInput
from sagemock.containers.factorization_machines.artifact import unpack_member as unpack_machine
from sagemock.containers.factorization_machines.training import FactorizationMachinesTraining
from sagemock.containers.first_party import ndarray_list
from sagemock.containers.first_party.model_file import MEMBER
from sagemock.containers.inputs import Channel, Part, Shard
from sagemock.containers.kmeans.artifact import unpack_member
from sagemock.containers.kmeans.training import KMeansTraining
from sagemock.containers.linear_learner.serving import LinearLearnerServing
from sagemock.containers.linear_learner.training import LinearLearnerTraining
from sagemock.containers.pca.training import PCATraining
from sagemock.formats.archive import tar_gz
from sagemock.formats.recordio import encode

READER = Path(__file__).with_name("mxnet_reader.py")
TOLERANCE = 1e-5
"""Relative to the largest score: products are summed in another order."""

REGRESSIONS = (
    "squared_loss",
    "absolute_loss",
    "eps_insensitive_squared_loss",
    "eps_insensitive_absolute_loss",
    "quantile_loss",
    "huber_loss",
)

Data = tuple[NDArray[np.float32], NDArray[np.float32]]


def jobs() -> Iterator[tuple[str, dict[str, str], Data]]:
    """A name, hyperparameters and data for each loss."""
    images, digits = load_digits(return_X_y=True)
    zero: Data = (images.astype(np.float32), (digits == 0).astype(np.float32))
    for loss in ("logistic", "hinge_loss"):
        yield loss, {"predictor_type": "binary_classifier", "loss": loss}, zero
    multiclass = {"predictor_type": "multiclass_classifier", "num_classes": "10"}
    yield "softmax_loss", multiclass, (zero[0], digits.astype(np.float32))
    features, target = load_diabetes(return_X_y=True)
    diabetes: Data = (features.astype(np.float32), target.astype(np.float32))
    for loss in REGRESSIONS:
        yield loss, {"predictor_type": "regressor", "loss": loss}, diabetes


def difference(python: str, hyperparameters: dict[str, str], data: Data, folder: Path) -> float:
    """The largest difference of scores, relative to the largest score."""
    channel = Channel("train", None, [Shard((0,), [Part("train", encode(*data))])])
    settings = hyperparameters | {"mini_batch_size": "100", "epochs": "2"}
    output = LinearLearnerTraining().train(TrainingInput(settings, {"train": channel}))
    assert output.model is not None
    artifact = b"".join(tar_gz(output.model))
    (folder / "model.tar.gz").write_bytes(artifact)
    np.save(folder / "features.npy", data[0][:50])
    names = ("model.tar.gz", "features.npy", "scores.npz", "weights.params")
    subprocess.run([python, str(READER), *names], cwd=folder, check=True, stderr=subprocess.DEVNULL)
    serving = LinearLearnerServing()
    served = serving.load(ModelData(output.model), document={}, environment={}, log=print)
    model = served.model
    expected = model.predict(data[0][:50]).scores
    check_weights(model.weights, (folder / "weights.params").read_bytes())
    with np.load(folder / "scores.npz") as scores:
        errors = [np.abs(scores[name] - expected).max() for name in ("module", "block")]
    return float(max(errors) / np.abs(expected).max())


def check_weights(weights: NDArray[np.float32], written: bytes) -> None:
    """Whether sagemock reads what MXNet has written, whatever its type."""
    arrays = ndarray_list.decode(written)
    np.testing.assert_array_equal(arrays.pop("fc0_weight"), weights)
    arrays.pop("fc0_bias")
    assert len(arrays) == 7
    for array in arrays.values():
        np.testing.assert_array_equal(array, [[1, 2], [3, 4]])


def pca_is_read(python: str, folder: Path) -> bool:
    """Whether MXNet reads the arrays of a PCA model, and would write the same file."""
    images, _ = load_digits(return_X_y=True)
    channel = Channel(
        "train", None, [Shard((0,), [Part("train", encode(images.astype(np.float32)))])]
    )
    settings = {"num_components": "10", "feature_dim": "64", "mini_batch_size": "500"}
    output = PCATraining().train(TrainingInput(settings, {"train": channel}))
    assert output.model is not None
    member = ModelData(output.model).read(MEMBER)
    (folder / MEMBER).write_bytes(member)
    names = (MEMBER, "arrays.npz", "again")
    subprocess.run([python, str(READER), *names], cwd=folder, check=True, stderr=subprocess.DEVNULL)
    expected = ndarray_list.decode(member)
    with np.load(folder / "arrays.npz") as arrays:
        same = list(arrays) == list(expected) == ["v", "s", "mean"] and all(
            np.array_equal(arrays[name], expected[name]) for name in expected
        )
    return same and (folder / "again").read_bytes() == member


def kmeans_is_read(python: str, folder: Path) -> bool:
    """Whether MXNet reads the centers of a K-Means model, and would write the same file."""
    images, _ = load_digits(return_X_y=True)
    channel = Channel(
        "train", None, [Shard((0,), [Part("train", encode(images.astype(np.float32)))])]
    )
    settings = {"k": "10", "feature_dim": "64"}
    output = KMeansTraining().train(TrainingInput(settings, {"train": channel}))
    assert output.model is not None
    member = ModelData(output.model).read(MEMBER)
    (folder / MEMBER).write_bytes(member)
    names = (MEMBER, "centers.npy", "again")
    subprocess.run([python, str(READER), *names], cwd=folder, check=True, stderr=subprocess.DEVNULL)
    same = np.array_equal(np.load(folder / "centers.npy"), unpack_member(member).centers)
    return same and (folder / "again").read_bytes() == member


def machine_difference(python: str, predictor: str, *, sparse: bool, folder: Path) -> float:
    """The largest difference of the scores of a factorization machine, relative to the largest."""
    images, digits = load_digits(return_X_y=True)
    rows, labels = (images / 16).astype(np.float32), (digits == 0).astype(np.float32)
    body = encode(csr_array(rows) if sparse else rows, labels)
    channel = Channel("train", None, [Shard((0,), [Part("train", body)])])
    settings = {"predictor_type": predictor, "feature_dim": "64", "num_factors": "5"}
    settings |= {"mini_batch_size": "100", "epochs": "5", "factors_lr": "0.05"}
    output = FactorizationMachinesTraining().train(TrainingInput(settings, {"train": channel}))
    assert output.model is not None
    member = ModelData(output.model).read(MEMBER)
    (folder / MEMBER).write_bytes(member)
    np.save(folder / "features.npy", rows[:50])
    names = ("machine", MEMBER, "features.npy", "scores.npz")
    subprocess.run([python, str(READER), *names], cwd=folder, check=True, stderr=subprocess.DEVNULL)
    model = unpack_machine(member)
    assert model.sparse == sparse
    expected = model.predict(rows[:50]).scores
    with np.load(folder / "scores.npz") as scores:
        by_arrays = scores["arrays"].astype(np.float32)
        linked = logistic(by_arrays) if predictor == "binary_classifier" else by_arrays
        errors = [np.abs(each - expected).max() for each in (scores["module"], linked)]
    return float(max(errors) / np.abs(expected).max())


def main(python: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        failed = not kmeans_is_read(python, Path(folder))
    print(f"{'K-Means':32} {'differs' if failed else 'the same'}")
    with tempfile.TemporaryDirectory() as folder:
        differs = not pca_is_read(python, Path(folder))
    failed |= differs
    print(f"{'PCA':32} {'differs' if differs else 'the same'}")
    for predictor in ("regressor", "binary_classifier"):
        for sparse in (False, True):
            with tempfile.TemporaryDirectory() as folder:
                worst = machine_difference(python, predictor, sparse=sparse, folder=Path(folder))
            failed |= worst > TOLERANCE
            name = f"{predictor}, {'sparse' if sparse else 'dense'}"
            print(f"{name:32} largest relative difference of scores {worst:.1e}")
    for name, hyperparameters, data in jobs():
        with tempfile.TemporaryDirectory() as folder:
            worst = difference(python, hyperparameters, data, Path(folder))
        failed |= worst > TOLERANCE
        print(f"{name:32} largest relative difference of scores {worst:.1e}")
    print("FAILED" if failed else "MXNet reads them all")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(str(Path(sys.argv[1]).absolute())))
