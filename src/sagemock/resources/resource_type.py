"""What a kind of resource is; `types` has a row for each."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Searchable:
    """How Search knows a kind of resource.

    Parameters
    ----------
    resource : str
        The value of Search's Resource enum.
    shape : str
        The structure of a document in the service model.
    key : str
        The member that identifies a document.
    member : str
        The member of a SearchRecord.
    repeatable_contains : frozenset[str] or None
        As in `query.Schema`.
    """

    resource: str
    shape: str
    key: str
    member: str
    repeatable_contains: frozenset[str] | None = frozenset()


@dataclass(frozen=True, slots=True)
class Statuses:
    """What the statuses of a kind mean.

    Parameters
    ----------
    passing : frozenset[str]
        The statuses that change by themselves.
    success : str
        The status that a resource is to reach.
    """

    passing: frozenset[str]
    success: str


@dataclass(frozen=True, slots=True, eq=False)
class ResourceType:
    """A kind of resource.

    Parameters
    ----------
    noun : str
        As operations and members spell it: TrainingJob in CreateTrainingJob and TrainingJobName.
    arn_kind : str
        What precedes the slash in its ARNs; empty for what has no ARN of its own.
    words : str
        As texts name it.
    verbs : tuple[str, ...]
        The verbs of the operations that sagemock answers itself; none if moto keeps the resources.
    further : tuple[str, ...]
        Such operations whose names are not just a verb and the noun.
    search : Searchable or None
        How Search knows it; None if Search does not.
    statuses : Statuses or None
        What its statuses mean; None for what exists as soon as it is created.
    listed : bool
        Whether the console lists it and reports count it.
    ignores_case : bool
        Whether names that differ only in case are the same.
    identity : str
        The member that identifies a document where several may have the same key; no operation
        shows it.
    """

    noun: str
    arn_kind: str
    words: str
    verbs: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    search: Searchable | None = None
    statuses: Statuses | None = None
    listed: bool = False
    ignores_case: bool = False
    identity: str = ""

    @property
    def ours(self) -> bool:
        """Whether sagemock keeps these resources, in a table of each world, and not moto."""
        return bool(self.verbs)

    @property
    def plural(self) -> str:
        """The noun as List operations spell it, such as `TrainingJobs`."""
        return self.noun if self.noun.endswith("data") else f"{self.noun}s"

    @property
    def name_member(self) -> str:
        """The member that holds a name, such as `TrainingJobName`."""
        return f"{self.noun}Name"

    @property
    def arn_member(self) -> str:
        """The member that holds an ARN, such as `TrainingJobArn`."""
        return f"{self.noun}Arn"

    @property
    def status_member(self) -> str:
        """The member that holds a status, such as `TrainingJobStatus`."""
        return f"{self.noun}Status"

    @property
    def key(self) -> str:
        """The member that identifies a document among all of its kind."""
        return self.search.key if self.search else self.name_member

    @property
    def shape(self) -> str:
        """The structure of a document in the service model, outside of its Describe answer."""
        return self.search.shape if self.search else self.noun

    @property
    def log_group(self) -> str:
        """The log group of CloudWatch Logs; each endpoint has one of its own below it.

        >>> from sagemock.resources.types import TRAINING_JOB
        >>> TRAINING_JOB.log_group
        '/aws/sagemaker/TrainingJobs'
        """
        return f"/aws/sagemaker/{self.plural}"

    @property
    def cloudformation(self) -> str:
        """The type in CloudFormation templates."""
        return f"AWS::SageMaker::{self.noun}"

    @property
    def is_job(self) -> bool:
        """Whether such a resource runs and ends by itself."""
        return self.noun.endswith("Job")

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations that sagemock answers itself, such as `CreateTrainingJob`."""
        return (*map(self.operation, self.verbs), *self.further)

    def operation(self, verb: str) -> str:
        """The operation of a verb.

        >>> from sagemock.resources.types import TRAINING_JOB
        >>> TRAINING_JOB.operation("Describe"), TRAINING_JOB.operation("List")
        ('DescribeTrainingJob', 'ListTrainingJobs')
        """
        return f"{verb}{self.plural if verb == 'List' else self.noun}"


_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake(name: str) -> str:
    """A name of AWS in snake case.

    >>> snake("CreateAutoMLJob")
    'create_auto_ml_job'
    """
    return _WORD.sub("_", name).lower()
