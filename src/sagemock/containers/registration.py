"""`register`: functions and commands of a test in the place of containers."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from sagemock.containers.commands import Command
from sagemock.containers.container import Container
from sagemock.containers.registrations import registrations

if TYPE_CHECKING:
    from sagemock.containers.functions.job import ProcessingFunctionJob, TrainingFunctionJob
    from sagemock.containers.functions.served_model import InvocationRequest
    from sagemock.containers.processing import ProcessingContainer
    from sagemock.containers.serving import ServingContainer
    from sagemock.containers.training import TrainingContainer

Train: TypeAlias = "Callable[[TrainingFunctionJob], object] | Sequence[str] | TrainingContainer"
"""What trains: a function, a command as a list of arguments, or a container."""

Process: TypeAlias = (
    "Callable[[ProcessingFunctionJob], object] | Sequence[str] | ProcessingContainer"
)
"""What processes: a function, a command as a list of arguments, or a container."""

Serve: TypeAlias = "Callable[[InvocationRequest], object] | type | Sequence[str] | ServingContainer"
"""What serves: a function, a class, a command as a list of arguments, or a container."""


class Registration:
    """What `register` returns; a context manager that takes it back.

    Attributes
    ----------
    container
        What runs behind the images.
    number
        What tells it from other registrations.
    """

    def __init__(self, container: Container, number: int) -> None:
        self.container = container
        self.number = number

    def remove(self) -> None:
        """Take the registration back; without effect if it has ended already."""
        registrations.remove(self.number)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def __repr__(self) -> str:
        return f"<{self.container.name}, registered for {', '.join(self.container.patterns)}>"


def register(
    pattern: str,
    *,
    train: Train | None = None,
    process: Process | None = None,
    serve: Serve | None = None,
    python: str | None = None,
) -> Registration:
    """Let a function or a command run in the place of a container, ahead of all that there is.

    The registration ends with the mock, fixture or server that is on, with its ``with`` block, or
    when it is removed. One that is made while none is on lasts as long as the process. Where
    several fit an image, the latest counts.

    Parameters
    ----------
    pattern
        The images: a shell pattern for the repository, such as ``my-image`` or ``my-*``, or for
        whole images, such as ``*.amazonaws.com/my-image:1.*``.
    train
        What trains. A function gets a `TrainingFunctionJob`, and runs in this process. A command,
        as a list of arguments, runs as a process with the option ``containers="local"`` alone.
        Or an object with the methods of `TrainingContainer`.
    process
        What processes: the same, with a `ProcessingFunctionJob` or `ProcessingContainer`.
    serve
        What serves. A function gets an `InvocationRequest`, and returns the answer: bytes, a str,
        both a body and its content type, or what becomes JSON. A class gets the `ServedModel` at
        deployment, and its method ``invoke`` the requests. Both are called in this process. A
        command, as a list of arguments, is a server of HTTP, which listens on ``{port}``. Or an
        object with the method of `ServingContainer`.
    python
        The Python that runs commands, and scripts of jobs with such images; by default the one
        that runs sagemock.

    Returns
    -------
    Registration
        By which it can be taken back; a context manager.

    Raises
    ------
    ValueError
        If there is nothing to register, or no such interpreter.
    TypeError
        If one of them is something else.

    Examples
    --------
    >>> from sagemock.containers import explain, register
    >>> def train(job):
    ...     (job.model_dir / "weights.txt").write_text(job.hyperparameters["lr"])
    ...     job.log("loss=0.5")
    >>> with register("my-image", train=train):
    ...     print(explain("my-image:1", {"TrainingJobName": "j"}))
    training: the function train is registered for it
    """
    container = define(pattern, train=train, process=process, serve=serve, python=python)
    return Registration(container, registrations.add(container, scoped=True))


def define(
    pattern: str,
    *,
    train: Train | None = None,
    process: Process | None = None,
    serve: Serve | None = None,
    python: str | None = None,
) -> Container:
    """Return what `register` registers, for an entry point of a package; see there."""
    if not isinstance(pattern, str) or not pattern:
        raise ValueError(f"pattern must be a shell pattern for images, not {pattern!r}")
    parts = {"train": train, "process": process, "serve": serve}
    named = [name for name, part in parts.items() if part is not None]
    if not named and python is None:
        raise ValueError("there is nothing to register: pass train, process, serve or python")
    if python is not None and shutil.which(python) is None:
        raise ValueError(f"python must be an interpreter, and {python!r} is not a program")
    in_process = any(part is not None and not _is_command(part) for part in (train, process))
    return Container(
        name=", ".join(dict.fromkeys(_name(parts[name]) for name in named)) or str(python),
        patterns=(pattern,),
        training=_training(train),
        processing=_processing(process),
        serving=_serving(serve),
        needs_data=False,
        calls_aws=in_process,
        in_process=in_process,
        python=python if python is None else shutil.which(python),
    )


def _training(train: Train | None) -> TrainingContainer | Command | None:
    if train is None or hasattr(train, "train"):
        return train  # type: ignore[return-value]
    if _is_command(train):
        return _command("train", train)
    _check_function("train", train)
    from sagemock.containers.functions.training import FunctionTraining

    return FunctionTraining(train)  # type: ignore[arg-type]


def _processing(process: Process | None) -> ProcessingContainer | Command | None:
    if process is None or hasattr(process, "process"):
        return process
    if _is_command(process):
        return _command("process", process)
    _check_function("process", process)
    from sagemock.containers.functions.processing import FunctionProcessing

    return FunctionProcessing(process)  # type: ignore[arg-type]


def _serving(serve: Serve | None) -> ServingContainer | Command | None:
    if serve is None or _is_command(serve):
        return None if serve is None else _command("serve", serve)
    if hasattr(serve, "load"):
        return serve() if isinstance(serve, type) else serve
    _check_function("serve", serve)
    if isinstance(serve, type) and not (hasattr(serve, "invoke") or "__call__" in dir(serve)):
        raise TypeError(f"serve must be a class with a method invoke or load, not {serve!r}")
    from sagemock.containers.functions.serving import FunctionServing

    return FunctionServing(serve)  # type: ignore[arg-type]


def _is_command(part: Any) -> bool:
    return isinstance(part, Sequence)


def _command(name: str, part: Any) -> Command:
    arguments = () if isinstance(part, (str, bytes)) else tuple(part)
    if not arguments or not all(isinstance(each, str) for each in arguments):
        raise TypeError(
            f"{name} must be a function, or a command as a list of arguments such as "
            f"['python', 'train.py'], not {part!r}"
        )
    return Command(arguments)


def _check_function(name: str, part: Any) -> None:
    if not callable(part):
        raise TypeError(f"{name} must be a function or a list of arguments, not {part!r}")
    if inspect.iscoroutinefunction(part):
        raise TypeError(f"{name} must be an ordinary function: {part!r} would have to be awaited")


def _name(part: Any) -> str:
    """What runs, as `explain` says it."""
    if _is_command(part):
        return f"the command {' '.join(map(str, part))}"
    if isinstance(part, type):
        return f"the class {part.__qualname__}"
    if callable(part):
        return f"the function {getattr(part, '__qualname__', type(part).__name__)}"
    return type(part).__name__
