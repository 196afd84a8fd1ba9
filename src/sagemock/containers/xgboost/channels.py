"""The channels of a job: which there may be, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sagemock.containers.base import TrainingInput
from sagemock.containers.inputs import Part
from sagemock.containers.xgboost import data
from sagemock.containers.xgboost.failures import UserError
from sagemock.containers.xgboost.log import XGBoostLog
from sagemock.containers.xgboost.releases import Release

TRAIN, VALIDATION = "train", "validation"

CHANNELS = (TRAIN, VALIDATION, "code")

FOLDER = "/opt/ml/input/data"


def read_channels(
    input: TrainingInput, *, weighted: bool, nthread: int | None, log: XGBoostLog
) -> dict[str, Any]:
    """The `DMatrix` of the train channel, and of the validation channel if there is one.

    The content type of the train channel is that of both.

    Raises
    ------
    UserError
        With the container's texts.
    """
    configs = {
        config["ChannelName"]: config for config in input.document.get("InputDataConfig", ())
    }
    _check(input)
    kind = data.kind_of(input.channels[TRAIN].content_type)
    names = [name for name in (TRAIN, VALIDATION) if name in input.channels]
    parts = {name: data.data_parts(input.channels.pop(name)) for name in names}
    _warn_of_same_files(parts, log)
    log.sizes(sum(part.size for each in parts.values() for part in each))
    for name in names:
        if not sum(part.size for part in parts[name]):
            noun = "training" if name == TRAIN else name
            raise UserError(f"No data in {noun} channel path {FOLDER}/{name}")
    matrices: dict[str, Any] = {}
    for name in names:
        config = configs.get(name, {})
        pipe = _mode(config, input.document) == "Pipe"
        table = data.read(
            # Each channel is dropped when it has been read: its bytes take memory too.
            parts.pop(name),
            kind,
            weighted=weighted,
            pipe=pipe,
            report=log.reading,
        )
        try:
            matrix = matrices[name] = table.matrix(nthread)
        except Exception as error:
            # The library refuses a table in many ways; the container passes its text on.
            raise UserError(f"Failed to load {kind} data with exception:\n{error}") from error
        rows, columns = matrix.num_row(), matrix.num_col()
        log.loaded(
            name,
            "" if pipe else table.query,
            rows,
            columns,
            int(matrix.num_nonmissing()),
            _distribution(config),
        )
    return matrices


def _check(input: TrainingInput) -> None:
    if TRAIN not in input.channels:
        raise UserError(f"Missing required channel: {TRAIN}")
    for name in input.channels:
        if name not in CHANNELS:
            raise UserError(f"Extraneous channel found: {name}")


def _warn_of_same_files(parts: Mapping[str, Sequence[Part]], log: XGBoostLog) -> None:
    if log.release < Release.V1_3_1 or VALIDATION not in parts:
        return
    for name in data.same_files(parts[TRAIN], parts[VALIDATION]):
        log.line(
            f"Suspected identical files found. ({FOLDER}/{TRAIN}/{name} and "
            f"{FOLDER}/{VALIDATION}/{name}). Note: Duplicate data in the training set and "
            "validation set is usually not intentional and can impair the validity of the model "
            "evaluation by the validation score.",
            level="WARNING",
        )


def _mode(config: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    job = document.get("AlgorithmSpecification", {}).get("TrainingInputMode", "File")
    mode: str = config.get("InputMode") or job
    return mode


def _distribution(config: Mapping[str, Any]) -> str:
    source = config.get("DataSource", {}).get("S3DataSource", {})
    name: str = source.get("S3DataDistributionType", "FullyReplicated")
    return name
