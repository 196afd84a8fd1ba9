"""The models in memory: who loads, who waits, and who goes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.hosting.echo import EchoPredictor

from sagemock.containers.base import Predictor
from sagemock.hosting.model_cache import ModelCache, ModelTooLarge

Reserve = Callable[[int], None]


class Host:
    """A cache of models of a size, with what was loaded and what has ended."""

    def __init__(self, memory: int, *, keeps: bool = True) -> None:
        self.loaded: list[str] = []
        self.closed: list[str] = []
        self.made_room: list[str] = []
        self.cache = ModelCache(memory, keeps=keeps, end=self.end)

    def end(self, name: str, predictor: Predictor) -> None:
        predictor.close()
        self.made_room.append(name)

    def load(self, name: str, size: int = 1) -> Callable[[Reserve], Predictor]:
        def loading(reserve: Reserve) -> Predictor:
            reserve(size)
            self.loaded.append(name)
            return EchoPredictor(name, {}, print, self.closed)

        return loading

    def use(self, name: str, size: int = 1) -> Any:
        return self.cache.use(name, self.load(name, size))


def test_a_model_is_loaded_once() -> None:
    host = Host(2)
    with host.use("a") as (first, was_there):
        assert not was_there
    with host.use("a") as (second, was_there):
        assert was_there
    assert first is second
    assert host.loaded == ["a"]
    assert len(host.cache) == 1


def test_as_many_go_as_a_large_one_needs() -> None:
    host = Host(4)
    for name in "abcd":
        with host.use(name):
            pass
    with host.use("large", 3):
        pass
    assert host.made_room == host.closed == ["a", "b", "c"]
    assert len(host.cache) == 2


def test_one_that_does_not_fit_at_all_leaves_the_others() -> None:
    host = Host(2)
    with host.use("a"):
        pass
    with pytest.raises(ModelTooLarge), host.use("large", 3):
        pass
    assert (len(host.cache), host.closed) == (1, [])


def test_a_model_in_use_stays() -> None:
    host = Host(1)
    with host.use("a"), host.use("b"):
        assert len(host.cache) == 2
    # Both stay until another one needs their memory.
    with host.use("c"):
        assert host.closed == ["a", "b"]


def test_models_in_use_end_when_they_have_answered() -> None:
    host = Host(2)
    with host.use("idle"):
        pass
    with host.use("busy"):
        host.cache.close()
        assert host.closed == ["idle"]
    assert host.closed == ["idle", "busy"]
    assert host.made_room == []


def test_without_a_cache_a_model_ends_with_its_last_request() -> None:
    host = Host(2, keeps=False)
    with host.use("a") as (_, there):
        assert not there
        with host.use("a") as (_, there):
            assert there
        assert host.closed == []
    assert host.closed == host.made_room == ["a"]
    assert len(host.cache) == 0


def test_a_model_that_cannot_be_loaded_is_tried_again() -> None:
    host = Host(1)

    def fail(reserve: Reserve) -> Predictor:
        reserve(1)
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"), host.cache.use("a", fail):
        pass
    with host.use("a") as (_, was_there):
        assert not was_there
    assert host.made_room == []


def test_requests_for_one_model_wait_for_it_and_others_do_not() -> None:
    host = Host(4)
    begun, goes_on = threading.Event(), threading.Event()

    def slow(reserve: Reserve) -> Predictor:
        begun.set()
        assert goes_on.wait(60)
        return host.load("slow")(reserve)

    def ask(load: Callable[[Reserve], Predictor]) -> bool:
        with host.cache.use("slow", load) as (_, was_there):
            return was_there

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(ask, slow)
        assert begun.wait(60)
        second = pool.submit(ask, host.load("never"))
        with host.use("quick"):
            assert not first.done()
        goes_on.set()
        assert (first.result(60), second.result(60)) == (False, True)
    assert host.loaded == ["quick", "slow"]
