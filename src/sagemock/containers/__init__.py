"""What runs behind images: functions and commands of a test, scripts of jobs, algorithms.

`register` puts a function or a command in the place of an image's container, and `explain` says
what runs for an image. The algorithms of Amazon's that run by themselves are folders of this one.
"""

# Type checkers take it as true; `typing` would take most of the time of this import.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from sagemock.containers.container import Container as Container
    from sagemock.containers.explanation import explain as explain
    from sagemock.containers.functions.job import ProcessingFunctionJob as ProcessingFunctionJob
    from sagemock.containers.functions.job import TrainingFunctionJob as TrainingFunctionJob
    from sagemock.containers.functions.served_model import InvocationRequest as InvocationRequest
    from sagemock.containers.functions.served_model import ServedModel as ServedModel
    from sagemock.containers.registration import Registration as Registration
    from sagemock.containers.registration import define as define
    from sagemock.containers.registration import register as register

__all__ = [
    "Container",
    "InvocationRequest",
    "ProcessingFunctionJob",
    "Registration",
    "ServedModel",
    "TrainingFunctionJob",
    "define",
    "explain",
    "register",
]

_HOMES = {
    "Container": "container",
    "InvocationRequest": "functions.served_model",
    "ProcessingFunctionJob": "functions.job",
    "Registration": "registration",
    "ServedModel": "functions.served_model",
    "TrainingFunctionJob": "functions.job",
    "define": "registration",
    "explain": "explanation",
    "register": "registration",
}


if not TYPE_CHECKING:
    # Hidden from type checkers, which would accept any name because of it.

    def __getattr__(name: str) -> object:
        # The containers of algorithms are in this package, and load numpy.
        if name in _HOMES:
            from importlib import import_module

            return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
