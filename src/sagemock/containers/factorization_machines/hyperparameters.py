"""The hyperparameters of factorization machines: one table for types, ranges and defaults.

Sources: the page *Factorization Machines Hyperparameters* of the SageMaker developer guide; for
the texts of the defaults, and the hyperparameters that the guide does not have, what the container
printed in May 2023.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from sagemock.algorithms.factorization_machines.hyperparameters import (
    FactorizationMachinesHyperparameters,
    InitMethod,
    PredictorType,
)
from sagemock.containers.first_party.hyperparameters import Hyperparameter, read, typed
from sagemock.containers.first_party.kinds import Boolean, Choice, Integer, Number, Text

NOT_NEGATIVE = Number(0)

_INTERNAL = "Internal to the container: printed in the log, without effect."

_TERMS = {
    "bias": ("the bias", "0.1", "0.01", "0.01"),
    "linear": ("the linear terms", "0.001", "0.001", "0.01"),
    "factors": ("the factors", "0.0001", "0.00001", "0.001"),
}
"""What each kind of parameters is called, and the defaults of rate, decay and deviation."""


def _rates() -> Sequence[Hyperparameter]:
    return [
        Hyperparameter(f"{term}_lr", rate, NOT_NEGATIVE, f"Learning rate of {name}.")
        for term, (name, rate, _, _) in _TERMS.items()
    ]


def _decays() -> Sequence[Hyperparameter]:
    return [
        Hyperparameter(f"{term}_wd", decay, NOT_NEGATIVE, f"L2 penalty of {name}.")
        for term, (name, _, decay, _) in _TERMS.items()
    ]


def _initial(term: str) -> Sequence[Hyperparameter]:
    name, _, _, sigma = _TERMS[term]
    return [
        Hyperparameter(
            f"{term}_init_method",
            "normal",
            Choice(*get_args(InitMethod)),
            f"Distribution of the initial values of {name}.",
        ),
        Hyperparameter(
            f"{term}_init_sigma", sigma, NOT_NEGATIVE, "For normal: the standard deviation."
        ),
        Hyperparameter(
            f"{term}_init_scale",
            None,
            NOT_NEGATIVE,
            f"For uniform: from -{term}_init_scale to {term}_init_scale. Not set: 0.07.",
            optional=True,
        ),
        Hyperparameter(
            f"{term}_init_value", None, Number(), "For constant. Not set: 0.", optional=True
        ),
    ]


FIELDS: Sequence[Hyperparameter] = (
    Hyperparameter("feature_dim", None, Integer(), "Columns of the data."),
    Hyperparameter("num_factors", None, Integer(), "Length of the factor vector of each column."),
    Hyperparameter(
        "predictor_type", None, Choice(*get_args(PredictorType)), "What the labels are."
    ),
    Hyperparameter("epochs", "1", Integer(), "Passes over the train channel."),
    Hyperparameter("mini_batch_size", "1000", Integer(), "Rows of a batch, on each host."),
    Hyperparameter("use_bias", "true", Boolean(), "Whether the model has a bias."),
    Hyperparameter("use_linear", "true", Boolean(), "Whether the model has linear terms."),
    *_rates(),
    *_decays(),
    *_initial("bias"),
    *_initial("linear"),
    *_initial("factors"),
    Hyperparameter(
        "clip_gradient",
        None,
        NOT_NEGATIVE,
        "Limit of the absolute value of each component of a gradient. Not set: no limit.",
        optional=True,
    ),
    Hyperparameter(
        "eps",
        None,
        NOT_NEGATIVE,
        "Added to the denominator of each step. Not set: 1e-8.",
        optional=True,
    ),
    Hyperparameter(
        "rescale_grad",
        None,
        Number(),
        "Factor of the sum of the gradients of a batch. Not set: 1 / the rows of a batch on all "
        "hosts.",
        optional=True,
    ),
    Hyperparameter(
        "batch_metrics_publish_interval",
        "500",
        Integer(),
        "Batches from one report of the train scores in the log to the next.",
    ),
    Hyperparameter("_data_format", "record", Text(), _INTERNAL),
    Hyperparameter("_kvstore", "auto", Text(), _INTERNAL),
    Hyperparameter("_learning_rate", "1.0", Text(), _INTERNAL),
    Hyperparameter("_log_level", "info", Text(), _INTERNAL),
    Hyperparameter("_num_gpus", "auto", Text(), _INTERNAL),
    Hyperparameter("_num_kv_servers", "auto", Text(), _INTERNAL),
    Hyperparameter("_optimizer", "adam", Text(), _INTERNAL),
    Hyperparameter("_tuning_objective_metric", "", Text(), "Set in the jobs of a tuning job."),
    Hyperparameter("_use_full_symbolic", "true", Text(), _INTERNAL),
    Hyperparameter("_wd", "1.0", Text(), _INTERNAL),
)

DEFAULT_CONFIGURATION: Mapping[str, Any] = {
    field.name: int(field.default) if field.name == "epochs" else field.default
    for field in FIELDS
    if field.default is not None
}
"""What the container prints as its default configuration, where one value is a number."""


def parse_hyperparameters(texts: Mapping[str, str]) -> FactorizationMachinesHyperparameters:
    """Parse the hyperparameters of a request. Raises `HyperparameterError`.

    Examples
    --------
    >>> job = parse_hyperparameters(
    ...     {"feature_dim": "784", "num_factors": "10", "predictor_type": "binary_classifier"}
    ... )
    >>> job.mini_batch_size, job.factors_lr, job.clip_gradient
    (1000, 0.0001, None)
    """
    return typed(FactorizationMachinesHyperparameters, read(FIELDS, texts))
