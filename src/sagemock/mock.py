"""`mock_sagemaker`: moto's `mock_aws`, with a SageMaker that works."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, ParamSpec, TypeVar, overload

from moto import mock_aws
from moto.core.config import DefaultConfig
from moto.core.models import MockAWS

from sagemock.config import Config, TrainingMode, Waiting
from sagemock.controls import Control
from sagemock.gateway.control import control
from sagemock.gateway.plug import plug

P = ParamSpec("P")
T = TypeVar("T")


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
        """How jobs, endpoints and calls shall turn out while this mock is on."""
        return control

    def start(self, reset: bool = True) -> None:
        token = object()
        plug.switch_on(token, self._config, in_process=True)
        try:
            self._moto.start(reset=reset)
        except BaseException:
            plug.switch_off(token)
            raise
        self._tokens.append(token)

    def stop(self, remove_data: bool = True) -> None:
        try:
            self._moto.stop(remove_data=remove_data)
        finally:
            if self._tokens:
                plug.switch_off(self._tokens.pop())

    def reset(self) -> None:
        self._moto.reset()

    def _decorate_callable(
        self, func: Callable[P, T], reset: bool, remove_data: bool
    ) -> Callable[P, T]:
        if not inspect.iscoroutinefunction(func):
            decorated: Callable[P, T] = super()._decorate_callable(func, reset, remove_data)
            return _as_pytest_fixture(decorated) if func.__name__ in _PER_TEST else decorated

        # moto's wrapper would stop the mock when the coroutine is made, before it has run.
        @functools.wraps(func)
        async def wrapper(*args: P.args, **kwargs: P.kwargs) -> Any:
            self.start(reset=reset)
            try:
                return await func(*args, **kwargs)
            finally:
                self.stop(remove_data=remove_data)

        return wrapper  # type: ignore[return-value]


_PER_TEST = ("setup_method", "teardown_method")


def _as_pytest_fixture(decorated: Callable[P, T]) -> Callable[P, T]:
    """A decorated set-up or tear-down method of a class, as pytest expects one to look.

    pytest counts the arguments of the code that it is given to see whether to pass the test's
    method; moto's wrapper takes any number, and pytest passes what the user's method may not
    take.
    """
    takes_method = len(inspect.signature(decorated).parameters) > 1

    @functools.wraps(decorated)
    def fixture(self: object, method: object = None) -> Any:
        anything: Any = decorated
        return anything(self, method) if takes_method else anything(self)

    return fixture  # type: ignore[return-value]


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
) -> MockSageMaker: ...


def mock_sagemaker(
    func: Callable[P, T] | None = None,
    config: DefaultConfig | None = None,
    *,
    training: TrainingMode = Config.training,
    max_workers: int = Config.max_workers,
    seed: int = Config.seed,
    waiting: Waiting = Config.waiting,
    executor: Executor | Callable[[], Executor] | None = None,
) -> MockSageMaker | Callable[P, T]:
    """Mock every AWS service of moto, and make Amazon SageMaker work.

    A decorator for functions, coroutine functions, methods, classes and
    `unittest.TestCase`s, bare or called with options, and a context manager with `start()`
    and `stop()`, exactly as moto's `mock_aws`, which it implies.

    config: moto's own options, as `mock_aws(config=...)` takes them.
    training, max_workers, seed, waiting, executor: see `sagemock.Config`.
    """
    options = Config(
        training=training,
        max_workers=max_workers,
        seed=seed,
        waiting=waiting,
        executor=executor,
    )
    mock = MockSageMaker(config, options)
    return mock if func is None else mock(func)
