"""`mock_sagemaker` decorates whatever `mock_aws` takes, and what it would spoil."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
import unittest
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import boto3
import pytest

from sagemock import mock_sagemaker
from sagemock.moto_adapter.patch import moto_patch

INI = "[pytest]\nasyncio_default_fixture_loop_scope = function\n"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"


def sagemaker() -> Any:
    return boto3.client("sagemaker", "us-east-1")


def create_model(name: str) -> None:
    sagemaker().create_model(ModelName=name, ExecutionRoleArn=ROLE)


def models() -> list[str]:
    assert moto_patch.on
    return sorted(model["ModelName"] for model in sagemaker().list_models()["Models"])


@pytest.fixture(autouse=True)
def _everything_is_switched_off() -> Iterator[None]:
    yield
    assert not moto_patch.on


def add(name: str, *, other: str = "b") -> list[str]:
    create_model(name)
    create_model(other)
    return models()


async def add_later(name: str) -> list[str]:
    create_model(name)
    await asyncio.sleep(0)
    return models()


class Adds:
    """Callable objects, static and class methods."""

    def __call__(self, name: str) -> list[str]:
        return add(name)

    @mock_sagemaker
    @staticmethod
    def static(name: str) -> list[str]:
        return add(name)

    @staticmethod
    @mock_sagemaker
    def static_outside(name: str) -> list[str]:
        return add(name)

    @mock_sagemaker  # type: ignore[arg-type]
    @classmethod
    def of_class(cls, name: str) -> list[str]:
        assert cls is Adds
        return add(name)

    @classmethod
    @mock_sagemaker
    def of_class_outside(cls, name: str) -> list[str]:
        assert cls is Adds
        return add(name)


class AddsLater:
    async def __call__(self, name: str) -> list[str]:
        return await add_later(name)


def wrapped_by_another(func: Callable[..., Any]) -> Callable[..., Any]:
    """As decorators do that know nothing of coroutines."""

    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return func(*args, **kwargs)

    return wrapper


@pytest.mark.parametrize(
    "func",
    [
        mock_sagemaker(add),
        mock_sagemaker(functools.partial(add, other="b")),
        functools.partial(mock_sagemaker(seed=3)(functools.partial(add, "a"))),
        mock_sagemaker(Adds()),
        Adds.static,
        Adds().static,
        Adds.static_outside,
        Adds.of_class,
        Adds().of_class,
        Adds.of_class_outside,
    ],
)
def test_callables(func: Any) -> None:
    arguments = () if isinstance(func, functools.partial) else ("a",)
    assert func(*arguments) == ["a", "b"]
    assert func(*arguments) == ["a", "b"]


@pytest.mark.parametrize(
    "func",
    [
        mock_sagemaker(add_later),
        mock_sagemaker(functools.partial(add_later)),
        mock_sagemaker(AddsLater()),
        mock_sagemaker(wrapped_by_another(add_later)),
    ],
)
def test_coroutines(func: Any) -> None:
    assert asyncio.run(func("a")) == ["a"]
    assert asyncio.run(func(name="a")) == ["a"]


def test_coroutine_functions_stay_what_they_are() -> None:
    assert inspect.iscoroutinefunction(mock_sagemaker(add_later))
    assert inspect.iscoroutinefunction(mock_sagemaker(functools.partial(add_later)))
    assert not inspect.iscoroutinefunction(mock_sagemaker(add))


@mock_sagemaker
def numbers() -> Iterator[Any]:
    create_model("m")
    while True:
        try:
            sent = yield models()
        except LookupError as error:
            sent = str(error)
        if sent == "end":
            return
        create_model(sent)


def test_a_generator_is_mocked_until_its_end() -> None:
    assert inspect.isgeneratorfunction(numbers)
    generator = numbers()
    assert not moto_patch.on
    assert next(generator) == ["m"]
    assert generator.send("n") == ["m", "n"]
    assert generator.throw(LookupError("o")) == ["m", "n", "o"]
    with pytest.raises(StopIteration):
        generator.send("end")
    assert not moto_patch.on


def test_a_generator_that_is_closed_is_mocked_no_more() -> None:
    generator = numbers()
    next(generator)
    generator.close()
    assert not moto_patch.on


@mock_sagemaker
async def async_numbers() -> AsyncIterator[Any]:
    create_model("m")
    while True:
        try:
            sent = yield models()
        except LookupError as error:
            sent = str(error)
        if sent == "end":
            return
        create_model(sent)


def test_an_async_generator_is_mocked_until_its_end() -> None:
    async def use() -> None:
        generator: Any = async_numbers()
        assert not moto_patch.on
        assert await anext(generator) == ["m"]
        assert await generator.asend("n") == ["m", "n"]
        assert await generator.athrow(LookupError("o")) == ["m", "n", "o"]
        with pytest.raises(StopAsyncIteration):
            await generator.asend("end")
        assert not moto_patch.on
        closed: Any = async_numbers()
        await anext(closed)
        await closed.aclose()
        assert not moto_patch.on

    assert inspect.isasyncgenfunction(async_numbers)
    asyncio.run(use())


@contextlib.asynccontextmanager
@mock_sagemaker
async def a_model() -> AsyncIterator[str]:
    create_model("m")
    try:
        yield "m"
    except KeyError:
        sagemaker().delete_model(ModelName="m")
        assert models() == []
        raise


def test_an_async_context_manager_hears_of_errors() -> None:
    async def use() -> None:
        async with a_model() as name:
            assert models() == [name]
        with pytest.raises(KeyError):
            async with a_model():
                raise KeyError

    asyncio.run(use())


@pytest.fixture
@mock_sagemaker
def model() -> Iterator[str]:
    create_model("of-fixture")
    yield "of-fixture"
    assert models() == ["of-fixture"]


def test_a_decorated_fixture(model: str) -> None:
    assert models() == [model]


def run_case(case: type[unittest.TestCase]) -> unittest.TestResult:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    return result


def test_async_setup_keeps_its_state() -> None:
    @mock_sagemaker
    class Case(unittest.IsolatedAsyncioTestCase):
        async def asyncSetUp(self) -> None:
            create_model("of-setup")

        async def asyncTearDown(self) -> None:
            assert "of-setup" in models()

        async def test_first(self) -> None:
            assert models() == ["of-setup"]
            create_model("mine")

        test_second = test_first

        def test_plain(self) -> None:
            assert models() == ["of-setup"]

    result = run_case(Case)
    assert result.testsRun == 3
    assert result.wasSuccessful(), result


def test_async_setup_of_a_decorated_base_keeps_its_state() -> None:
    @mock_sagemaker
    class Base(unittest.IsolatedAsyncioTestCase):
        async def asyncSetUp(self) -> None:
            create_model("of-base")

    @mock_sagemaker
    class Case(Base):
        async def asyncSetUp(self) -> None:
            await super().asyncSetUp()
            create_model("of-case")

        async def test_first(self) -> None:
            assert models() == ["of-base", "of-case"]
            create_model("mine")

        test_second = test_first

    @mock_sagemaker
    class Plain(Base):
        async def test_first(self) -> None:
            assert models() == ["of-base"]
            create_model("mine")

        test_second = test_first

    for case in (Case, Plain):
        result = run_case(case)
        assert result.testsRun == 2
        assert result.wasSuccessful(), result


def test_both_setups_keep_their_state() -> None:
    @mock_sagemaker
    class Case(unittest.IsolatedAsyncioTestCase):
        def setUp(self) -> None:
            assert models() == []
            create_model("of-setup")

        async def asyncSetUp(self) -> None:
            create_model("of-async-setup")

        async def test_first(self) -> None:
            assert models() == ["of-async-setup", "of-setup"]
            create_model("mine")

        test_second = test_first

    result = run_case(Case)
    assert result.wasSuccessful(), result


def test_without_setup_each_async_test_begins_anew() -> None:
    @mock_sagemaker
    class Case(unittest.IsolatedAsyncioTestCase):
        async def test_first(self) -> None:
            assert models() == []
            create_model("mine")

        test_second = test_first

    result = run_case(Case)
    assert result.wasSuccessful(), result
    assert "setUp" not in vars(Case)


def test_a_generator_that_outlives_its_test_keeps_no_mock_on() -> None:
    @mock_sagemaker
    class Case(unittest.TestCase):
        def pages(self) -> Iterator[list[str]]:
            yield models()
            yield models()

        def test_first(self) -> None:
            self.kept = self.pages()
            assert next(self.kept) == []
            create_model("mine")

        test_second = test_first

    case = Case("test_first")
    for test in (case, Case("test_second")):
        result = unittest.TestResult()
        test.run(result)
        assert result.wasSuccessful(), result
        assert not moto_patch.on


def test_hooks_of_pytest(pytester: pytest.Pytester) -> None:
    """They get what they are about when they take it, as without a decorator."""
    pytester.makepyfile(
        """
        from sagemock import mock_sagemaker

        seen = []

        @mock_sagemaker
        def setup_module(module):
            seen.append(module.__name__)

        @mock_sagemaker
        def teardown_module():
            seen.append("end")

        @mock_sagemaker
        def setup_function(function):
            seen.append(function.__name__)

        @mock_sagemaker
        def teardown_function():
            seen.append("after")

        def test_function():
            assert seen == ["test_hooks_of_pytest", "test_function"]

        @mock_sagemaker
        class TestClass:
            @classmethod
            def setup_class(cls):
                assert cls is TestClass

            def setup_method(self, method):
                assert method.__name__ == "test_method"

            def teardown_method(self):
                pass

            def test_method(self):
                assert seen[-1] == "after"

        class TestHooksAlone:
            @mock_sagemaker
            @classmethod
            def setup_class(cls):
                seen.append(cls)

            @classmethod
            @mock_sagemaker
            def teardown_class(cls):
                seen.append(cls)

            @mock_sagemaker
            def setup_method(self):
                seen.append("method")

            def test_method(self):
                assert seen[-2:] == [TestHooksAlone, "method"]
        """
    )
    pytester.makeini(INI)
    result = pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=3)


def test_async_fixtures_of_pytest(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3
        import pytest
        import pytest_asyncio
        from sagemock import mock_sagemaker

        ROLE = "arn:aws:iam::123456789012:role/SageMaker"

        def client():
            return boto3.client("sagemaker", "us-east-1")

        @pytest_asyncio.fixture
        @mock_sagemaker
        async def model():
            client().create_model(ModelName="m", ExecutionRoleArn=ROLE)
            yield "m"
            assert len(client().list_models()["Models"]) == 1

        @pytest.mark.asyncio
        async def test_fixture(model):
            assert client().list_models()["Models"][0]["ModelName"] == model

        @pytest.mark.asyncio
        @mock_sagemaker
        async def test_decorated():
            assert client().list_models()["Models"] == []
        """
    )
    pytester.makeini(INI)
    result = pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=2)
