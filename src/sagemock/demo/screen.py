"""What the demo shows in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.syntax import Syntax
from rich.table import Table
from rich.tree import Tree

SHADES = " ░▒▓█"


class Screen:
    """Prints the chapters; on a terminal in colour, elsewhere as plain text."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)

    def title(self, data: str, rows: int, columns: int) -> None:
        self._console.print(
            f"[bold]sagemock[/bold] trains on {data}: {rows:,} images of {columns} pixels. "
            "No AWS account, no Docker, no network."
        )

    def chapter(self, number: int, text: str) -> None:
        self._console.print(f"\n[bold cyan]{number}. {text}[/bold cyan]")

    def uploaded(self, size: int, where: str) -> None:
        self._console.print(f"   {size / 1e6:,.1f} MB at {where}")

    @contextmanager
    def progress(self, jobs: Sequence[str]) -> Iterator[Callable[[str, float, str], None]]:
        """A bar for each job; gives a function that moves one (job, percent, status)."""
        columns = (
            TextColumn("   {task.description}"),
            BarColumn(bar_width=30),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[status]}"),
        )
        with Progress(*columns, console=self._console) as bars:
            tasks = {job: bars.add_task(job, total=100, status="") for job in jobs}

            def show(job: str, percent: float, status: str) -> None:
                done = 100 if status == "Completed" else percent
                bars.update(tasks[job], completed=done, status=status)
                if status != "InProgress":
                    bars.stop_task(tasks[job])

            yield show

    def leaderboard(self, jobs: Sequence[Mapping[str, Any]], metric: str) -> None:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        table.add_column("training job")
        table.add_column("mini_batch_size", justify="right")
        table.add_column("accuracy", justify="right")
        table.add_column("objective loss", justify="right")
        for position, job in enumerate(jobs):
            metrics = {datum["MetricName"]: datum["Value"] for datum in job["FinalMetricDataList"]}
            table.add_row(
                job["TrainingJobName"],
                job["HyperParameters"]["mini_batch_size"],
                f"{metrics[metric]:.5f}",
                f"{metrics['train:objective_loss:final']:.5f}",
                style="bold green" if position == 0 else None,
            )
        self._console.print(table)

    def prediction(self, image: NDArray[np.float32], digit: int, answer: Mapping[str, Any]) -> None:
        """The image, and what the endpoint says of it."""
        for line in _drawing(image):
            self._console.print("   " + line, markup=False)
        verdict = "a zero" if answer["predicted_label"] == 1 else "not a zero"
        self._console.print(
            f"   a {digit}: the endpoint says [bold]{verdict}[/bold] "
            f"(score {answer['score']:.4f})\n"
        )

    def lineage(self, steps: Sequence[tuple[str, str]]) -> None:
        tree = branch = None
        for kind, name in steps:
            label = f"[dim]{kind}[/dim] {name}"
            branch = Tree(label) if branch is None else branch.add(label)
            tree = tree or branch
        self._console.print(tree)

    def farewell(self, code: str) -> None:
        self._console.print("\n[bold]Paste this into a test of yours:[/bold]\n")
        self._console.print(Syntax(code, "python", background_color="default"))


def _drawing(image: NDArray[np.float32]) -> list[str]:
    """An image as text: two pixels of height in a line, as characters are tall."""
    rows = image[: len(image) // 2 * 2].reshape(-1, 2, image.shape[1]).mean(axis=1)
    levels = np.clip(rows * len(SHADES), 0, len(SHADES) - 1).astype(int)
    wide = 2 if image.shape[1] < 20 else 1
    return ["".join(SHADES[level] * wide for level in row) for row in levels]
