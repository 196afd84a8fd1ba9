"""What the demo shows in the terminal.

On a terminal, prose is wrapped between words. Addresses, commands and code are never wrapped, so
that they can be copied. Nothing is wrapped in a file or pipe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

SHADES = " ░▒▓█"
ASCII_SHADES = " .:*#"

NARROW = 75
"""The width in columns below which there are no bars and tables."""

ENDING = """\
    pip install 'sagemock[server]'
    sagemock serve"""
CONSOLE = "http://127.0.0.1:5000/sagemock/"


class Screen:
    """Prints the chapters: in colour on a terminal, as plain text elsewhere."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)

    def _prose(self, text: str) -> None:
        self._console.print(text, soft_wrap=not self._console.is_terminal)

    def _exact(self, text: str | Text) -> None:
        self._console.print(text, soft_wrap=True)

    @property
    def _narrow(self) -> bool:
        return self._console.width < NARROW

    @property
    def _ascii(self) -> bool:
        return self._console.options.ascii_only

    def title(self, data: str, rows: int, columns: int, how: str = "trains on") -> None:
        """Print what the demo does with which data."""
        self._prose(
            f"[bold]sagemock[/bold] {how} {data}: {rows:,} images of {columns} pixels. "
            "No AWS account, no Docker, no network."
        )

    def chapter(self, number: int, text: str) -> None:
        """Print the heading of a chapter."""
        self._prose(f"\n[bold cyan]{number}. {text}[/bold cyan]")

    def uploaded(self, size: int, where: str) -> None:
        """Print the size, in bytes, and the location of the uploaded data."""
        self._exact(f"   {size / 1e6:,.1f} MB at {where}")

    @contextmanager
    def progress(self, jobs: Sequence[str]) -> Iterator[Callable[[str, float, str], None]]:
        """Show a bar for each job; yields a function that updates one (job, percent, status)."""
        status = TextColumn("{task.fields[status]}")
        columns: tuple[ProgressColumn, ...] = (
            TextColumn("   {task.description}"),
            BarColumn(bar_width=20),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            status,
        )
        if self._narrow:
            columns = (TextColumn("{task.description}"), status)
        with Progress(*columns, console=self._console) as bars:
            tasks = {job: bars.add_task(job, total=100, status="") for job in jobs}

            def show(job: str, percent: float, status: str) -> None:
                done = 100 if status == "Completed" else percent
                bars.update(tasks[job], completed=done, status=status)
                if status != "InProgress":
                    bars.stop_task(tasks[job])

            yield show

    def leaderboard(self, jobs: Sequence[Mapping[str, Any]], metric: str) -> None:
        """Print the jobs of the built-in algorithm, the first of which is the best."""
        self.results(LEADERBOARD, [_leaderboard_row(job, metric) for job in jobs])

    def results(self, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print rows in a table, or as paragraphs if the terminal is too narrow."""
        if self._narrow:
            for name, *values in rows:
                self._exact(f"[bold]{name}[/bold]")
                for title, value in zip(titles[1:], values, strict=True):
                    self._exact(f"   {title} {value}")
            return
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for position, title in enumerate(titles):
            table.add_column(title, justify="right" if position else "left", no_wrap=True)
        for position, row in enumerate(rows):
            table.add_row(*row, style="bold green" if position == 0 else None)
        self._console.print(table)

    def prediction(self, image: NDArray[np.float32], digit: int, answer: Mapping[str, Any]) -> None:
        """Print an image, and the prediction of the endpoint."""
        self._draw(image)
        predicted = "a zero" if answer["predicted_label"] == 1 else "not a zero"
        self._prose(
            f"   a {digit}: the endpoint says [bold]{predicted}[/bold] "
            f"(score {answer['score']:.4f})\n"
        )

    def misread(self, wrong: int, images: int) -> None:
        """Print how many images a model reads as another digit."""
        self._prose(f"   {wrong} of {images} digits that it has not seen before\n")

    def mistake(self, image: NDArray[np.float32], digit: int, said: int) -> None:
        """Print an image, and as which digit a model reads it."""
        self._draw(image)
        self._prose(f"   a {digit}: the model says [bold]{said}[/bold]\n")

    def _draw(self, image: NDArray[np.float32]) -> None:
        for line in _drawing(image, ASCII_SHADES if self._ascii else SHADES):
            self._exact(Text("   " + line))

    def lineage(self, steps: Sequence[tuple[str, str]], leaves: int = 1) -> None:
        """Print each step below the one that leads to it, the last ones below the same."""
        corner, branch = ("`-- ", "|-- ") if self._ascii else ("└── ", "├── ")
        for number, (kind, name) in enumerate(steps):
            depth = min(number, len(steps) - leaves)
            turn = branch if len(steps) - leaves <= number < len(steps) - 1 else corner
            indent = "    " * (depth - 1) + turn if depth else ""
            self._exact(Text.assemble(indent, (kind, "dim"), f" {name}"))

    def code(self, code: str) -> None:
        """Print Python, in colour on a terminal."""
        self._exact(Syntax(code, "python", background_color="default").highlight(code))

    def farewell(self, code: str, options: str = "") -> None:
        """Print a first test, and what to do next: the command of a server with options."""
        self._prose("\n[bold]Paste this into a test, or run it as a script:[/bold]\n")
        self.code(code)
        self._prose("[bold]See all of this in a browser, and use it from any AWS client:[/bold]\n")
        self._exact(Text(f"{ENDING} {options}".rstrip() + "\n"))
        self._prose("The console is then at")
        self._exact(Text(CONSOLE))


LEADERBOARD = ("training job", "mini_batch_size", "accuracy", "objective loss")


def _leaderboard_row(job: Mapping[str, Any], metric: str) -> tuple[str, ...]:
    metrics = {datum["MetricName"]: datum["Value"] for datum in job["FinalMetricDataList"]}
    return (
        job["TrainingJobName"],
        job["HyperParameters"]["mini_batch_size"],
        f"{metrics[metric]:.5f}",
        f"{metrics['train:objective_loss:final']:.5f}",
    )


def _drawing(image: NDArray[np.float32], shades: str) -> list[str]:
    """An image as text: a line is two pixels high, because characters are tall."""
    rows = image[: len(image) // 2 * 2].reshape(-1, 2, image.shape[1]).mean(axis=1)
    levels = np.clip(rows * len(shades), 0, len(shades) - 1).astype(int)
    wide = 2 if image.shape[1] < 20 else 1
    return ["".join(shades[level] * wide for level in row) for row in levels]
