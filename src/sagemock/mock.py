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

from sagemock.config import Config, TrainingMode, Validation, Waiting
from sagemock.decorator import decorated, keep_state_of_async_setup
from sagemock.faults.controls import Control
from sagemock.moto_adapter.control import control
from sagemock.moto_adapter.patch import moto_patch

P = ParamSpec("P")
T = TypeVar("T")
C = TypeVar("C")


class MockSageMaker(MockAWS):
    """A started-and-stopped mock of moto's shape; use it through `mock_sagemaker`.

    It holds a `mock_aws` of its own rather than being one, because moto counts nested mocks
    on the class: a subclass would count apart, and mixing the two would reset state.
    """

    def __init__(self, moto_config: DefaultConfig | None, config: Config) -> None:
        super().__init__(moto_config)
        self._moto = mock_aws(config=moto_config)
        self._config = config
        self._tokens: list[object] = []

    @property
    def control(self) -> Control:
        """How jobs, endpoints and calls are to turn out while this mock is on."""
        return control

    def start(self, reset: bool = True) -> None:
        # Imported here: nothing of it is needed until a mock starts.
        from sagemock.web import control_api

        token = object()
        moto_patch.switch_on(token, self._config, moto_api=control_api.PATHS, in_process=True)
        try:
            self._moto.start(reset=reset)
        except BaseException:
            moto_patch.switch_off(token)
            raise
        self._tokens.append(token)

    def stop(self, remove_data: bool = True) -> None:
        try:
            self._moto.stop(remove_data=remove_data)
        finally:
            if self._tokens:
                moto_patch.switch_off(self._tokens.pop())

    def reset(self) -> None:
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
        if inspect.isclass(func):
            keep_state_of_async_setup(func)
        return super().__call__(func, reset, remove_data)

    def _decorate_callable(
        self, func: Callable[P, T], reset: bool, remove_data: bool
    ) -> Callable[P, T]:
        # A method of a decorated class that is neither a test nor its set-up is called within
        # the mock of one. A generator of it could outlive the test, and keep the mock on.
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
) -> Any:
    """Mock every AWS service of moto, and make Amazon SageMaker work.

    A decorator for functions and methods of every kind (coroutine functions, generators and
    other callables too), classes and `unittest.TestCase`s, bare or called with options, and a
    context manager with `start()` and `stop()`, exactly as moto's `mock_aws`, which it implies.

    config: moto's own options, as `mock_aws(config=...)` takes them.
    training, max_workers, seed, waiting, executor, validation: see `sagemock.Config`.
    """
    if isinstance(config, Config):
        raise TypeError(
            "config takes moto's options; sagemock's are arguments: training=..., seed=..."
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
    )
    mock = MockSageMaker(config, options)
    return mock if func is None else mock(func)
