"""One of Amazon's algorithms, as the tests that all of them have in common need it."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
import pytest
from tests.containers.container_job import ContainerJob, channel, csv
from tests.containers.first_party.models import Model

from sagemock.containers import registry
from sagemock.containers.container import Container
from sagemock.containers.first_party.hyperparameters import HyperparameterError
from sagemock.containers.inputs import Channel
from sagemock.formats.media_type import CSV
from sagemock.formats.recordio import encode


class Table(NamedTuple):
    """Rows (number, columns) around two centers, and the number of the center as their label."""

    rows: np.ndarray
    labels: np.ndarray


def two_clusters(
    number: int = 120, columns: int = 2, seed: int = 0, *, apart: float = 60, share: float = 0.5
) -> Table:
    """Rows that deviate by 10 in each column.

    The centers are 0 and `apart` in all columns; `share` is that of the rows around the latter.
    """
    generator = np.random.default_rng(seed)
    labels = (generator.random(number) < share).astype(np.float32)
    rows = generator.normal(0, 10, (number, columns)) + apart * labels[:, np.newaxis]
    return Table(rows.astype(np.float32), labels)


@dataclass(frozen=True)
class Algorithm:
    """How to run one, and what it must say.

    Attributes
    ----------
    name
        That of its row in the registry.
    folder
        Below `containers/` and `algorithms/`.
    settings
        Hyperparameters of a job on rows of two columns.
    required
        The hyperparameters that a job cannot lack, in the order in which they are missed.
    typed
        The dataclass of hyperparameters that the algorithm takes; None for one without.
    jobs
        Hyperparameters of every type of job that it knows.
    labelled
        Whether rows to train on have labels.
    scored
        The channels that are scored, and whether their rows have labels.
    text
        Whether it is trained on CSV, not on RecordIO-protobuf.
    reads_csv
        Whether channels may be CSV.
    distribution
        The S3DataDistributionType of the train channel.
    toolkit
        Whether it has the toolkit of AWS's first algorithms, with its messages and its log.
    seeded
        Further hyperparameters of a job in which its seed counts; None if it never does.
    metrics
        Those of a job with the channels that are scored.
    constants
        Regular expressions of numbers in its log that do not follow the data, and why. Those of
        all algorithms are in `log_numbers.py`.
    refused
        A value that is refused, and why.
    better
        Hyperparameters of a worse and of a better job, and the metric by which the latter comes
        first in a SortOrder; None without such a metric.
    endless
        Hyperparameters of a job that does not end by itself.
    model
        A model and its answers.
    share
        Of rows around the second center.
    """

    name: str
    folder: str
    settings: Mapping[str, str]
    required: tuple[str, ...]
    metrics: Sequence[str]
    refused: tuple[str, str, str]
    model: Model
    typed: type | None = None
    jobs: Sequence[Mapping[str, str]] = ()
    labelled: bool = True
    scored: Mapping[str, bool] = field(default_factory=lambda: {"test": True})
    text: bool = False
    reads_csv: bool = True
    distribution: str = "FullyReplicated"
    toolkit: bool = True
    seeded: Mapping[str, str] | None = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    better: tuple[Mapping[str, str], Mapping[str, str], str, str] | None = None
    endless: Mapping[str, str] = field(default_factory=lambda: {"epochs": "1000000"})
    share: float = 0.5

    @property
    def container(self) -> Container:
        (container,) = (each for each in registry.BUILT_IN if each.name == self.name)
        return container

    @property
    def image(self) -> str:
        return self.container.uri("aws", "us-east-1")

    @property
    def content_type(self) -> str | None:
        """The ContentType of channels."""
        return CSV if self.text else None

    @property
    def document(self) -> dict[str, Any]:
        """What a container reads of the document of a job."""
        return {"AlgorithmSpecification": {"TrainingImage": self.image}}

    def job(self, columns: int = 2, **changes: str) -> dict[str, str]:
        """The hyperparameters of a job on so many columns."""
        width = {"feature_dim": str(columns)} if "feature_dim" in self.settings else {}
        return {**self.settings, **width, **changes}

    def table(self, number: int = 120, columns: int = 2, seed: int = 0, apart: float = 60) -> Table:
        return two_clusters(number, columns, seed, apart=apart, share=self.share)

    def parse(self, texts: Mapping[str, str]) -> Any:
        """The hyperparameters as the algorithm takes them."""
        module = import_module(f"sagemock.containers.{self.folder}.hyperparameters")
        return module.parse_hyperparameters(texts)

    def refusal(self, texts: Mapping[str, str]) -> str:
        """The FailureReason of a job with these hyperparameters."""
        with pytest.raises(HyperparameterError) as caught:
            self.parse(texts)
        return caught.value.failure_reason

    def encoded(self, table: Table, name: str = "train") -> bytes:
        """The file of a channel."""
        if self.text:
            return csv(table.labels, table.rows)
        with_labels = self.labelled if name == "train" else self.scored[name]
        return encode(table.rows, table.labels if with_labels else None)

    def channel(self, table: Table, *others: Table, name: str = "train") -> Channel:
        """A channel with the rows of each host."""
        bodies = [self.encoded(each, name) for each in (table, *others)]
        return channel(name, *bodies, content_type=self.content_type)

    def trainer(self) -> ContainerJob:
        container = self.container.training_container()
        assert container is not None
        return ContainerJob(container)

    @property
    def marks(self) -> list[pytest.MarkDecorator]:
        """Skips it where a module that it needs is not installed."""
        missing = [each for each in self.container.requires if not importlib.util.find_spec(each)]
        return [pytest.mark.skipif(bool(missing), reason=f"{missing} not installed")]


def each_of(algorithms: Sequence[Algorithm]) -> pytest.MarkDecorator:
    """Parametrises a test over algorithms."""
    return pytest.mark.parametrize(
        "algorithm", [pytest.param(each, id=each.folder, marks=each.marks) for each in algorithms]
    )
