"""The hyperparameters of XGBoost: one table for types, ranges, defaults and reference.

Sources: `aws/sagemaker-xgboost-container` for types, ranges and releases; the page *XGBoost
Hyperparameters* of the SageMaker developer guide for the defaults.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sagemock.containers.first_party.hyperparameters import Hyperparameter
from sagemock.containers.xgboost import metrics
from sagemock.containers.xgboost.kinds import (
    Interval,
    NestedLists,
    NumberTuple,
    OneOf,
    Real,
    Whole,
    Words,
)
from sagemock.containers.xgboost.releases import Release

OBJECTIVES = (
    "reg:linear",
    "reg:squarederror",
    "reg:logistic",
    "reg:squaredlogerror",
    "reg:pseudohubererror",
    "reg:absoluteerror",
    "reg:gamma",
    "reg:tweedie",
    "binary:logistic",
    "binary:logitraw",
    "binary:hinge",
    "count:poisson",
    "multi:softmax",
    "multi:softprob",
    "rank:pairwise",
    "rank:ndcg",
    "rank:map",
    "survival:cox",
    "survival:aft",
)

TREE_GROWERS = (
    "grow_colmaker",
    "distcol",
    "grow_histmaker",
    "grow_skmaker",
    "grow_quantile_histmaker",
)
TREE_UPDATERS = (*TREE_GROWERS, "sync", "refresh", "prune")
LINEAR_UPDATERS = ("shotgun", "coord_descent")

ALIASES = {
    "learning_rate": "eta",
    "min_split_loss": "gamma",
    "reg_lambda": "lambda",
    "reg_alpha": "alpha",
}
"""Names that stand for others from 0.90-2 on."""

NOT_NEGATIVE = Interval(0)
POSITIVE = Interval(1)
SHARE = Interval(0, 1)
SAMPLE = Interval(0, 1, open_low=True)
SWITCH = Whole(SHARE)
TRUTH = OneOf("true", "false")

_INTERNAL = "Set in the jobs of a tuning job."
_ACCEPTED = "Accepted, without effect here."

FIELDS: Sequence[Hyperparameter] = (
    Hyperparameter("num_round", None, Whole(POSITIVE), "Rounds of boosting."),
    Hyperparameter("objective", "reg:squarederror", OneOf(*OBJECTIVES), "What is learned."),
    Hyperparameter("num_class", "", Whole(Interval(2)), "Classes; required for `multi:` alone."),
    Hyperparameter(
        "eval_metric",
        "",
        Words(*metrics.ALL, refuse=metrics.refuse),
        "Metrics of each round; by default that of the objective.",
    ),
    Hyperparameter("max_depth", "6", Whole(NOT_NEGATIVE), "Depth of a tree; 0: no limit."),
    Hyperparameter("eta", "0.3", Real(SHARE), "Share of a tree's weights that is added."),
    Hyperparameter("gamma", "0", Real(NOT_NEGATIVE), "Loss that a split must save."),
    Hyperparameter("min_child_weight", "1", Real(NOT_NEGATIVE), "Sum of weights in a leaf."),
    Hyperparameter("subsample", "1", Real(SAMPLE), "Share of the rows that a tree sees."),
    Hyperparameter("colsample_bytree", "1", Real(SAMPLE), "Share of the columns for a tree."),
    Hyperparameter("colsample_bylevel", "1", Real(SAMPLE), "Share of the columns for a level."),
    Hyperparameter("colsample_bynode", "1", Real(SAMPLE), "Share of the columns for a split."),
    Hyperparameter("lambda", "1", Real(NOT_NEGATIVE), "L2 regularization of the weights."),
    Hyperparameter("alpha", "0", Real(NOT_NEGATIVE), "L1 regularization of the weights."),
    Hyperparameter("early_stopping_rounds", "", Whole(POSITIVE), "Rounds without a better metric."),
    Hyperparameter("csv_weights", "0", SWITCH, "1: column 1 of a CSV has the weights of rows."),
    Hyperparameter("booster", "gbtree", OneOf("gbtree", "gblinear", "dart"), "Kind of model."),
    Hyperparameter("base_score", "0.5", Real(NOT_NEGATIVE), "Prediction before the first round."),
    Hyperparameter("max_delta_step", "0", Real(NOT_NEGATIVE), "Limit of a leaf's weight; 0: none."),
    Hyperparameter("scale_pos_weight", "1", Real(Interval(0, open_low=True)), "Of positive rows."),
    Hyperparameter(
        "tree_method",
        "auto",
        OneOf("auto", "exact", "approx", "hist", "gpu_hist"),
        "How splits are looked for; `gpu_hist` runs as `hist`.",
    ),
    Hyperparameter("max_leaves", "0", Whole(NOT_NEGATIVE), "Leaves of a tree; 0: no limit."),
    Hyperparameter("max_bin", "256", Whole(NOT_NEGATIVE), "Bins of a column, for `hist`."),
    Hyperparameter("grow_policy", "depthwise", OneOf("depthwise", "lossguide"), "For `hist`."),
    Hyperparameter("num_parallel_tree", "1", Whole(POSITIVE), "Trees of a round."),
    Hyperparameter(
        "monotone_constraints", "", NumberTuple(-1, 0, 1), "Signs of the columns' effects."
    ),
    Hyperparameter(
        "interaction_constraints", "", NestedLists(POSITIVE), "Columns that may be on one path."
    ),
    Hyperparameter("updater", "", Words(*TREE_UPDATERS, *LINEAR_UPDATERS), "Steps of a round."),
    Hyperparameter("process_type", "default", OneOf("default", "update"), "Boost, or update."),
    Hyperparameter("refresh_leaf", "1", SWITCH, "Whether the updater `refresh` changes leaves."),
    Hyperparameter("sample_type", "uniform", OneOf("uniform", "weighted"), "For `dart`."),
    Hyperparameter("normalize_type", "tree", OneOf("tree", "forest"), "For `dart`."),
    Hyperparameter("rate_drop", "0", Real(SHARE), "For `dart`: share of trees that is left out."),
    Hyperparameter("one_drop", "0", SWITCH, "For `dart`: at least one tree is left out."),
    Hyperparameter("skip_drop", "0", Real(SHARE), "For `dart`: how often none is left out."),
    Hyperparameter("lambda_bias", "0", Real(SHARE), "For `gblinear`: L2 of the bias."),
    Hyperparameter(
        "tweedie_variance_power",
        "1.5",
        Real(Interval(1, 2, open_low=True, open_high=True)),
        "For `reg:tweedie`.",
    ),
    Hyperparameter(
        "aft_loss_distribution",
        "normal",
        OneOf("normal", "logistic", "extreme"),
        "For `survival:aft`.",
    ),
    Hyperparameter("aft_loss_distribution_scale", "1", Real(NOT_NEGATIVE), "For `survival:aft`."),
    Hyperparameter(
        "seed", "0", Whole(Interval(-(2**31), 2**31 - 1, open_low=True, open_high=True)), "Seed."
    ),
    Hyperparameter("nthread", "", Whole(POSITIVE), "Threads; by default one for each processor."),
    Hyperparameter(
        "save_model_on_termination", "false", TRUTH, "Whether a stopped job leaves its model."
    ),
    Hyperparameter(
        "sampling_method", "uniform", OneOf("uniform", "gradient_based"), "How rows are sampled."
    ),
    Hyperparameter("verbosity", "1", Whole(Interval(0, 3)), _ACCEPTED),
    Hyperparameter("silent", "0", SWITCH, _ACCEPTED),
    Hyperparameter(
        "sketch_eps", "0.03", Real(Interval(0, 1, open_low=True, open_high=True)), _ACCEPTED
    ),
    Hyperparameter("dsplit", "row", OneOf("row", "col"), _ACCEPTED),
    Hyperparameter("predictor", "auto", OneOf("auto", "cpu_predictor", "gpu_predictor"), _ACCEPTED),
    Hyperparameter("single_precision_histogram", "false", TRUTH, _ACCEPTED),
    Hyperparameter("deterministic_histogram", "true", TRUTH, _ACCEPTED),
    Hyperparameter("use_dask_gpu_training", "false", TRUTH, _ACCEPTED),
    Hyperparameter("prob_buffer_row", "", Whole(Interval(1.0, open_low=True)), _ACCEPTED),
    Hyperparameter("_kfold", "", Whole(Interval(2)), "Cross validation, which is refused here."),
    Hyperparameter("_nfold", "", Whole(Interval(2)), "The same in 1.2-1."),
    Hyperparameter("_num_cv_round", "", Whole(POSITIVE), "Rounds of cross validation."),
    Hyperparameter("_tuning_objective_metric", "", OneOf(*metrics.TUNED), _INTERNAL),
)

WITHOUT_EFFECT = frozenset(field.name for field in FIELDS if field.meaning == _ACCEPTED)
"""Names that the library does not get."""

SINCE: Mapping[str, Release] = {
    "num_parallel_tree": Release.V0_90_2,
    "colsample_bynode": Release.V0_90_1,
    "verbosity": Release.V0_90_1,
    "monotone_constraints": Release.V1_0_1,
    "interaction_constraints": Release.V1_0_1,
    "save_model_on_termination": Release.V1_0_1,
    "aft_loss_distribution": Release.V1_2_1,
    "aft_loss_distribution_scale": Release.V1_2_1,
    "deterministic_histogram": Release.V1_2_1,
    "single_precision_histogram": Release.V1_2_1,
    "_nfold": Release.V1_2_1,
    "_kfold": Release.V1_2_2,
    "_num_cv_round": Release.V1_2_1,
    "sampling_method": Release.V1_3_1,
    "use_dask_gpu_training": Release.V1_7_1,
}
"""The first release that knows a name; others are known to all."""

UNTIL: Mapping[str, Release] = {
    "silent": Release.V1_0_1,
    "_nfold": Release.V1_2_1,
    "single_precision_histogram": Release.V1_5_1,
}
"""The last release that knows a name."""

WORDS_SINCE: Mapping[str, Release] = {
    "reg:squarederror": Release.V0_90_1,
    "reg:squaredlogerror": Release.V1_0_1,
    "reg:pseudohubererror": Release.V1_2_1,
    "reg:absoluteerror": Release.V1_7_1,
    "survival:aft": Release.V1_2_1,
    "gpu_hist": Release.V1_2_1,
    "gpu_predictor": Release.V1_2_1,
    **metrics.SINCE,
}
"""The first release that knows a word; other words are known to all."""
