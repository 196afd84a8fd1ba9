"""Linear Learner's hyperparameters: types, ranges, defaults and combinations."""

from __future__ import annotations

import pytest

from sagemock.containers.first_party.hyperparameters import HyperparameterError
from sagemock.containers.linear_learner import parse_hyperparameters
from sagemock.containers.linear_learner.hyperparameters import DEFAULT_INPUT, FIELDS

BINARY = {"predictor_type": "binary_classifier"}

# What the container printed as its default-input.json in a recorded job of June 2021.
PRINTED = {
    "mini_batch_size": "1000",
    "epochs": "15",
    "feature_dim": "auto",
    "use_bias": "true",
    "binary_classifier_model_selection_criteria": "accuracy",
    "f_beta": "1.0",
    "target_recall": "0.8",
    "target_precision": "0.8",
    "num_models": "auto",
    "num_calibration_samples": "10000000",
    "init_method": "uniform",
    "init_scale": "0.07",
    "init_sigma": "0.01",
    "init_bias": "0",
    "optimizer": "auto",
    "loss": "auto",
    "margin": "1.0",
    "quantile": "0.5",
    "loss_insensitivity": "0.01",
    "huber_delta": "1.0",
    "num_classes": "1",
    "accuracy_top_k": "3",
    "wd": "auto",
    "l1": "auto",
    "momentum": "auto",
    "learning_rate": "auto",
    "beta_1": "auto",
    "beta_2": "auto",
    "bias_lr_mult": "auto",
    "bias_wd_mult": "auto",
    "use_lr_scheduler": "true",
    "lr_scheduler_step": "auto",
    "lr_scheduler_factor": "auto",
    "lr_scheduler_minimum_lr": "auto",
    "positive_example_weight_mult": "1.0",
    "balance_multiclass_weights": "false",
    "normalize_data": "true",
    "normalize_label": "auto",
    "unbias_data": "auto",
    "unbias_label": "auto",
    "num_point_for_scaler": "10000",
    "early_stopping_patience": "3",
    "early_stopping_tolerance": "0.001",
    "_kvstore": "auto",
    "_num_gpus": "auto",
    "_num_kv_servers": "auto",
    "_log_level": "info",
    "_tuning_objective_metric": "",
    "_enable_profiler": "false",
}


def test_defaults_are_those_of_the_container() -> None:
    assert DEFAULT_INPUT == PRINTED
    assert [field.name for field in FIELDS if field.default is None] == ["predictor_type"]


def test_every_default_is_valid() -> None:
    parsed = parse_hyperparameters(BINARY)
    assert parsed.mini_batch_size == 1000
    assert parsed.init_scale == 0.07
    assert parsed.use_bias is True
    assert parsed.learning_rate == (0.005, 0.1)


def failure(settings: dict[str, str]) -> str:
    with pytest.raises(HyperparameterError) as caught:
        parse_hyperparameters({**BINARY, **settings})
    return caught.value.failure_reason


@pytest.mark.parametrize("text", ["true", "True"])
def test_booleans_in_both_cases(text: str) -> None:
    assert parse_hyperparameters({**BINARY, "normalize_data": text}).normalize_data is True
    no = text.replace("rue", "alse").replace("T", "F").replace("t", "f")
    assert parse_hyperparameters({**BINARY, "use_bias": no}).use_bias is False


@pytest.mark.parametrize(
    ("predictor", "loss"),
    [
        ("binary_classifier", "logistic"),
        ("multiclass_classifier", "softmax_loss"),
        ("regressor", "squared_loss"),
    ],
)
def test_auto_loss(predictor: str, loss: str) -> None:
    parsed = parse_hyperparameters({"predictor_type": predictor, "num_classes": "3"})
    assert parsed.loss == loss


@pytest.mark.parametrize(
    ("name", "texts"),
    {
        "mini_batch_size": ["0", "-1", "1.5", "auto", "", "1e3", " 1"],
        "num_models": ["0", "many"],
        "target_recall": ["-0.1", "1.1", "nan"],
        "f_beta": ["0", "-1", "inf", "1_0"],
        "positive_example_weight_mult": ["0", "-2", "balance"],
        "learning_rate": ["0", "fast"],
        "momentum": ["1", "-0.5"],
        "beta_1": ["1", "1.5"],
        "lr_scheduler_factor": ["0", "1"],
        "quantile": ["0", "1"],
        "wd": ["-1e-9"],
        "init_bias": ["infinity", "x"],
    }.items(),
)
def test_bad_values(name: str, texts: list[str]) -> None:
    for text in texts:
        assert failure({name: text}).startswith(f"ClientError: The value '{text}' is not valid for")


@pytest.mark.parametrize(
    ("name", "texts"),
    {
        "wd": ["0", "auto", "1e-4", "+.5", "3."],
        "momentum": ["0", "0.9"],
        "positive_example_weight_mult": ["balanced", "auto", "0.5"],
        "target_precision": ["0", "1"],
        "init_bias": ["-1.5e2"],
        "num_calibration_samples": ["auto", "7"],
        "binary_classifier_model_selection_criteria": ["f1", "cross_entropy_loss", "f_beta"],
        "_kvstore": ["anything"],
        "force_dense": ["true"],
    }.items(),
)
def test_good_values(name: str, texts: list[str]) -> None:
    for text in texts:
        parse_hyperparameters({**BINARY, name: text})


CASES = {
    "mini_batch_size=10.0": (
        {"mini_batch_size": "10.0"},
        "The value '10.0' is not valid for the 'mini_batch_size' hyperparameter which expects one "
        "of the following: a string which matches the pattern '^([1-9][0-9]*)$'; or an integer "
        "greater than 1",
    ),
    "predictor_type=classifier": (
        {"predictor_type": "classifier"},
        "The value 'classifier' is not valid for the 'predictor_type' hyperparameter which accepts "
        "one of the following: 'binary_classifier', 'multiclass_classifier', 'regressor'",
    ),
    "optimizer=best": (
        {"optimizer": "best"},
        "The value 'best' is not valid for the 'optimizer' hyperparameter which accepts one of the "
        "following: 'auto', 'sgd', 'adam', 'rmsprop'",
    ),
    "feature_dim=abc": (
        {"feature_dim": "abc"},
        "The value 'abc' is not valid for 'feature_dim'. Reason: 'abc' is not valid under any of "
        "the given schemas\n\n"
        "Failed validating 'oneOf' in schema['properties']['feature_dim']:\n"
        "    {'oneOf': [{'enum': ['auto'], 'type': 'string'},\n"
        "               {'pattern': '^([1-9][0-9]*)$', 'type': 'string'},\n"
        "               {'minimum': 1, 'type': 'integer'}]}\n\n"
        "On instance['feature_dim']:\n"
        "    'abc'",
    ),
    "mini_batch_siz=100": (
        {"mini_batch_siz": "100"},
        "Additional hyperparameters are not allowed ('mini_batch_siz' was unexpected)",
    ),
    "b and a": (
        {"b": "1", "a": "1"},
        "Additional hyperparameters are not allowed ('a', 'b' were unexpected)",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_sentences(case: str) -> None:
    settings, sentence = CASES[case]
    assert failure(settings) == f"ClientError: {sentence} (caused by ValidationError)"


@pytest.mark.parametrize("classes", [None, "1", "2"])
def test_multiclass_needs_three_classes(classes: str | None) -> None:
    settings = {"predictor_type": "multiclass_classifier"}
    if classes is not None:
        settings["num_classes"] = classes
    with pytest.raises(HyperparameterError) as caught:
        parse_hyperparameters(settings)
    assert caught.value.failure_reason == (
        "ClientError: For predictor_type 'multiclass_classifier', 'num_classes' should be set to a "
        "value greater than 2. (caused by ValidationError)"
    )


@pytest.mark.parametrize(
    ("predictor", "loss", "accepted"),
    [
        ("multiclass_classifier", "logistic", "'auto', 'softmax_loss'"),
        ("multiclass_classifier", "huber_loss", "'auto', 'softmax_loss'"),
        ("binary_classifier", "softmax_loss", "'auto', 'logistic', 'hinge_loss', 'squared_loss', "),
        ("regressor", "hinge_loss", "'auto', 'squared_loss', 'absolute_loss', "),
    ],
)
def test_loss_of_another_predictor(predictor: str, loss: str, accepted: str) -> None:
    message = failure({"predictor_type": predictor, "num_classes": "3", "loss": loss})
    assert message.startswith(
        f"ClientError: The value '{loss}' is not valid for the 'loss' hyperparameter which accepts "
        f"one of the following: {accepted}"
    )


@pytest.mark.parametrize(
    "loss",
    [
        "squared_loss",
        "absolute_loss",
        "eps_insensitive_squared_loss",
        "eps_insensitive_absolute_loss",
        "quantile_loss",
        "huber_loss",
    ],
)
def test_binary_classifiers_take_the_losses_of_regressors(loss: str) -> None:
    assert parse_hyperparameters({**BINARY, "loss": loss}).loss == loss


def test_what_belongs_elsewhere_is_ignored() -> None:
    parse_hyperparameters(
        {
            "predictor_type": "regressor",
            "num_classes": "2",
            "binary_classifier_model_selection_criteria": "f_beta",
            "positive_example_weight_mult": "balanced",
            "momentum": "0.5",
            "optimizer": "adam",
        }
    )
