"""An AWS mock for tests in which Amazon SageMaker works.

moto remembers what you asked SageMaker to do; sagemock does it. `mock_sagemaker` switches it on,
`Config` has its options, `control` makes things fail on demand, `containers` says what runs behind
images, and `open_console` shows everything in a browser.
"""

# Type checkers take it as true; `typing` would take most of the time of this import.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from sagemock import containers as containers
    from sagemock.config import Config as Config
    from sagemock.mock import mock_sagemaker as mock_sagemaker
    from sagemock.moto_adapter.control import control as control
    from sagemock.server import open_console as open_console

__version__ = "0.2.0"
__all__ = ["Config", "__version__", "containers", "control", "mock_sagemaker", "open_console"]

_HOMES = {
    "mock_sagemaker": "sagemock.mock",
    "Config": "sagemock.config",
    "control": "sagemock.moto_adapter.control",
    "open_console": "sagemock.server",
}


if not TYPE_CHECKING:
    # Hidden from type checkers, which would accept any name because of it.

    def __getattr__(name: str) -> object:
        # Importing the package costs nothing: moto is loaded at the first use of a name.
        if name == "containers":
            from importlib import import_module

            return import_module("sagemock.containers")
        if name in _HOMES:
            from importlib import import_module

            return getattr(import_module(_HOMES[name]), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
