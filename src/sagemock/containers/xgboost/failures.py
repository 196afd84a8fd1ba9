"""How a job of XGBoost fails, as its log and its FailureReason say it.

The container of 0.90 and later prints the Python traceback of its exception, and the service shows
the first 1024 characters of it as the reason, so that the last line, the message, may be missing
there. The first release shows the message alone. Sources: FailureReasons in
`aws/amazon-sagemaker-examples`, issues 161 and 4555.
"""

from __future__ import annotations

from sagemock.algorithms.base import Cause, JobFailure
from sagemock.containers.xgboost.releases import Release

PACKAGES = "/miniconda3/lib/python3.{minor}/site-packages"

START = (
    ("sagemaker_containers/_trainer.py", 84, "train", "entrypoint()"),
    (
        "sagemaker_xgboost_container/training.py",
        94,
        "main",
        "train(framework.training_env())",
    ),
    ("sagemaker_xgboost_container/training.py", 90, "train", "run_algorithm_mode()"),
    (
        "sagemaker_xgboost_container/training.py",
        68,
        "run_algorithm_mode",
        "checkpoint_config=checkpoint_config",
    ),
)
"""The frames that every such traceback begins with, as recorded: file, line, function, source."""


class UserError(JobFailure):
    """The user's fault, as the container sees it; the service blames the algorithm all the same.

    Parameters
    ----------
    message
        The last line of the traceback.
    cause
        The exception that caused it, if it is named in the message.
    """

    prefix = "AlgorithmError"
    error = "UserError"

    def __init__(self, message: str, cause: Cause | None = None) -> None:
        super().__init__(message, cause)
        self.release = Release.V1_7_1

    def at(self, release: Release) -> UserError:
        """The same failure as a release of the container shows it."""
        self.release = release
        return self

    @property
    def traceback(self) -> str:
        """What the container prints about it."""
        packages = PACKAGES.format(minor=_python(self.release))
        frames = "".join(
            f'  File "{packages}/{file}", line {line}, in {function}\n    {source}\n'
            for file, line, function, source in START
        )
        return (
            f"framework error: \nTraceback (most recent call last):\n{frames}"
            f"sagemaker_algorithm_toolkit.exceptions.{self.error}: {self.summary}"
        )

    @property
    def failure_reason(self) -> str:
        """The start of the traceback; in the first release the message."""
        if self.release is Release.V0_72:
            return self.shortened(f"ClientError: {self.summary}")
        return self.shortened(f"{self.prefix}: {self.traceback}")

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle it with its release, for jobs on executors."""
        return _restored, (type(self), str(self), self.cause, self.release)


class TrainingError(UserError):
    """The library failed in a way that the container does not know as the user's fault."""

    error = "AlgorithmError"


def _restored(
    kind: type[UserError], message: str, cause: Cause | None, release: Release
) -> UserError:
    return kind(message, cause).at(release)


def _python(release: Release) -> int:
    """The minor version of Python 3 in a release."""
    if release <= Release.V1_0_1:
        return 6
    if release <= Release.V1_3_1:
        return 7
    return 8 if release <= Release.V1_7_1 else 10


CUSTOMER_FAULTS = (
    "label must be in [0,1] for logistic regression",
    "label must be in [0, num_class)",
    "Target is multiclass but average='binary'",
    "feature_names mismatch",
    "Check failed: preds.size() == info.labels_.size()",
    "AUC: the dataset only contains pos or neg samples",
    "base_score must be in (0,1) for logistic loss",
    "PoissonRegression: label must be nonnegative",
    "TweedieRegression: label must be nonnegative",
    "Parameter reg_lambda should be greater equal to 0",
)
"""Parts of the library's texts by which the container knows that the user is at fault."""


NEWER_WORDS = (
    (
        "label must be in (0, 1) for logistic regression",
        "label must be in [0,1] for logistic regression",
    ),
    (
        "label must be discrete values in the range of [0, num_class)",
        "label must be in [0, num_class)",
    ),
    (
        "base_score must be in (0,1) for the logistic loss",
        "base_score must be in (0,1) for logistic loss",
    ),
)
"""What libraries from 2.0 on say, and what earlier ones say instead."""

NOT_NEGATIVE = "label must be non-negative for Poisson/Tweedie regression"

TRACE = "\nStack trace:"


def of_library(error: Exception, release: Release, objective: str) -> UserError:
    """The failure for an exception of the library, whose text is passed on.

    It is without the addresses of the library's functions, and in the words of the release.
    """
    text = str(error).partition(TRACE)[0].rstrip()
    if release < Release.V3_0_5:
        kind = "Poisson" if objective == "count:poisson" else "Tweedie"
        not_negative = (NOT_NEGATIVE, f"{kind}Regression: label must be nonnegative")
        for newer, older in (*NEWER_WORDS, not_negative):
            text = text.replace(newer, older)
    if any(fault in text for fault in CUSTOMER_FAULTS):
        return UserError(text)
    return TrainingError(f"XGB train call failed with exception:\n {text}")
