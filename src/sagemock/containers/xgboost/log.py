"""The log of a training job of XGBoost, by release.

Lines and their order are those of recorded logs: of the first release of September 2021, of 0.90
and 1.0 of 2020 and 2022, of 1.2 to 1.7 of 2021 to 2025.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from sagemock.containers.base import Clock, LogLine, Report
from sagemock.containers.xgboost.failures import UserError
from sagemock.containers.xgboost.releases import Release

TAB = "#011"
"""How CloudWatch shows the tabs of a container's lines."""

CONTAINERS, TRAINING, ROOT = (
    "sagemaker-containers",
    "sagemaker_xgboost_container.training",
    "root",
)
"""Loggers."""

MEGABYTE = 1 << 20

HOST_NAME = "ip-10-0-0-1.ec2.internal"


class XGBoostLog:
    """Writes what happens during training, on the first host.

    Parameters
    ----------
    report
        Takes the lines as they are written.
    clock
        Seconds since the epoch.
    hosts
        How many hosts the job has.
    """

    def __init__(self, report: Report, clock: Clock, release: Release, hosts: int = 1) -> None:
        self._report = report
        self._clock = clock
        self.release = release
        self._distributed = hosts > 1
        self._last = ""

    def plain(self, *texts: str) -> None:
        """Write lines as they are."""
        milliseconds = int(self._clock() * 1000)
        lines = [line for text in texts for line in text.split("\n")]
        self._report([LogLine("algo-1", milliseconds, line) for line in lines])

    def line(self, text: str, logger: str = ROOT, level: str = "INFO") -> None:
        """Write a line of Python's logging."""
        if Release.V0_90_1 <= self.release <= Release.V1_0_1:
            self.plain(f"{level}:{logger}:{text}")
        else:
            self.plain(f"[{self._now():%Y-%m-%d:%H:%M:%S}:{level}] {text}")

    def native(self, text: str) -> None:
        """Write a line of the library."""
        self.plain(f"[{self._now():%H:%M:%S}] {text}")

    def hook(self, text: str, process: int = 7, place: str = "hook.py:201") -> None:
        """Write a line of the debugger's hook, which releases from 1.2 to 1.7 have."""
        if Release.V1_2_1 <= self.release <= Release.V1_7_1:
            now = self._now()
            stamp = f"{now:%Y-%m-%d %H:%M:%S}.{now.microsecond // 1000:03d}"
            self.plain(f"[{stamp} {HOST_NAME}:{process} INFO {place}] {text}")

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)

    def started(self, texts: Mapping[str, str], gpus: int) -> None:
        """The container has started with the hyperparameters of the request."""
        if self.release is Release.V0_72:
            self.plain("Arguments: train")
            kind = "distributed" if self._distributed else "standalone"
            self.line(f"Running {kind} xgboost training.")
            return
        self.hook("RULE_JOB_STOP_SIGNAL_FILENAME: None", 1, "utils.py:27")
        self.line("Imported framework sagemaker_xgboost_container.training", CONTAINERS)
        for name, text in texts.items():
            if not _is_json(text):
                self.line(
                    f"Failed to parse hyperparameter {name} value {text} to Json.\n"
                    "Returning the value itself",
                    CONTAINERS,
                )
        if not gpus:
            self.line("No GPUs detected (normal if no gpus installed)", CONTAINERS)
        self.line("Running XGBoost Sagemaker in algorithm mode", TRAINING)
        if self.release >= Release.V1_5_1:
            self.line(f"Determined {gpus} GPU(s) available on the instance.")

    def sizes(self, size: int) -> None:
        """How many bytes the channels have; only the first release says so."""
        if self.release is Release.V0_72:
            available = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
            self.line(
                f"File size need to be processed in the node: {round(size / MEGABYTE, 2)}mb. "
                f"Available memory size in the node: {round(available / MEGABYTE, 2)}mb"
            )

    def reading(self, text: str) -> None:
        """What the reader of a channel found out; the first release says it once."""
        if self.release is not Release.V0_72 or text != self._last:
            self.line(text)
        self._last = text

    def loaded(
        self, channel: str, suffix: str, rows: int, columns: int, entries: int, distribution: str
    ) -> None:
        """A channel has been read.

        Parameters
        ----------
        suffix
            What the library got about the files, as the query of their URL.
        entries
            The values that are not missing.
        """
        path = f"/opt/ml/input/data/{channel}"
        self._last = ""
        if self.release is Release.V0_72:
            self.native(f"S3DistributionType set as {distribution}")
        if self.release >= Release.V1_5_1:
            self.line(f"files path: {path}")
        if self.release < Release.V3_0_5 and suffix:
            self.native(
                f"{rows}x{columns} matrix with {entries} entries loaded from {path}?{suffix}"
            )

    def begins(
        self, hosts: Sequence[str], tuned: str | None, train: tuple[int, int], validation: int
    ) -> None:
        """Training begins.

        Parameters
        ----------
        tuned
            The metric of the tuning job, if the job belongs to one.
        train
            Rows and columns.
        validation
            Rows; 0 without that channel.
        """
        if self.release is Release.V0_72:
            return
        if self._distributed:
            self.line(f"Distributed node training with {len(hosts)} hosts: {list(hosts)}")
        else:
            self.line("Single node training.")
        if tuned is not None:
            self.line(f"Setting up HPO optimized metric to be : {tuned}")
        columns = f" and {train[1]} columns" if self.release >= Release.V1_5_1 else ""
        texts = [f"Train matrix has {train[0]} rows{columns}"]
        texts += [f"Validation matrix has {validation} rows"] if validation else []
        # Up to 1.3 the hook comes before these lines.
        if self.release < Release.V1_5_1:
            self._hooked()
        for text in texts:
            self.line(text)
        if self.release >= Release.V1_5_1:
            self._hooked()

    def _hooked(self) -> None:
        self.hook(
            "Creating hook from json_config at /opt/ml/input/config/debughookconfig.json.",
            place="json_config.py:91",
        )
        self.hook(
            "tensorboard_dir has not been set for the hook. SMDebug will not be exporting "
            "tensorboard summaries."
        )
        self.hook("Saving to /opt/ml/output/tensors", place="hook.py:255")
        self.hook(
            "The checkpoint config file /opt/ml/input/config/checkpointconfig.json does not exist.",
            place="state_store.py:77",
        )
        if self.release >= Release.V1_2_1 and self.release <= Release.V1_7_1:
            self.line("Debug hook created from config")

    def round(self, number: int, scores: Iterable[tuple[str, str, float]]) -> None:
        """The metrics of a round: data set, name, and value of each.

        0.90 and older have six decimals, of which six significant digits are shown; others have
        five decimals.
        """
        show = _six_digits if self.release < Release.V1_0_1 else _five_decimals
        shown = "".join(f"{TAB}{data}-{name}:{show(value)}" for data, name, value in scores)
        prefix = "INFO:RabitTracker:" if self._distributed else ""
        self.plain(f"{prefix}[{number}]{shown}")

    def watched(self) -> None:
        """The hook has seen the first round."""
        self.hook("Monitoring the collections: metrics", place="hook.py:421")
        self.hook("Hook is writing from the hook with pid: 7", place="hook.py:486")

    def failed(self, failure: UserError) -> None:
        """The container ends with a failure."""
        if self.release is Release.V0_72:
            self.line(f"Customer Error: {failure.summary}", level="ERROR")
            return
        self.line("Reporting training FAILURE", CONTAINERS, "ERROR")
        self.line(failure.traceback, CONTAINERS, "ERROR")


def _six_digits(value: float) -> str:
    """The library writes six decimals, and its Python package reads them and shows `%g`."""
    return f"{float(f'{value:f}'):g}"


def _five_decimals(value: float) -> str:
    return f"{value:.5f}"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
