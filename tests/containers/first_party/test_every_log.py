"""What the log of every algorithm says of its data, its metrics and its failures."""

from __future__ import annotations

import re

import numpy as np
import pytest
from tests.containers.container_job import PREFIX, ContainerJob, channel, readable_pass, stats
from tests.containers.first_party.algorithm import Algorithm, each_of
from tests.containers.first_party.algorithms import ALGORITHMS, OF_THE_TOOLKIT
from tests.containers.first_party.log_numbers import same_numbers

from sagemock.algorithms.base import ClientError
from sagemock.containers.base import TrainingInput
from sagemock.containers.inputs import Channel

APART = 10
"""Of clusters that overlap, so that no score is perfect."""

OTHER_ROWS = 3
"""A seed with which no score agrees by chance, such as an accuracy over 200 rows."""


def logged(
    algorithm: Algorithm, number: int = 200, columns: int = 2, seed: int = 0
) -> ContainerJob:
    """A job with all channels."""
    tables = {
        name: algorithm.table(number - 30 * index, columns, seed + 100 * index, APART)
        for index, name in enumerate(("train", *algorithm.scored))
    }
    channels = [algorithm.channel(table, name=name) for name, table in tables.items()]
    job = algorithm.trainer()
    job.train(algorithm.job(columns), *channels, document=algorithm.document)
    return job


@each_of(ALGORITHMS)
def test_every_number_follows_the_data_or_is_a_known_constant(algorithm: Algorithm) -> None:
    """Of other rows, of another number of them, and of more columns."""
    other = logged(algorithm, number=380, columns=3, seed=OTHER_ROWS)
    assert same_numbers(logged(algorithm).texts, other.texts, algorithm.constants) == []


@each_of(ALGORITHMS)
def test_every_number_but_counts_follows_the_values_in_the_rows(algorithm: Algorithm) -> None:
    other = logged(algorithm, seed=OTHER_ROWS)
    same = same_numbers(logged(algorithm).texts, other.texts, algorithm.constants)
    assert [each for each in same if not each.is_count] == []


@each_of(ALGORITHMS)
def test_each_constant_is_in_the_log(algorithm: Algorithm) -> None:
    log = "\n".join(logged(algorithm).texts)
    assert [each for each in algorithm.constants if not re.search(each, log)] == []


@each_of(ALGORITHMS)
def test_metrics_are_found_in_the_lines(algorithm: Algorithm) -> None:
    job = logged(algorithm)
    found = job.metrics(algorithm.container.metrics(algorithm.image))
    assert set(found) == set(algorithm.metrics)
    assert len(algorithm.metrics) == len(set(algorithm.metrics))
    assert found.get("train:progress", [100.0])[-1] == 100


@each_of(OF_THE_TOOLKIT)
def test_every_epoch_is_logged(algorithm: Algorithm) -> None:
    job = algorithm.trainer()
    job.train(algorithm.job(epochs="2"), algorithm.channel(algorithm.table()))
    found = job.metrics(algorithm.container.metrics(algorithm.image))
    assert found["train:progress"] == [50.0, 100.0]
    assert len(found["train:throughput"]) == 2
    assert job.texts[0] == "Docker entrypoint called with argument(s): train"
    assert any(text.endswith("Test data is not provided.") for text in job.texts)
    assert '"totaltime"' in job.texts[-1]


@each_of(OF_THE_TOOLKIT)
def test_the_bytes_of_a_pass_are_those_of_the_file(algorithm: Algorithm) -> None:
    """Labels count where there are some."""
    rows, labels = algorithm.table()
    for data in [(rows, labels)] if algorithm.labelled else [(rows, labels), rows]:
        train, job = channel("train", data), algorithm.trainer()
        size = train.parts(0)[0].size
        job.train(algorithm.job(), train)
        passes = [readable_pass(text) for text in job.texts if "epoch_stats" in text]
        assert passes[0] == stats(0, 1, size // 6)
        assert any(text.endswith(f'"num_examples": 6, "num_bytes": {size}}}') for text in passes)


def last_words(algorithm: Algorithm, settings: dict[str, str], *channels: Channel) -> str:
    """How the log of a job ends that fails."""
    job = algorithm.trainer()
    with pytest.raises(ClientError):
        job.train(settings, *channels)
    assert " ERROR " in job.texts[-1]
    return PREFIX.sub("", job.texts[-1])


@each_of(OF_THE_TOOLKIT)
def test_missing_hyperparameters_end_the_log(algorithm: Algorithm) -> None:
    for missing in (algorithm.required, *((name,) for name in algorithm.required)):
        settings = {key: text for key, text in algorithm.job().items() if key not in missing}
        assert last_words(algorithm, settings) == (
            f"Customer Error: No value(s) were specified for {str(missing)[1:-1].rstrip(',')} "
            "which are required hyperparameter(s) (caused by ValidationError)\n\n"
            f"Caused by: '{missing[0]}' is a required property"
        )


@each_of(OF_THE_TOOLKIT)
def test_a_hyperparameter_of_another_name_ends_the_log(algorithm: Algorithm) -> None:
    assert last_words(algorithm, algorithm.job(epoch="1")).startswith(
        "Customer Error: Additional hyperparameters are not allowed ('epoch' was unexpected) "
        "(caused by ValidationError)\n\nCaused by: Additional properties are not allowed"
    )


@each_of(OF_THE_TOOLKIT)
def test_a_missing_channel_ends_the_log(algorithm: Algorithm) -> None:
    assert last_words(algorithm, algorithm.job()) == (
        "Customer Error: Missing required data channel: 'train' (caused by KeyError)\n\n"
        "Caused by: 'train'"
    )


@each_of(OF_THE_TOOLKIT)
def test_other_columns_than_feature_dim_end_the_log(algorithm: Algorithm) -> None:
    wide = algorithm.channel(algorithm.table(columns=3))
    text = "cannot copy sequence with size 3 to array axis with dimension 2"
    assert last_words(algorithm, algorithm.job(feature_dim="2"), wide) == (
        f"Customer Error: {text} (caused by ValueError)\n\nCaused by: {text}"
    )


@each_of(OF_THE_TOOLKIT)
@pytest.mark.parametrize(
    ("number", "kind"), [(np.nan, "missing (NaN)"), (-np.inf, "infinite floating point")]
)
def test_numbers_that_are_not_finite_end_the_log(
    algorithm: Algorithm, number: float, kind: str
) -> None:
    table = algorithm.table()
    table.rows[3, 1] = number
    assert last_words(algorithm, algorithm.job(), algorithm.channel(table)).startswith(
        f"Customer Error: Unable to read data channel 'train'. Found {kind} values. Please remove "
        f"any {kind} values in the input data. (caused by MXNetError)\n\nCaused by: "
    )


@each_of(ALGORITHMS)
def test_the_log_of_a_job_that_fails_on_demand(algorithm: Algorithm) -> None:
    job = algorithm.trainer()
    given = TrainingInput(algorithm.job(), document=algorithm.document)
    job.container.fail(given, ClientError("Out of luck"), report=job.lines.extend)
    assert job.texts[-1].endswith("Out of luck")
    if algorithm.toolkit:
        assert len(job.texts) == 5
        assert job.texts[0] == "Docker entrypoint called with argument(s): train"
        assert PREFIX.sub("", job.texts[-1]) == "Customer Error: Out of luck"
