"""`model.tar.gz`: written as the real one is, read wherever it comes from, and safely."""

from __future__ import annotations

import gzip
import io
import json
import struct
import tarfile
import zipfile
from typing import Any

import numpy as np
import pytest
from tests.containers.linear_learner import archives
from tests.containers.linear_learner.archives import pack, unpack
from tests.memory import peak_memory

from sagemock.algorithms.linear_learner import LinearModel
from sagemock.containers.base import ArtifactError
from sagemock.containers.first_party import model_zip
from sagemock.containers.linear_learner import artifact as model_artifact
from sagemock.formats import archive
from sagemock.formats.archive import ArchiveError

RECORDED_PARAMETERS = {
    "threshold": 0.46301859617233276,
    "loss_type": "logistic",
    "metrics_params": {
        "eps_insensitive_loss_type": None,
        "class_weights": None,
        "huber_delta": None,
        "quantile": None,
        "loss_insensitivity": None,
        "positive_example_weight_mult": 1.0,
        "accuracy_top_k": 3,
        "threshold": 0.46301859617233276,
        "f_beta": 1.0,
        "margin": None,
    },
    "predictor_type": "binary_classifier",
}


def model(outputs: int = 1, columns: int = 14, **changes: Any) -> LinearModel:
    rng = np.random.default_rng(0)
    settings: dict[str, Any] = {
        "predictor_type": "binary_classifier",
        "loss": "logistic",
        "weights": rng.standard_normal((columns, outputs)).astype(np.float32),
        "bias": rng.standard_normal(outputs).astype(np.float32),
        "threshold": 0.46301859617233276,
        "metrics_params": RECORDED_PARAMETERS["metrics_params"],
    }
    return LinearModel(**settings | changes)


def members(artifact: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(artifact), mode="r:gz") as outer:
        assert outer.getnames() == ["model_algo-1"]
        (entry,) = outer.getmembers()
        assert (entry.uid, entry.gid) == (0, 0)
        content = outer.extractfile(entry)
        assert content is not None
        inner = zipfile.ZipFile(io.BytesIO(content.read()))
    assert {info.compress_type for info in inner.infolist()} == {zipfile.ZIP_STORED}
    return {name: inner.read(name) for name in inner.namelist()}


def packed(files: dict[str, bytes], name: str = "model_algo-1", **zip_options: Any) -> bytes:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", **zip_options) as archive:
        for each, content in files.items():
            archive.writestr(each, content)
    return archives.packed({name: inner.getvalue()})


def recorded_weights(
    weight: Any, bias: Any, *, bias_first: bool, code: int = 0, dtype: str = "<f4"
) -> bytes:
    """An NDArray list, put together field by field as recorded artifacts have it."""
    arrays = [("arg:fc0_weight", np.reshape(weight, (-1, 1))), ("arg:fc0_bias", [[bias]])]
    if bias_first:
        arrays.reverse()
    parts = [struct.pack("<QQQ", 0x112, 0, 2)]
    for _, array in arrays:
        values = np.array(array, dtype)
        parts.append(struct.pack("<Iii", 0xF993FAC9, 0, 2) + struct.pack("<qq", *values.shape))
        parts.append(struct.pack("<iii", 1, 0, code) + values.tobytes())
    parts.append(struct.pack("<Q", 2))
    parts += [struct.pack("<Q", len(name)) + name.encode() for name, _ in arrays]
    return b"".join(parts)


def recorded(**options: Any) -> bytes:
    """An artifact of 14 features such as AWS made in 2023, in the order in which it had them."""
    weights = recorded_weights(range(14), 0.5, **{"bias_first": False, **options})
    return packed(
        {
            "additional-params.json": json.dumps(RECORDED_PARAMETERS).encode(),
            "manifest.json": b'{"additional-params.json": "json", "mx-mod": "mxnet_module", '
            b'"version": 1}',
            "mx-mod-0000.params": weights,
            "mx-mod-symbol.json": b"{}",
        }
    )


def test_the_four_files_and_their_sizes() -> None:
    files = members(pack(model()))
    assert list(files) == [
        "manifest.json",
        "additional-params.json",
        "mx-mod-symbol.json",
        "mx-mod-0000.params",
    ]
    assert len(files["manifest.json"]) == 74
    assert len(files["mx-mod-0000.params"]) == 214
    assert json.loads(files["additional-params.json"]) == RECORDED_PARAMETERS
    wide = members(pack(model(columns=513)))
    assert len(wide["mx-mod-0000.params"]) == 2210


def test_the_graph_is_the_recorded_one() -> None:
    symbol = members(pack(model()))["mx-mod-symbol.json"].decode()
    assert symbol.startswith(
        '{\n  "nodes": [\n    {\n      "op": "null", \n      "name": "data", \n'
        '      "inputs": []\n    }, \n    {\n      "op": "null", \n      "name": "fc0_weight", \n'
        '      "attrs": {"__shape__": "(14, 1)"}, \n      "inputs": []\n    }, \n'
    )
    graph = json.loads(symbol)
    assert [(node["op"], node["name"], node["inputs"]) for node in graph["nodes"]] == [
        ("null", "data", []),
        ("null", "fc0_weight", []),
        ("dot", "dot32", [[0, 0, 0], [1, 0, 0]]),
        ("null", "fc0_bias", []),
        ("broadcast_add", "broadcast_plus32", [[2, 0, 0], [3, 0, 0]]),
        ("null", "out_label", []),
        ("LogisticRegressionOutput", "logisticregressionoutput32", [[4, 0, 0], [5, 0, 0]]),
    ]
    assert graph["nodes"][3]["attrs"] == {"__lr_mult__": "10.0", "__shape__": "(1, 1)"}
    assert graph["arg_nodes"] == [0, 1, 3, 5]
    assert graph["heads"] == [[6, 0, 0]]
    assert graph["attrs"] == {"mxnet_version": ["int", 10301]}


@pytest.mark.parametrize(
    ("predictor_type", "loss", "outputs", "operator"),
    [
        ("binary_classifier", "logistic", 1, "LogisticRegressionOutput"),
        ("binary_classifier", "hinge_loss", 1, "LinearRegressionOutput"),
        ("multiclass_classifier", "softmax_loss", 5, "SoftmaxOutput"),
        ("regressor", "huber_loss", 1, "LinearRegressionOutput"),
    ],
)
def test_every_predictor_comes_back(
    predictor_type: str, loss: str, outputs: int, operator: str
) -> None:
    before = model(outputs, predictor_type=predictor_type, loss=loss)
    artifact = pack(before)
    assert pack(before) == artifact
    graph = json.loads(members(artifact)["mx-mod-symbol.json"])
    assert graph["nodes"][-1]["op"] == operator
    assert graph["nodes"][1]["attrs"]["__shape__"] == f"(14, {outputs})"
    after = unpack(artifact)
    np.testing.assert_array_equal(after.weights, before.weights)
    np.testing.assert_array_equal(after.bias, before.bias)
    assert (after.predictor_type, after.loss, after.threshold, after.metrics_params) == (
        predictor_type,
        loss,
        before.threshold,
        before.metrics_params,
    )


@pytest.mark.parametrize("bias_first", [True, False])
def test_recorded_weights_in_either_order(bias_first: bool) -> None:
    weights = recorded_weights(range(14), 0.5, bias_first=bias_first)
    assert len(weights) == 214
    model = unpack(recorded(bias_first=bias_first))
    assert model.weights.ravel().tolist() == list(range(14))
    assert model.bias.tolist() == [0.5]
    assert model.threshold == 0.46301859617233276
    assert model.weights.dtype == np.float32


@pytest.mark.parametrize(
    ("code", "dtype"),
    [(0, "<f4"), (1, "<f8"), (2, "<f2"), (3, "u1"), (4, "<i4"), (5, "i1"), (6, "<i8")],
)
def test_weights_of_every_type(code: int, dtype: str) -> None:
    model = unpack(recorded(code=code, dtype=dtype))
    assert model.weights.ravel().tolist() == list(range(14))


def test_what_is_written_is_laid_out_as_what_was_recorded() -> None:
    before = model(weights=np.arange(14, dtype=np.float32).reshape(14, 1))
    files = members(pack(before))
    expected = recorded_weights(range(14), before.bias[0], bias_first=False)
    assert files["mx-mod-0000.params"] == expected


def test_further_files_and_keys_do_no_harm() -> None:
    parameters = RECORDED_PARAMETERS | {"num_classes": 2, "extra": [1]}
    content = {
        "additional-params.json": json.dumps(parameters).encode(),
        "mx-mod-0000.params": recorded_weights(range(14), 0.5, bias_first=True),
        "notes.txt": b"x",
    }
    artifact = packed(content, name="./model_algo-2", compression=zipfile.ZIP_DEFLATED)
    assert unpack(artifact).weights.shape == (14, 1)


def test_a_threshold_may_be_infinite() -> None:
    before = model(threshold=float("inf"))
    assert unpack(pack(before)).threshold == float("inf")


def tar(*entries: tuple[tarfile.TarInfo, bytes]) -> bytes:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for entry, content in entries:
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), mtime=0)


def entry(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


UNSAFE = [
    entry("../model_algo-1"),
    entry("/etc/passwd"),
    entry("a/../../b"),
    entry("model_algo-1", tarfile.SYMTYPE, "/etc/passwd"),
    entry("model_algo-1", tarfile.LNKTYPE, "/etc/passwd"),
    entry("model_algo-1", tarfile.CHRTYPE),
    entry("model_algo-1", tarfile.BLKTYPE),
    entry("model_algo-1", tarfile.FIFOTYPE),
]


@pytest.mark.parametrize("unsafe", UNSAFE, ids=lambda each: f"{each.name} {each.type!r}")
@pytest.mark.parametrize("first", [True, False])
def test_unsafe_members_are_refused(unsafe: tarfile.TarInfo, first: bool) -> None:
    good = (entry("model_algo-1"), zipped(RECORDED_PARAMETERS))
    unpack(tar(good))
    entries = [(unsafe, b""), good]
    with pytest.raises(ArchiveError, match="is unsafe"):
        unpack(tar(*(entries if first else entries[::-1])))


def zipped(parameters: Any, weights: bytes | None = None) -> bytes:
    if weights is None:
        weights = recorded_weights(range(14), 0.5, bias_first=True)
    text = parameters if isinstance(parameters, bytes) else json.dumps(parameters).encode()
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("additional-params.json", text)
        archive.writestr("mx-mod-0000.params", weights)
    return inner.getvalue()


@pytest.mark.parametrize(
    "parameters",
    [
        b"",
        b"[]",
        b"[" * 100_000,
        b"\xff",
        {},
        RECORDED_PARAMETERS | {"threshold": "high"},
        RECORDED_PARAMETERS | {"threshold": None},
        RECORDED_PARAMETERS | {"threshold": 10**400},
        RECORDED_PARAMETERS | {"predictor_type": "clusterer"},
        RECORDED_PARAMETERS | {"predictor_type": []},
        RECORDED_PARAMETERS | {"metrics_params": 5},
    ],
)
def test_parameters_that_are_none(parameters: Any) -> None:
    with pytest.raises(ArtifactError):
        unpack(archives.packed({"model_algo-1": zipped(parameters)}))


GOOD_WEIGHTS = recorded_weights(range(14), 0.5, bias_first=True)


@pytest.mark.parametrize(
    "weights",
    [
        b"",
        GOOD_WEIGHTS[:-1],
        b"\x13" + GOOD_WEIGHTS[1:],
        GOOD_WEIGHTS.replace(struct.pack("<qq", 14, 1), struct.pack("<qq", 1, 14)),
        GOOD_WEIGHTS.replace(struct.pack("<qq", 14, 1), struct.pack("<qq", 1 << 62, 1 << 62)),
        GOOD_WEIGHTS.replace(struct.pack("<qq", 14, 1), struct.pack("<qq", -14, -1)),
        GOOD_WEIGHTS.replace(b"fc0_bias", b"fc1_bias"),
        struct.pack("<QQQ", 0x112, 0, 1 << 60) + GOOD_WEIGHTS[24:],
        recorded_weights(range(14), 0.5, bias_first=True, code=9),
    ],
)
def test_weights_that_are_none(weights: bytes) -> None:
    with pytest.raises(ArtifactError):
        unpack(archives.packed({"model_algo-1": zipped(RECORDED_PARAMETERS, weights)}))


NO_ARTIFACTS = {
    "nothing": b"",
    "text": b"model",
    "nothing zipped": gzip.compress(b""),
    "text zipped": gzip.compress(b"no tar" * 200),
    "an empty tar": gzip.compress(bytes(10240)),
    "a cut artifact": pack(model())[:-20],
    "no zip": tar((entry("model_algo-1"), b"no zip")),
    "another member": tar((entry("model.joblib"), b"x")),
    "a folder": tar((entry("model_algo-1", tarfile.DIRTYPE), b"")),
    "another zip": packed({"manifest.json": b"{}"}),
}


@pytest.mark.parametrize("name", NO_ARTIFACTS)
def test_what_is_no_artifact(name: str) -> None:
    with pytest.raises((ArchiveError, ArtifactError)):
        unpack(NO_ARTIFACTS[name])


def test_an_encrypted_member() -> None:
    content = bytearray(zipped(RECORDED_PARAMETERS))
    for position in range(len(content) - 4):
        if content[position : position + 4] == b"PK\x01\x02":
            content[position + 8] |= 1
        if content[position : position + 4] == b"PK\x03\x04":
            content[position + 6] |= 1
    with pytest.raises(ArtifactError, match="encrypted"):
        unpack(archives.packed({"model_algo-1": bytes(content)}))


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_compression(compression: int) -> None:
    content = {"additional-params.json": b"{}", "mx-mod-0000.params": GOOD_WEIGHTS}
    with pytest.raises(ArtifactError, match="unusual"):
        unpack(packed(content, compression=compression))


@pytest.mark.parametrize("where", ["tar", "zip"])
def test_a_bomb_is_not_set_off(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (archive, model_zip):
        monkeypatch.setattr(module, "MAX_SIZE", 1 << 20)
    zeros = bytes(1 << 25)
    if where == "tar":
        bomb = tar((entry("zeros"), zeros), (entry("model_algo-1"), zipped(RECORDED_PARAMETERS)))
    else:
        content = {"additional-params.json": zeros, "mx-mod-0000.params": GOOD_WEIGHTS}
        bomb = packed(content, compression=zipfile.ZIP_DEFLATED)
    del zeros

    def refused() -> None:
        with pytest.raises((ArchiveError, ArtifactError), match="too large"):
            unpack(bomb)

    _, peak = peak_memory(refused)
    assert peak < 8 << 20


def tar_header(kind: bytes, size: int) -> bytes:
    """A header that says it has so many bytes behind it, also fewer than none."""
    header = bytearray(entry("a", kind).tobuf(tarfile.GNU_FORMAT))
    header[124:136] = b"\xff" * 4 + struct.pack(">q", size) if size < 0 else b"%011o\0" % size
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


MIB = 1 << 20
HOSTILE_TARS = {
    # Headers of tarfile's own reading, which would take hours.
    "digits": tar_header(tarfile.XHDTYPE, MIB) + b"1" * MIB,
    "numbers": tar_header(tarfile.XGLTYPE, MIB) + (b"2 " * (MIB // 2))[:-1] + b"=",
    "a long name": tar_header(tarfile.GNUTYPE_LONGNAME, MIB) + b"a" * MIB,
    "headers of headers": (tar_header(tarfile.GNUTYPE_LONGNAME, 1) + bytes(512)) * 5000,
    "a step back": tar_header(tarfile.REGTYPE, -512),
    "a step back in a header": tar_header(tarfile.XHDTYPE, -512),
    "many members": tar_header(tarfile.REGTYPE, 0) * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE_TARS)
def test_a_tar_that_would_take_for_ever(name: str) -> None:
    with pytest.raises(ArchiveError):
        unpack(gzip.compress(HOSTILE_TARS[name] + bytes(1024), 1))


def test_a_tar_with_headers_of_pythons_own() -> None:
    # The time of a file, a fraction of a second, makes one.
    timed = entry("code/" + "long" * 60)
    timed.mtime = 1_700_000_000.25  # type: ignore[assignment]
    unpack(tar((timed, b"x"), (entry("model_algo-1"), zipped(RECORDED_PARAMETERS))))


@pytest.mark.parametrize("wide", [False, True])
def test_a_zip_with_many_entries_makes_no_object_of_each(wide: bool) -> None:
    content = zipped(RECORDED_PARAMETERS)
    start, end = content.index(b"PK\1\2"), content.index(b"PK\5\6")
    directory = content[start:end] * 20_000
    size = 1 if wide else len(directory)
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0, 0, size, start, 0)
    if wide:
        # The true size is behind a locator.
        sizes = struct.pack("<2Q", len(directory), start)
        tail = (
            struct.pack("<4sQ2H2L2Q", b"PK\6\6", 44, 45, 45, 0, 0, 0, 0)
            + sizes
            + struct.pack("<4sLQL", b"PK\6\7", 0, start + len(directory), 1)
            + tail
        )

    def refused() -> None:
        with pytest.raises(ArtifactError, match="too many entries"):
            model_artifact.unpack_member(content[:start] + directory + tail)

    _, peak = peak_memory(refused)
    assert peak < 8 << 20
