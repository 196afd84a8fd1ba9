"""Every option of a mock or server, declared once.

The decorator, the marker and the ini options of the pytest plugin, `sagemock serve`, the controls
over HTTP and the documentation all offer the options of this table. Nothing heavy is imported:
pytest loads the plugin wherever sagemock is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from sagemock.config import (
    Config,
    Containers,
    Isolation,
    LineageMode,
    Requirements,
    TrainingMode,
    Validation,
    Waiting,
)


@dataclass(frozen=True, slots=True)
class Option:
    """A field of `Config`, and where it is offered.

    Parameters
    ----------
    name
        The name of the field.
    meaning
        What it does, in a line.
    parse
        Returns the value of a text; raises ValueError.
    choices
        The texts that are allowed, if they are few.
    metavar
        What stands for the value in the help of `sagemock serve`.
    flag
        The option of `sagemock serve`, None if it has none.
    of_server
        Whether the option has no effect on a mock in this process.
    served
        The default of servers, None if it is that of `Config`.
    """

    name: str
    meaning: str
    parse: Callable[[str], Any]
    choices: tuple[str, ...] = ()
    metavar: str | None = None
    flag: str | None = None
    of_server: bool = False
    served: Any = None

    @property
    def default(self) -> Any:
        """The default of mocks."""
        return getattr(Config, self.name)

    @property
    def default_of_servers(self) -> Any:
        """The default of servers."""
        return self.default if self.served is None else self.served


def _choice(*choices: str) -> dict[str, Any]:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}, not {text!r}")
        return text

    return {"parse": parse, "choices": choices}


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"must be a whole number, not {text!r}") from None


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"must be a number of seconds, not {text!r}") from None


OPTIONS: Mapping[str, Option] = {
    option.name: option
    for option in (
        Option(
            "training",
            "when jobs train; inline: before CreateTrainingJob returns; background: afterwards, in "
            "threads; off: not at all, jobs complete at once",
            **_choice(*get_args(TrainingMode)),
            flag="--training",
            served="background",
        ),
        Option(
            "max_workers",
            "how many jobs train at the same time in the background",
            parse=_whole,
            metavar="NUMBER",
            flag="--workers",
        ),
        Option(
            "seed",
            "seed of the random numbers; the same request gives the same model",
            parse=_whole,
            metavar="NUMBER",
            flag="--seed",
        ),
        Option(
            "waiting",
            "instant: waiters and the polling loops of the SageMaker SDK wait for changes instead "
            "of sleeping; real: they sleep",
            **_choice(*get_args(Waiting)),
        ),
        Option(
            "validation",
            "strict: reject what AWS rejects; off: accept what plain moto accepts, and do not "
            "check that objects exist in S3",
            **_choice(*get_args(Validation)),
            flag="--validation",
        ),
        Option(
            "lineage",
            "on: jobs and endpoints create lineage entities, as on AWS; off: they do not",
            **_choice(*get_args(LineageMode)),
            flag="--lineage",
        ),
        Option(
            "containers",
            "built-in: run Amazon's algorithms and functions that a test registers; local: also "
            "run scripts and commands of jobs, as processes on this machine",
            **_choice(*get_args(Containers)),
            flag="--containers",
        ),
        Option(
            "requirements",
            "skip: pip install in a job does nothing; install: it installs into a folder of the "
            "job",
            **_choice(*get_args(Requirements)),
            flag="--requirements",
        ),
        Option(
            "stop_grace",
            "how many seconds a process may continue after the stop signal",
            parse=_seconds,
            metavar="SECONDS",
            flag="--stop-grace",
        ),
        Option(
            "isolation",
            "how the folder of a job becomes /opt/ml of its processes; auto: the first method "
            "that works",
            **_choice(*get_args(Isolation)),
            flag="--isolation",
        ),
        Option(
            "wait",
            "how many seconds, 0 to 20, a Describe call waits for the final status",
            parse=_seconds,
            metavar="SECONDS",
            flag="--wait",
            of_server=True,
        ),
    )
}
"""All options that a text can set; `executor` of `Config` can be set in Python only."""


def defaults_of_servers() -> dict[str, Any]:
    """Return the options of a server that is given none."""
    return {name: option.default_of_servers for name, option in OPTIONS.items()}


def parse(name: str, text: str) -> Any:
    """Return the value of an option from a text. Raises ValueError that names the option."""
    try:
        value = OPTIONS[name].parse(text)
        Config(**{name: value})
    except ValueError as error:
        text = str(error)
        raise ValueError(text if text.startswith(name) else f"{name} {text}") from None
    return value
