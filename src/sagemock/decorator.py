"""How `mock_sagemaker` decorates functions of every kind, so that they run within a context.

moto's own decorator knows plain functions only. It would leave the mock as soon as a coroutine or
generator has been created, before any of it has run.
"""

from __future__ import annotations

import functools
import inspect
import unittest
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import FunctionType
from typing import Any

Context = Callable[[], AbstractContextManager[Any]]
"""Returns a new context for each call."""

_HOOKS = frozenset(
    f"{when}_{scope}"
    for when in ("setup", "teardown")
    for scope in ("module", "function", "class", "method")
)
"""Functions that pytest calls with the module, class or method, if they take an argument."""


def decorated(func: Any, context: Context, *, lazily: bool) -> Any:
    """Return a function that runs within a context of its own.

    Parameters
    ----------
    func
        The function. Static and class methods stay what they are.
    context
        Returns a new context.
    lazily
        Whether a generator enters the context at its first step and leaves it at its end.
        Otherwise only the creation of the generator is within the context.
    """
    if isinstance(func, (staticmethod, classmethod)):
        return type(func)(decorated(func.__func__, context, lazily=lazily))
    if inspect.iscoroutinefunction(func):
        return _coroutine_function(func, context)
    if lazily and inspect.isasyncgenfunction(func):
        return _async_generator_function(func, context)
    if lazily and inspect.isgeneratorfunction(func):
        return _generator_function(func, context)
    function = _function(func, context)
    return _as_hook(function) if getattr(func, "__name__", "") in _HOOKS else function


def _function(func: Callable[..., Any], context: Context) -> Callable[..., Any]:
    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        with context():
            result = func(*args, **kwargs)
        # From a callable object, or a function that another decorator has wrapped.
        return _awaited(result, context) if inspect.iscoroutine(result) else result

    return wrapper


async def _awaited(coroutine: Any, context: Context) -> Any:
    with context():
        return await coroutine


def _coroutine_function(func: Callable[..., Any], context: Context) -> Callable[..., Any]:
    @functools.wraps(func)
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        with context():
            return await func(*args, **kwargs)

    return wrapper


def _generator_function(func: Callable[..., Any], context: Context) -> Callable[..., Any]:
    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        with context():
            return (yield from func(*args, **kwargs))

    return wrapper


def _async_generator_function(func: Callable[..., Any], context: Context) -> Callable[..., Any]:
    """Passes on what is sent and thrown; async generators have no `yield from`."""

    @functools.wraps(func)
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        with context():
            generator = func(*args, **kwargs)
            try:
                value = await anext(generator)
                while True:
                    try:
                        sent = yield value
                    except GeneratorExit:
                        raise
                    except BaseException as error:
                        value = await generator.athrow(error)
                    else:
                        value = await generator.asend(sent)
            except StopAsyncIteration:
                return
            finally:
                await generator.aclose()

    return wrapper


def _as_hook(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a set-up or tear-down function with the number of arguments of the original.

    pytest counts the arguments in the code of such a function to decide whether to pass the module,
    class or method. A wrapper takes any number of them, so pytest would decide wrongly.
    """
    count = len(inspect.signature(function).parameters)

    @functools.wraps(function)
    def hook(first: object = None, second: object = None) -> Any:
        return function(*(first, second)[:count])

    return hook


def keep_state_of_async_setup(case: type) -> None:
    """Give a test case that has only `asyncSetUp` a `setUp`, which runs just before it.

    moto resets its state at the beginning of `setUp`, or, without one, of each test: whatever
    `asyncSetUp` has created would be gone.
    """
    if not issubclass(case, unittest.IsolatedAsyncioTestCase):
        return
    own = [each for each in case.__mro__ if not each.__module__.startswith("unittest.")]
    names = {name for each in own for name, value in vars(each).items() if _is_function(value)}
    if "asyncSetUp" not in names or "setUp" in names:
        return

    def set_up(self: Any) -> None:
        super(case, self).setUp()

    set_up.__name__ = "setUp"
    set_up.__qualname__ = f"{case.__qualname__}.setUp"
    case.setUp = set_up  # type: ignore[method-assign]


def _is_function(value: object) -> bool:
    return isinstance(value, FunctionType)
