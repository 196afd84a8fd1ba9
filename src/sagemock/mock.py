"""`mock_sagemaker`: moto's `mock_aws`, with a SageMaker that works."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from functools import partial
from typing import Any, ParamSpec, Self, TypeVar, overload

import sagemock.moto_adapter  # noqa: F401 - first, since it checks the version of moto

# isort: split
from moto import mock_aws
from moto.core.config import DefaultConfig
from moto.core.models import MockAWS

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
from sagemock.decorator import decorated, keep_state_of_async_setup
from sagemock.faults.controls import Control
from sagemock.moto_adapter.control import control
from sagemock.moto_adapter.patch import moto_patch

P = ParamSpec("P")
T = TypeVar("T")
C = TypeVar("C")


class MockSageMaker(MockAWS):
    """What `mock_sagemaker(...)` returns: a decorator and context manager, as moto's `MockAWS`.

    Notes
    -----
    It has a `mock_aws` of its own instead of being one. moto counts nested mocks on the class: a
    subclass would have its own count, and nesting one in the other would reset their state.
    """

    def __init__(self, moto_config: DefaultConfig | None, config: Config) -> None:
        super().__init__(moto_config)
        self._moto = mock_aws(config=moto_config)
        self._config = config
        self._tokens: list[object] = []

    @property
    def control(self) -> Control:
        """Faults on demand and ready-made jobs; the same as `sagemock.control`."""
        return control

    def start(self, reset: bool = True) -> None:
        """Start the mock.

        Parameters
        ----------
        reset
            Whether to begin without the state of earlier mocks. Ignored in a mock within another.
        """
        # Imported here: nothing of it is needed until a mock starts.
        from sagemock.web import control_api, loopback

        token = object()
        moto_patch.switch_on(
            token,
            self._config,
            moto_api=control_api.PATHS,
            start_loopback=loopback.start,
            in_process=True,
        )
        try:
            self._moto.start(reset=reset)
        except BaseException:
            moto_patch.switch_off(token)
            raise
        self._tokens.append(token)

    def stop(self, remove_data: bool = True) -> None:
        """Stop the mock, and moto with it unless another mock is still on.

        Parameters
        ----------
        remove_data
            Whether to forget all state, if this is the last mock.
        """
        try:
            self._moto.stop(remove_data=remove_data)
        finally:
            if self._tokens:
                moto_patch.switch_off(self._tokens.pop())

    def reset(self) -> None:
        """Forget all state of all services."""
        self._moto.reset()

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    @overload
    def __call__(self, func: type[C], reset: bool = ..., remove_data: bool = ...) -> type[C]: ...

    @overload
    def __call__(
        self, func: Callable[P, T], reset: bool = ..., remove_data: bool = ...
    ) -> Callable[P, T]: ...

    def __call__(self, func: Any, reset: bool = True, remove_data: bool = True) -> Any:
        """Decorate a function, a method or a class, so that it runs with the mock on.

        Parameters
        ----------
        func
            What to decorate.
        reset, remove_data
            As for `start` and `stop`.
        """
        if inspect.isclass(func):
            keep_state_of_async_setup(func)
        return super().__call__(func, reset, remove_data)

    def _decorate_callable(
        self, func: Callable[P, T], reset: bool, remove_data: bool
    ) -> Callable[P, T]:
        # A method of a decorated class that is neither a test nor its set-up is called while a
        # test's mock is on. A generator from it could outlive the test and keep the mock on.
        is_helper = not reset and not remove_data
        context = partial(self._on, reset, remove_data)
        function: Callable[P, T] = decorated(func, context, lazily=not is_helper)
        return function

    @contextmanager
    def _on(self, reset: bool, remove_data: bool) -> Iterator[None]:
        self.start(reset=reset)
        try:
            yield
        finally:
            self.stop(remove_data=remove_data)


@overload
def mock_sagemaker(func: type[C]) -> type[C]: ...


@overload
def mock_sagemaker(func: Callable[P, T]) -> Callable[P, T]: ...


@overload
def mock_sagemaker(
    func: None = None,
    config: DefaultConfig | None = None,
    *,
    training: TrainingMode = ...,
    max_workers: int = ...,
    seed: int = ...,
    waiting: Waiting = ...,
    executor: Executor | Callable[[], Executor] | None = ...,
    validation: Validation = ...,
    lineage: LineageMode = ...,
    containers: Containers = ...,
    requirements: Requirements = ...,
    stop_grace: float = ...,
    isolation: Isolation = ...,
) -> MockSageMaker: ...


def mock_sagemaker(
    func: Any = None,
    config: DefaultConfig | None = None,
    *,
    training: TrainingMode = Config.training,
    max_workers: int = Config.max_workers,
    seed: int = Config.seed,
    waiting: Waiting = Config.waiting,
    executor: Executor | Callable[[], Executor] | None = None,
    validation: Validation = Config.validation,
    lineage: LineageMode = Config.lineage,
    containers: Containers = Config.containers,
    requirements: Requirements = Config.requirements,
    stop_grace: float = Config.stop_grace,
    isolation: Isolation = Config.isolation,
) -> Any:
    """Mock every AWS service that moto has, with an Amazon SageMaker that works.

    Use it as moto's `mock_aws`, which it includes: as a decorator of functions, methods, classes
    and `unittest.TestCase` classes, with or without options, or as a context manager, which also
    has `start()` and `stop()`. Coroutine functions, generators and other callables can be
    decorated as well.

    Parameters
    ----------
    func
        What to decorate. Passed by Python where the decorator is used without options.
    config
        moto's own options, as `mock_aws(config=...)` takes them.
    training, max_workers, seed, waiting, executor, validation, lineage
        The options of sagemock; see `sagemock.Config`.
    containers, requirements, stop_grace, isolation
        The options of sagemock; see `sagemock.Config`.

    Returns
    -------
    The decorated function or class, or a `MockSageMaker` if `func` is None.

    Raises
    ------
    ValueError
        If an option has a value that it cannot have.
    TypeError
        If an option has a value of the wrong type, or `func` cannot be decorated.

    Examples
    --------
    >>> import boto3
    >>> from sagemock import mock_sagemaker
    >>> with mock_sagemaker(training="off"):
    ...     sagemaker = boto3.client("sagemaker", "us-east-1")
    ...     sagemaker.list_training_jobs()["TrainingJobSummaries"]
    []
    >>> @mock_sagemaker
    ... def count_models() -> int:
    ...     sagemaker = boto3.client("sagemaker", "us-east-1")
    ...     return len(sagemaker.list_models()["Models"])
    >>> count_models()
    0
    """
    if isinstance(config, Config):
        raise TypeError(
            "config takes moto's options; pass sagemock's as arguments: training=..., seed=..."
        )
    if func is not None and not callable(func) and not hasattr(func, "__func__"):
        raise TypeError(f"mock_sagemaker decorates functions and classes, not {func!r}")
    options = Config(
        training=training,
        max_workers=max_workers,
        seed=seed,
        waiting=waiting,
        executor=executor,
        validation=validation,
        lineage=lineage,
        containers=containers,
        requirements=requirements,
        stop_grace=stop_grace,
        isolation=isolation,
    )
    mock = MockSageMaker(config, options)
    return mock if func is None else mock(func)
