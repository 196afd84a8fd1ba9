"""`sagemock logs`: what a job or an endpoint of a server has logged."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sagemock.accounts.regions import FALLBACK
from sagemock.commands import aws_configuration
from sagemock.commands.ending import refuse
from sagemock.resources import types
from sagemock.resources.resource_type import ResourceType, snake
from sagemock.suggestions import closest_first

if TYPE_CHECKING:
    import argparse

    from sagemock.commands.log_streams import LogStreams

DEFAULT_URL = "http://127.0.0.1:5000"
POLL_SECONDS = 0.5
"""Seconds between two reads of a log that is followed."""

SECONDS = 30
"""For how many seconds the server may take to answer."""


class NoSuchResource(Exception):
    """There is no job or endpoint of that name; the text says which there are."""


@dataclass(frozen=True, slots=True)
class LoggingKind:
    """A kind of resource that has a log, and where that is.

    Parameters
    ----------
    resource
        The kind of resource.
    group, prefix
        The log group and the prefix of the streams; `{}` stands for the resource's name.
    passing
        The statuses in which more may be logged.
    """

    resource: ResourceType
    group: str
    prefix: str = "{}/"
    passing: frozenset[str] = frozenset(("InProgress", "Stopping"))

    @property
    def title(self) -> str:
        """The kind in words, such as `training job`."""
        return self.resource.words


TRAINING_JOB = LoggingKind(types.TRAINING_JOB, types.TRAINING_JOB.log_group)
OTHERS = (
    LoggingKind(types.PROCESSING_JOB, types.PROCESSING_JOB.log_group),
    LoggingKind(types.TRANSFORM_JOB, types.TRANSFORM_JOB.log_group),
    LoggingKind(
        types.ENDPOINT,
        f"{types.ENDPOINT.log_group}/{{}}",
        "",
        frozenset(("Creating", "Updating", "SystemUpdating", "RollingBack", "InService")),
    ),
)
"""Each has an option, such as `--processing-job`, by which the name is one of this kind."""


def add(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser("logs", help="print the log of a job or endpoint")
    parser.add_argument("name", metavar="JOB", help="name of the training job")
    kinds = parser.add_mutually_exclusive_group()
    for kind in OTHERS:
        kinds.add_argument(
            f"--{kind.resource.arn_kind}",
            dest="kind",
            action="store_const",
            const=kind,
            help=f"JOB is the name of {'an' if kind.title[0] in 'aeiou' else 'a'} {kind.title}",
        )
    parser.add_argument(
        "-f", "--follow", action="store_true", help="keep printing until the job has ended"
    )
    parser.add_argument(
        "--url", help=f"URL of the server (default: AWS_ENDPOINT_URL, else {DEFAULT_URL})"
    )
    parser.add_argument(
        "--region",
        help=f"region of the job (default: AWS_DEFAULT_REGION, AWS_REGION, else {FALLBACK})",
    )
    parser.set_defaults(run=run, parser=parser, kind=TRAINING_JOB)


@aws_configuration.ignored()
def run(options: argparse.Namespace) -> int:
    """Print the log. Returns the exit status."""
    from botocore.exceptions import BotoCoreError, ClientError

    from sagemock.run import environment, service

    url = service.address(options.url or os.environ.get("AWS_ENDPOINT_URL") or DEFAULT_URL)
    region = options.region or environment.region_of(os.environ)
    try:
        service.check(url)
        log = Log(url, region, options.kind, options.name)
        if options.follow:
            log.follow()
        else:
            log.show()
    except (service.NotSagemock, NoSuchResource, BotoCoreError, ClientError) as error:
        return refuse(str(error))
    return 0


class Log:
    """Writes the log of one job or endpoint to standard output."""

    def __init__(self, url: str, region: str, kind: LoggingKind, name: str) -> None:
        from sagemock.commands.log_streams import LogStreams

        self._sagemaker = _client("sagemaker", url, region)
        self._location = f"in {region} at {url}"
        self._kind = kind
        self._name = name
        logs = _client("logs", url, region)
        self._streams: LogStreams = LogStreams(
            logs, kind.group.format(name), kind.prefix.format(name)
        )
        # A container may print characters that the terminal's encoding lacks.
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="backslashreplace")

    def show(self) -> None:
        """Write the log so far. Raises `NoSuchResource`."""
        document = self._document()
        if not self._write():
            self._say(f"has logged nothing; its status is {self._status(document)}")

    def follow(self) -> None:
        """Write the log until the job has ended. Raises `NoSuchResource`."""
        document = self._document()
        while True:
            # Written after the status was read: whatever was logged before the end is there then.
            self._write()
            if self._status(document) not in self._kind.passing:
                break
            time.sleep(POLL_SECONDS)
            try:
                document = self._document()
            except NoSuchResource:
                self._say("has been deleted")
                return
        reason = document.get("FailureReason")
        self._say(f"is {self._status(document)}{f': {reason}' if reason else ''}")

    def _write(self) -> bool:
        """Write new messages. Returns whether there were any."""
        count = 0
        for message in self._streams.messages():
            print(message.rstrip("\r\n"))
            count += 1
        sys.stdout.flush()
        return bool(count)

    def _say(self, text: str) -> None:
        # Not to standard output, which has only the log.
        print(f"sagemock: {self._kind.title} {self._name} {text}", file=sys.stderr)

    def _status(self, document: Mapping[str, Any]) -> str:
        status: str = document[self._kind.resource.status_member]
        return status

    def _document(self) -> Mapping[str, Any]:
        """The job or endpoint as Search or its list shows it. Raises `NoSuchResource`.

        Not Describe, which moto's state manager may count, and which may wait for the end.
        """
        key = self._kind.resource.name_member
        for document in self._named():
            if document[key] == self._name:
                return document
        known = closest_first(self._name, [each[key] for each in self._page()])
        raise NoSuchResource(
            f"no {self._kind.title} {self._name!r} {self._location}; there are: {known}"
        )

    def _named(self) -> Iterator[Mapping[str, Any]]:
        """The resources of that name, and maybe others."""
        resource = self._kind.resource
        if resource.search is not None:
            by_name = {"Name": resource.name_member, "Operator": "Equals", "Value": self._name}
            yield from self._page(SearchExpression={"Filters": [by_name]})
            return
        request = {"NameContains": self._name}
        while True:
            answer = self._listed(**request)
            yield from answer[f"{resource.noun}Summaries"]
            if "NextToken" not in answer:
                return
            request["NextToken"] = answer["NextToken"]

    def _page(self, **request: Any) -> list[Mapping[str, Any]]:
        """The first page of resources."""
        resource = self._kind.resource
        if resource.search is None:
            summaries: list[Mapping[str, Any]] = self._listed()[f"{resource.noun}Summaries"]
            return summaries
        answer = self._sagemaker.search(
            Resource=resource.search.resource, MaxResults=100, **request
        )
        return [each[resource.search.member] for each in answer["Results"]]

    def _listed(self, **request: Any) -> Mapping[str, Any]:
        operation = getattr(self._sagemaker, snake(self._kind.resource.operation("List")))
        answer: Mapping[str, Any] = operation(MaxResults=100, **request)
        return answer


def _client(service: str, url: str, region: str) -> Any:
    """A client that signs with the keys of the environment, or with made-up ones."""
    import boto3
    from botocore.config import Config

    environ = os.environ
    keys = {
        "aws_access_key_id": environ.get("AWS_ACCESS_KEY_ID") or "test",
        "aws_secret_access_key": environ.get("AWS_SECRET_ACCESS_KEY") or "test",
        "aws_session_token": environ.get("AWS_SESSION_TOKEN"),
    }
    config = Config(read_timeout=SECONDS, retries={"total_max_attempts": 2}, proxies={})
    return boto3.client(service, region, endpoint_url=url, config=config, **keys)
