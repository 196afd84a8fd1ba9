"""Hyperparameters: how they are read and refused, by release."""

from __future__ import annotations

import pytest
from tests.containers.xgboost.conftest import OLD_IMAGE, REGISTRY

from sagemock.containers.xgboost.failures import UserError
from sagemock.containers.xgboost.hyperparameters import FIELDS
from sagemock.containers.xgboost.metric_definitions import of_image as metric_definitions
from sagemock.containers.xgboost.releases import LATEST, Release, of_image
from sagemock.containers.xgboost.settings import knows, parse_hyperparameters

ROUNDS = {"num_round": "10"}


def refusal(settings: dict[str, str], release: Release = Release.V1_7_1) -> str:
    with pytest.raises(UserError) as caught:
        parse_hyperparameters(settings, release)
    return caught.value.summary


def test_values_are_parsed_by_their_type() -> None:
    assert parse_hyperparameters(
        {
            **ROUNDS,
            "reg_alpha": "1",
            "eval_metric": "auc,error@0.5",
            "objective": "multi:softprob",
            "num_class": "3",
            "monotone_constraints": "(1, 0, -1)",
            "interaction_constraints": "[[1, 2], [3]]",
            "tree_method": "hist",
        },
        Release.V1_7_1,
    ) == {
        "num_round": 10,
        "alpha": 1.0,
        "eval_metric": ["auc", "error@0.5"],
        "objective": "multi:softprob",
        "num_class": 3,
        "monotone_constraints": (1, 0, -1),
        "interaction_constraints": [[1, 2], [3]],
        "tree_method": "hist",
    }


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({}, "Missing required hyperparameter: num_round"),
        ({**ROUNDS, "foo": "1"}, "Extraneous hyperparameter found: foo"),
        (
            {**ROUNDS, "eta": "x"},
            "Hyperparameter eta: could not parse value (caused by ValueError)",
        ),
        (
            {"num_round": "1.5"},
            "Hyperparameter num_round: could not parse value (caused by ValueError)",
        ),
        ({**ROUNDS, "eta": "2"}, "Hyperparameter eta: 2.0 is not in [0, 1]"),
        ({**ROUNDS, "subsample": "0"}, "Hyperparameter subsample: 0.0 is not in (0, 1]"),
        ({"num_round": "0"}, "Hyperparameter num_round: 0 is not in [1, +inf)"),
        (
            {**ROUNDS, "booster": "tree"},
            "Hyperparameter booster: tree is not in ['gbtree', 'gblinear', 'dart']",
        ),
        (
            {**ROUNDS, "monotone_constraints": "(2,)", "tree_method": "hist"},
            "Hyperparameter monotone_constraints: value (2,) not in range [-1, 0, 1]",
        ),
        (
            {**ROUNDS, "interaction_constraints": "[[0]]", "tree_method": "hist"},
            "Hyperparameter interaction_constraints: value [[0]] not in range [1, +inf)",
        ),
        (
            {**ROUNDS, "monotone_constraints": "__import__('os')"},
            "Hyperparameter monotone_constraints: could not parse value (caused by ValueError)",
        ),
        (
            {**ROUNDS, "objective": "multi:softmax"},
            "Require input for parameter 'num_class' for multi-classification",
        ),
        (
            {**ROUNDS, "objective": "binary:logistic", "num_class": "2"},
            "Do not need to setup parameter 'num_class' for learning task other than "
            "multi-classification.",
        ),
        (
            {**ROUNDS, "eval_metric": "auc"},
            "Metric 'auc' can only be applied for classification and ranking problems.",
        ),
        (
            {**ROUNDS, "eval_metric": "aft-nloglik"},
            "Metric 'aft-nloglik' can only be applied for 'survival:aft' objective.",
        ),
        (
            {**ROUNDS, "eval_metric": "foo@1"},
            "Metric 'foo@1' is not supported. Parameter 'eval_metric' with customized threshold "
            "should be one of these options: 'error', 'ndcg', 'map'.",
        ),
        (
            {**ROUNDS, "eval_metric": "error@t"},
            "Threshold value 't' in 'error@t' expects float input.",
        ),
        (
            {**ROUNDS, "eval_metric": "<function f>"},
            "User defined evaluation metric <function f> is not supported yet.",
        ),
        (
            {**ROUNDS, "process_type": "update", "updater": "grow_colmaker"},
            "process_type 'update' can only be used with updater 'refresh' and 'prune'",
        ),
        (
            {**ROUNDS, "updater": "grow_colmaker,grow_histmaker"},
            "Only one tree grow plugin can be selected. Choose one from thefollowing: "
            "'grow_colmaker', 'distcol', 'grow_histmaker', 'grow_skmaker'",
        ),
        (
            {**ROUNDS, "updater": "shotgun"},
            "Tree updater should be selected from these options: 'grow_colmaker', 'distcol', "
            "'grow_histmaker', 'grow_skmaker', 'grow_quantile_histmaker', 'sync', 'refresh', "
            "'prune', 'shortgun', 'coord_descent'.",
        ),
        (
            {**ROUNDS, "monotone_constraints": "(1,)"},
            "monotone_constraints can be used only when the tree_method parameter is set to "
            "either 'exact' or 'hist'.",
        ),
        (
            {**ROUNDS, "_kfold": "5"},
            "Hyperparameter _kfold: sagemock does not run cross validation.",
        ),
    ],
)
def test_refusals(settings: dict[str, str], text: str) -> None:
    assert refusal(settings) == text


def test_the_refusal_of_linear_updaters_is_garbled() -> None:
    text = refusal({**ROUNDS, "booster": "gblinear", "updater": "shotgun,coord_descent"})
    assert text.startswith("Linear updater should be one of these options: ', <, g, e, n")


@pytest.mark.parametrize(
    ("name", "value", "first", "last"),
    [
        ("silent", "1", Release.V0_72, Release.V1_0_1),
        ("num_parallel_tree", "1", Release.V0_90_2, LATEST),
        ("save_model_on_termination", "true", Release.V1_0_1, LATEST),
        ("single_precision_histogram", "true", Release.V1_2_1, Release.V1_5_1),
        ("sampling_method", "uniform", Release.V1_3_1, LATEST),
        ("eta", "0.1", Release.V0_72, LATEST),
    ],
)
def test_names_by_release(name: str, value: str, first: Release, last: Release) -> None:
    for release in Release:
        assert knows(name, release) == (first <= release <= last)
        if first <= release <= last:
            parse_hyperparameters({**ROUNDS, name: value}, release)
        else:
            assert refusal({**ROUNDS, name: value}, release) == (
                f"Extraneous hyperparameter found: {name}"
            )


def test_words_by_release() -> None:
    settings = {**ROUNDS, "tree_method": "gpu_hist"}
    assert refusal(settings, Release.V1_0_1) == (
        "Hyperparameter tree_method: gpu_hist is not in ['auto', 'exact', 'approx', 'hist']"
    )
    parse_hyperparameters(settings, Release.V1_2_1)
    parse_hyperparameters({**ROUNDS, "objective": "reg:absoluteerror"}, Release.V1_7_1)
    assert "reg:absoluteerror is not in" in refusal(
        {**ROUNDS, "objective": "reg:absoluteerror"}, Release.V1_5_1
    )
    assert "not in range" in refusal({**ROUNDS, "eval_metric": "r2"}, Release.V1_0_1)


def test_aliases_come_with_0_90_2() -> None:
    assert refusal({**ROUNDS, "learning_rate": "0.1"}, Release.V0_90_1) == (
        "Extraneous hyperparameter found: learning_rate"
    )
    assert parse_hyperparameters({**ROUNDS, "learning_rate": "0.1"}, Release.V0_90_2)["eta"] == 0.1


def test_the_default_of_a_field_is_valid() -> None:
    for field in FIELDS:
        if field.default:
            field.kind.read(field.default)


@pytest.mark.parametrize(
    ("image", "release"),
    [
        (OLD_IMAGE, Release.V0_72),
        (f"{REGISTRY}:0.90-1-cpu-py3", Release.V0_90_1),
        (f"{REGISTRY}:1.3-1-cpu-py3", Release.V1_3_1),
        (f"{REGISTRY}:1.7-1", Release.V1_7_1),
        (f"{REGISTRY}:9.9-9", LATEST),
        (f"{REGISTRY}@sha256:{'0' * 64}", LATEST),
    ],
)
def test_the_release_of_an_image(image: str, release: Release) -> None:
    assert of_image(image) is release


@pytest.mark.parametrize(
    ("tag", "number"), [("0.90-2-cpu-py3", 17), ("1.0-1-cpu-py3", 18), ("1.7-1", 32)]
)
def test_metric_definitions_by_release(tag: str, number: int) -> None:
    definitions = metric_definitions(f"{REGISTRY}:{tag}")
    names = [each["Name"] for each in definitions]
    assert len(set(names)) == len(names) == 2 * number
    assert {
        "Name": "validation:rmse",
        "Regex": r".*\[[0-9]+\].*#011validation-rmse:"
        r"([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?).*",
    } in definitions
