"""Functions of every kind that run within a context: what `mock_sagemaker` makes of them.

moto's own decorator knows plain functions alone. It would leave the mock as soon as a coroutine
or a generator is made, before any of it has run.
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
"""Makes a new context for each call."""

_HOOKS = frozenset(
    f"{when}_{scope}"
    for when in ("setup", "teardown")
    for scope in ("module", "function", "class", "method")
)
"""Functions that pytest calls with what they are about, if they take it."""


def decorated(func: Any, context: Context, *, lazily: bool) -> Any:
    """`func`, whose body runs within a context of its own.

    lazily: whether generators enter it at their first step and leave it at their end; otherwise
    only their making is within it. Static and class methods stay what they are.
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
        # Of a callable object, or of a function that another decorator has wrapped.
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
    """Passes on what is sent and thrown, for which there is no `yield from`."""

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
    """A set-up or tear-down function as pytest expects one to look.

    pytest counts the arguments in the code of a function to see whether to pass the module,
    class or method. A wrapper takes any number, so that pytest would pass what the user's
    function does not take, or keep what it needs.
    """
    count = len(inspect.signature(function).parameters)

    @functools.wraps(function)
    def hook(first: object = None, second: object = None) -> Any:
        return function(*(first, second)[:count])

    return hook


def keep_state_of_async_setup(case: type) -> None:
    """Give a test case that has only `asyncSetUp` a `setUp`, which runs just before it.

    moto forgets its state at the beginning of `setUp`, or else of each test; then what
    `asyncSetUp` has made would be gone.
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
