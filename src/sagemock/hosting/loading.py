"""Loads the models of an endpoint's variants, and ends them if the endpoint never gets them."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any

from sagemock.accounts.world import World
from sagemock.documents import Document
from sagemock.hosting.container_log import ContainerLog
from sagemock.hosting.deployment import Deployment, DeploymentFailure, close, deploy
from sagemock.hosting.endpoint_metrics import measure
from sagemock.hosting.instance_memory import memory_of
from sagemock.hosting.model_server import loads_at_once
from sagemock.resources import endpoint

log = logging.getLogger("sagemock")

CLOSED = "The mock or server has ended."


class Loading:
    """One deployment of a configuration to an endpoint.

    Parameters
    ----------
    world, name
        The endpoint.
    config
        The configuration.
    models
        What its variants run.
    printed
        Takes what the containers print.
    """

    def __init__(
        self,
        world: World,
        name: str,
        config: Document,
        models: endpoint.Models,
        printed: ContainerLog,
    ) -> None:
        self._world = world
        self._name = name
        self._config = config
        self._models = models
        self._printed = printed
        self._deployment: Deployment = {}

    @property
    def is_slow(self) -> bool:
        """Whether loading may take long: some model runs code of users."""
        config = self._world.config
        return not all(loads_at_once(model, config) for model in self._models.values())

    def run(self) -> Deployment | DeploymentFailure:
        """Load the model of each variant.

        If the rules do not require objects, moto answers for a model that cannot be loaded.
        Nothing is loaded if the world is closed meanwhile.
        """
        world = self._world
        rule = world.runtime.faults.for_endpoint(self._name)
        if rule is not None:
            first = next(iter(self._models), None)
            return DeploymentFailure(rule.reason, cause=rule.reason, variant=first)
        if world.config.training == "off":
            # Nothing has been trained, so there is no model that could answer.
            return dict.fromkeys(self._models)
        try:
            failure = self._load()
        except BaseException:
            self.close()
            raise
        if failure is None and world.closed.is_set():
            failure = DeploymentFailure(CLOSED)
        if failure is not None:
            self.close()
            return failure
        return dict(self._deployment)

    def _load(self) -> DeploymentFailure | None:
        world, name = self._world, self._name
        for variant, model in self._models.items():
            try:
                self._deployment[variant] = deploy(
                    variant,
                    model,
                    world.services.storage,
                    partial(self._printed.write, variant),
                    world.config,
                    access=world.services.access,
                    startup=endpoint.startup_limit(self._config, variant),
                    memory=memory_of(endpoint.instance_type(self._config, variant)),
                    measure=partial(measure, world, name, variant),
                    stop=world.closed.is_set,
                )
            except DeploymentFailure as failure:
                if world.closed.is_set():
                    # It has been ended, and that is not its fault.
                    return failure
                if failure.cause is not None:
                    log.warning("a container of endpoint %s cannot start: %s", name, failure.cause)
                if world.rules.needs_objects:
                    return failure
                log.warning("endpoint %s gives moto's canned answer: %s", name, failure)
                self._deployment[variant] = None
        return None

    def ended(self, done: Future[Any]) -> None:
        """End the containers, if the endpoint has not got them; called when it is settled."""
        if done.exception() is not None:
            self.close()

    def close(self) -> None:
        """End the containers; each only once, as other threads may do so at the same time."""
        with suppress(KeyError):
            while True:
                close(dict([self._deployment.popitem()]))
