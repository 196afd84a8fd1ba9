"""Read model artifacts with Apache MXNet, in the ways that people read them.

Runs where mxnet does, which is an old Python without sagemock:

    python mxnet_reader.py artifact.tar.gz features.npy scores.npz weights.params
    python mxnet_reader.py arrays centers.npy again
    python mxnet_reader.py arrays arrays.npz again
    python mxnet_reader.py machine model_algo-1 features.npy scores.npz

The first writes the scores that MXNet computes as a module and as a gluon block, and the weights
again as arrays of several types in one file of MXNet's own making. The second reads a file of one
array without a name, as notebooks read a model of K-Means, and writes it again. The third does so
with a file of several arrays with names, such as a model of PCA. The fourth writes the scores of a
factorization machine, as a module and by its arrays.
"""

import os
import sys
import tarfile
import tempfile
import warnings
import zipfile

import mxnet
import numpy

DTYPES = ("float32", "float64", "float16", "int32", "int64", "uint8", "int8")


def unpack(artifact, directory):
    with tarfile.open(artifact) as outer:
        outer.extractall(directory)
    with zipfile.ZipFile(os.path.join(directory, "model_algo-1")) as inner:
        inner.extractall(directory)


def as_module(prefix, features):
    module = mxnet.module.Module.load(prefix, 0, label_names=["out_label"])
    module.bind([("data", features.shape)], for_training=False)
    module.forward(mxnet.io.DataBatch([mxnet.nd.array(features)]))
    return module.get_outputs()[0].asnumpy(), module._arg_params


def as_block(prefix, features):
    symbol = mxnet.sym.load(prefix + "-symbol.json")
    block = mxnet.gluon.SymbolBlock(symbol, mxnet.sym.var("data"))
    block.load_parameters(prefix + "-0000.params", allow_missing=True)
    block.collect_params().initialize()
    return block(mxnet.nd.array(features)).asnumpy()


def main(artifact, features_path, scores_path, weights_path):
    # What MXNet warns of is its own age.
    warnings.simplefilter("ignore")
    features = numpy.load(features_path)
    with tempfile.TemporaryDirectory() as directory:
        unpack(artifact, directory)
        prefix = os.path.join(directory, "mx-mod")
        module, parameters = as_module(prefix, features)
        block = as_block(prefix, features)
    numpy.savez(scores_path, module=module, block=block)
    numbers = {name: mxnet.nd.array([[1, 2], [3, 4]], dtype=name) for name in DTYPES}
    mxnet.nd.save(weights_path, {**parameters, **numbers})


def only_array(arrays_path, centers_path, again_path):
    warnings.simplefilter("ignore")
    (array,) = mxnet.ndarray.load(arrays_path)
    numpy.save(centers_path, array.asnumpy())
    mxnet.nd.save(again_path, [array])


def named_arrays(arrays_path, copies_path, again_path):
    warnings.simplefilter("ignore")
    arrays = mxnet.ndarray.load(arrays_path)
    numpy.savez(copies_path, **{name: array.asnumpy() for name, array in arrays.items()})
    mxnet.nd.save(again_path, arrays)


def machine(member, features_path, scores_path):
    warnings.simplefilter("ignore")
    features = numpy.load(features_path)
    with tempfile.TemporaryDirectory() as directory:
        with zipfile.ZipFile(member) as archive:
            archive.extractall(directory)
        prefix = os.path.join(directory, "model")
        os.rename(os.path.join(directory, "symbol.json"), prefix + "-symbol.json")
        os.rename(os.path.join(directory, "params"), prefix + "-0000.params")
        module, parameters = as_module(prefix, features)
    arrays = {name: array.asnumpy() for name, array in parameters.items()}
    if "w1_weight" in arrays:
        weight, bias, factors = arrays["w1_weight"], arrays["w0_weight"], arrays["v"]
    else:
        weight, bias = arrays["Linear_Plus_Bias_weight"].T, arrays["Linear_Plus_Bias_bias"]
        factors = arrays["v"].T
    pairs = features.dot(factors) ** 2 - (features**2).dot(factors**2)
    scores = features.dot(weight)[:, 0] + bias.reshape(-1) + 0.5 * pairs.sum(axis=1)
    numpy.savez(scores_path, module=module[:, 0], arrays=scores)


if __name__ == "__main__":
    if sys.argv[1] == "machine":
        machine(*sys.argv[2:])
    elif len(sys.argv) == 5:
        main(*sys.argv[1:])
    elif sys.argv[2].endswith(".npz"):
        named_arrays(*sys.argv[1:])
    else:
        only_array(*sys.argv[1:])
