"""Lines of the processes that the hosts of a cluster run."""

from __future__ import annotations

import re

from sagemock.containers.base import TrainingInput
from sagemock.containers.first_party.cluster import ClusterLines

DOCUMENT = {"TrainingJobName": "j", "TrainingJobArn": "arn:j"}


class Lines(ClusterLines):
    algorithm = "Any"
    defaults = {"a": 1}


def plain(number: int = 0, hosts: tuple[str, ...] = ("algo-1",)) -> list[str]:
    job = TrainingInput({"b": "2"}, hosts=hosts, document=DOCUMENT)
    lines = Lines(lambda: 1_600_000_000.0, number, job)
    texts = [*lines.started(), *lines.configured()]
    return [re.sub(r"^\[\S+ \S+ (\w+) \d+\] ", r"\1 ", text) for text in texts]


def test_the_first_host_has_the_scheduler() -> None:
    texts = plain()
    assert texts[2].startswith(
        "INFO Reading default configuration from /opt/amazon/lib/python3.7/site-packages/"
        "algorithm/resources/default-conf.json: {'a': 1}"
    )
    assert [text.partition(" {")[0].partition("={")[0] for text in texts[4:]] == [
        "INFO Final configuration:",
        "WARNING Loggers have already been setup.",
        "INFO Launching parameter server for role scheduler",
        "INFO",
        "INFO envs",
        "INFO Launching parameter server for role server",
        "INFO",
        "INFO envs",
        "INFO Environment:",
        "Process 54 is a shell:scheduler.",
        "Process 63 is a shell:server.",
        "Process 1 is a worker.",
        "INFO Using default worker.",
    ]
    assert texts[4] == "INFO Final configuration: {'a': 1, 'b': '2'}"
    environment = texts[12]
    for shown in ("'TRAINING_JOB_NAME': 'j'", "'DMLC_ROLE': 'worker'", "'DMLC_NUM_WORKER': '1'"):
        assert shown in environment


def test_other_hosts_have_none() -> None:
    texts = plain(1, ("algo-1", "algo-2"))
    assert not any("scheduler" in text for text in texts)
    assert any("'CURRENT_HOST': 'algo-2', 'DMLC_ROLE': 'server'" in text for text in texts)
    assert any("'DMLC_PS_ROOT_URI': 'algo-1'" in text for text in texts)
    assert any("'DMLC_NUM_SERVER': '2'" in text for text in texts)
