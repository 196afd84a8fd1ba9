"""`sagemock demo`: the whole workflow in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sagemock.commands import aws_configuration

if TYPE_CHECKING:
    import argparse


def add(commands: Any) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "demo", help="train, search, deploy, predict and trace with images of digits"
    )
    parser.add_argument(
        "--mnist",
        metavar="PATH",
        help=".npz file of MNIST (x_train, y_train, x_test, y_test); default: the small digits of "
        "scikit-learn",
    )
    parser.add_argument(
        "--script",
        action="store_true",
        help="train with a scikit-learn script, as a process on this machine, in place of a "
        "built-in algorithm",
    )
    parser.set_defaults(run=run, parser=parser)


@aws_configuration.ignored()
def run(options: argparse.Namespace) -> int:
    """Run the demo. Returns the exit status."""
    from sagemock.demo import run

    return run(options.mnist, script=options.script)
