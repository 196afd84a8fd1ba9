"""Every option of a mock or server, declared once.

The decorator, the marker and the ini options of the pytest plugin, `sagemock serve`, the controls
over HTTP and the documentation all offer what stands here. Nothing heavy is imported: the plugin
reads it wherever sagemock is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from sagemock.config import Config, TrainingMode, Validation, Waiting


@dataclass(frozen=True, slots=True)
class Option:
    """A field of `Config`, and where it is offered.

    meaning: what it does, in a line. parse: the value of a text; raises ValueError. flag: of
    `sagemock serve`. of_server: it means nothing to a mock in process. served: the default of
    servers, where it is another one.
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
        return getattr(Config, self.name)

    @property
    def default_of_servers(self) -> Any:
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
            "how jobs train: inline has ended when CreateTrainingJob answers, background trains "
            "beside the requests, off completes at once and trains nothing",
            **_choice(*get_args(TrainingMode)),
            flag="--training",
            served="background",
        ),
        Option(
            "max_workers",
            "how many jobs train at the same time in background",
            parse=_whole,
            metavar="NUMBER",
            flag="--workers",
        ),
        Option(
            "seed",
            "seeds the initial weights of training; the same request gives the same model",
            parse=_whole,
            metavar="NUMBER",
            flag="--seed",
        ),
        Option(
            "waiting",
            "instant lets waiters and the polling loops of the SageMaker SDK wait for changes "
            "instead of sleeping, real leaves them alone",
            **_choice(*get_args(Waiting)),
        ),
        Option(
            "validation",
            "strict refuses what AWS refuses, off takes what plain moto takes and looks for no "
            "objects of S3",
            **_choice(*get_args(Validation)),
            flag="--validation",
        ),
        Option(
            "wait",
            "seconds, 0 to 20, that the Describe of something under way waits for its end",
            parse=_seconds,
            metavar="SECONDS",
            flag="--wait",
            of_server=True,
        ),
    )
}
"""All that a text can say; `executor`, the other field of `Config`, is for Python alone."""


def defaults_of_servers() -> dict[str, Any]:
    """The options of a server that is told none."""
    return {name: option.default_of_servers for name, option in OPTIONS.items()}


def parse(name: str, text: str) -> Any:
    """The value of an option as a text. Raises ValueError, which names the option."""
    try:
        value = OPTIONS[name].parse(text)
        Config(**{name: value})
    except ValueError as error:
        told = str(error)
        raise ValueError(told if told.startswith(name) else f"{name} {told}") from None
    return value
