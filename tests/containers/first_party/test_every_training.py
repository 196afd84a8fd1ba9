"""Every algorithm trains on plain values, in every form of the data, and can be stopped."""

from __future__ import annotations

import itertools
import pickle
from typing import Any

import pytest
from tests.containers.container_job import channel, csv
from tests.containers.first_party.algorithm import Algorithm, Table, each_of
from tests.containers.first_party.algorithms import ALGORITHMS, OF_THE_TOOLKIT
from threadpoolctl import threadpool_info, threadpool_limits

from sagemock.algorithms.base import ClientError, JobFailure
from sagemock.containers import registry
from sagemock.containers.base import TrainingInput, TrainingOutput
from sagemock.containers.inputs import Channel

HOSTS = ("algo-1", "algo-2")


def test_every_algorithm_has_a_row() -> None:
    assert {each.name for each in ALGORITHMS} == {each.name for each in registry.BUILT_IN}


def trained(
    algorithm: Algorithm, *channels: Channel, changes: Any = None, **members: Any
) -> TrainingOutput:
    """What a job leaves."""
    settings = algorithm.job(**changes or {})
    return algorithm.trainer().train(settings, *channels, document=algorithm.document, **members)


@each_of(ALGORITHMS)
def test_a_job_can_be_sent_to_another_process(algorithm: Algorithm) -> None:
    data = algorithm.channel(algorithm.table())
    container = algorithm.trainer().container
    given = TrainingInput(algorithm.job(), {"train": data}, seed=5, document=algorithm.document)
    container, sent = pickle.loads(pickle.dumps((container, given)))
    assert container.train(sent) == trained(algorithm, data, seed=5)


@each_of(ALGORITHMS)
def test_the_seed_of_the_job_counts(algorithm: Algorithm) -> None:
    """Where anything is left to chance."""
    data = algorithm.channel(algorithm.table())
    one, same, other = (
        trained(algorithm, data, changes=algorithm.seeded, seed=seed).model for seed in (1, 1, 2)
    )
    assert one == same
    assert (one == other) == (algorithm.seeded is None)


@each_of(OF_THE_TOOLKIT)
def test_a_job_takes_one_thread_for_its_products(algorithm: Algorithm) -> None:
    """So that its numbers do not depend on the machine."""
    threads: list[int] = []

    def look() -> bool:
        pools = [each for each in threadpool_info() if each["user_api"] == "blas"]
        threads.extend(each["num_threads"] for each in pools)
        return False

    with threadpool_limits(2, "blas"):
        look()
        assert 2 in threads
        threads.clear()
        trained(algorithm, algorithm.channel(algorithm.table()), stop=look)
    assert set(threads) == {1}


@each_of(OF_THE_TOOLKIT)
def test_every_form_of_the_data_gives_the_same_model(algorithm: Algorithm) -> None:
    rows, labels = algorithm.table()
    two_files = [(rows[:50], labels[:50]), (rows[50:], labels[50:])]
    forms = [channel("train", (rows, labels)), channel("train", two_files)]
    if not algorithm.labelled:
        forms += [channel("train", rows), channel("train", [rows[:50], rows[50:]])]
    if algorithm.reads_csv:
        text = csv(labels, rows)
        forms += [
            channel("train", text, content_type="text/csv"),
            channel("train", text, content_type="text/csv; label_size=1"),
        ]
    if algorithm.reads_csv and not algorithm.labelled:
        forms.append(channel("train", csv(rows), content_type="text/csv;label_size=0"))
    first, *others = [trained(algorithm, form).model for form in forms]
    assert first is not None
    assert all(other == first for other in others)


@each_of(OF_THE_TOOLKIT)
def test_csv_that_is_not_read(algorithm: Algorithm) -> None:
    """For most it is CSV with another number of labels."""
    rows, labels = algorithm.table()
    text = csv(labels, rows)
    if not algorithm.reads_csv:
        reason = r"No iterator has been registered for ContentType \('text/csv', '1.0'\)"
        content_types = ["text/csv", "text/csv;label_size=0"]
    else:
        reason = "Training needs one label column"
        content_types = ["text/csv;label_size=2"]
        if algorithm.labelled:
            content_types.append("text/csv;label_size=0")
    for name, content_type in itertools.product(("train", *algorithm.scored), content_types):
        others = [] if name == "train" else [algorithm.channel(Table(rows, labels))]
        with pytest.raises(ClientError, match=reason):
            trained(algorithm, *others, channel(name, text, content_type=content_type))


@each_of(OF_THE_TOOLKIT)
def test_records_without_labels(algorithm: Algorithm) -> None:
    rows, _ = algorithm.table()
    if not algorithm.labelled:
        assert trained(algorithm, channel("train", rows)).model
        return
    with pytest.raises(ClientError, match="Unable to read data channel 'train'"):
        trained(algorithm, channel("train", rows))


@each_of(OF_THE_TOOLKIT)
def test_a_channel_to_score_has_labels_where_they_are_compared(algorithm: Algorithm) -> None:
    table = algorithm.table()
    for name, labelled in algorithm.scored.items():
        channels = [algorithm.channel(table), channel(name, table.rows)]
        if not labelled:
            assert trained(algorithm, *channels).model
            continue
        with pytest.raises(ClientError, match=f"Unable to read data channel '{name}'"):
            trained(algorithm, *channels)


@each_of(ALGORITHMS)
def test_two_hosts_leave_one_model(algorithm: Algorithm) -> None:
    one, other = algorithm.table(80), algorithm.table(70, seed=1)
    job = algorithm.trainer()
    document = algorithm.document
    shards = algorithm.channel(one, other)
    output = job.train(algorithm.job(), shards, hosts=HOSTS, document=document)
    assert output.model is not None
    assert output.model.keys() == trained(algorithm, algorithm.channel(one)).model.keys()
    assert output.model != trained(algorithm, algorithm.channel(one)).model


@each_of(OF_THE_TOOLKIT)
def test_each_host_has_a_log_of_its_own(algorithm: Algorithm) -> None:
    one, other = algorithm.table(80), algorithm.table(70, seed=1)
    name = next(reversed(algorithm.scored))
    alone = algorithm.channel(one, name=name)
    job = algorithm.trainer()
    job.train(algorithm.job(), algorithm.channel(one, other), alone, hosts=HOSTS)
    assert {line.host for line in job.lines} == set(HOSTS)
    for host, rows in zip(HOSTS, (80, 70), strict=True):
        texts = job.of(host)
        assert any(f"host={host}, completed 100" in text for text in texts)
        counted = f'"Max Records Seen Between Resets": {{"sum": {rows}.0'
        assert any('"training_data_iter"' in text and counted in text for text in texts)
        assert '"totaltime"' in texts[-1]
    # Only the first host has something to score.
    assert any("#test_score (algo-1)" in text for text in job.of("algo-1"))
    assert not any("#test_score" in text for text in job.of("algo-2"))


@each_of(OF_THE_TOOLKIT)
def test_a_host_without_rows_fails_the_job(algorithm: Algorithm) -> None:
    with pytest.raises(ClientError, match="Missing required data channel: 'train'"):
        trained(algorithm, algorithm.channel(algorithm.table()), hosts=HOSTS)


@each_of(ALGORITHMS)
def test_stopped_before_the_first_batch_nothing_is_left(algorithm: Algorithm) -> None:
    job = algorithm.trainer()
    output = job.train(
        algorithm.job(),
        algorithm.channel(algorithm.table()),
        stop=lambda: True,
        document=algorithm.document,
    )
    assert output == TrainingOutput(None, stopped=True)
    if algorithm.toolkit:
        assert "Received SIGTERM. Stopping training." in job.texts[-1]


@each_of(OF_THE_TOOLKIT)
def test_a_job_that_is_stopped_leaves_the_model_so_far(algorithm: Algorithm) -> None:
    """Here after two of fifty epochs."""
    job = algorithm.trainer()
    output = job.train(
        algorithm.job(epochs="50"),
        algorithm.channel(algorithm.table()),
        stop=lambda: any("completed 4" in text for text in job.texts),
    )
    assert output.stopped
    assert output.model is not None
    log = "\n".join(job.texts)
    assert log.index("completed 4") < log.index("Received SIGTERM. Stopping training.")
    assert "completed 6" not in log


@each_of(ALGORITHMS)
def test_the_channels_are_taken_out(algorithm: Algorithm) -> None:
    """The rows are all that is needed, and the bytes take as much memory again."""
    names = ("train", *algorithm.scored)
    channels = {name: algorithm.channel(algorithm.table(), name=name) for name in names}
    given = TrainingInput(algorithm.job(), channels, document=algorithm.document)
    algorithm.trainer().container.train(given)
    assert not channels


@each_of(ALGORITHMS)
def test_a_failure_is_one_of_the_job(algorithm: Algorithm) -> None:
    name, text, reason = algorithm.refused
    with pytest.raises(JobFailure) as caught:
        trained(algorithm, changes={name: text})
    assert reason in caught.value.details
