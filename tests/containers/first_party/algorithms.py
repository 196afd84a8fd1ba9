"""Amazon's algorithms: a row for each, by which it gets the tests of all (`test_every_*.py`)."""

from __future__ import annotations

from tests.containers.first_party import models
from tests.containers.first_party.algorithm import Algorithm

from sagemock.algorithms.factorization_machines import FactorizationMachinesHyperparameters
from sagemock.algorithms.kmeans import KMeansHyperparameters
from sagemock.algorithms.knn import KNNHyperparameters
from sagemock.algorithms.linear_learner import LinearLearnerHyperparameters
from sagemock.algorithms.pca import PCAHyperparameters
from sagemock.algorithms.random_cut_forest import RandomCutForestHyperparameters

PROGRESS = ("train:progress", "train:throughput")
POSITIVE = "a string which matches the pattern '^([1-9][0-9]*)$'; or an integer greater than 1"

FIRST_BATCH = {
    r'"num_examples": 1, "num_bytes"': "one mini-batch",
    r'(?<="init_train_data_iter"\}, ).*': "one mini-batch, or none",
}
CLUSTER = {
    r"\d+\.\d+\.\d+\.\d+:\d+": "an address",
    r"pid=1\b": "the id of a process",
    r"shutting down FTP server\D+0": "nobody is connected any more",
}

LINEAR_LEARNER = Algorithm(
    name="linear-learner",
    folder="linear_learner",
    settings={
        "predictor_type": "binary_classifier",
        "mini_batch_size": "20",
        "epochs": "2",
        "num_models": "4",
    },
    required=("predictor_type",),
    metrics=(
        *PROGRESS,
        *("train:objective_loss", "validation:objective_loss", "validation:objective_loss:final"),
        "test:objective_loss",
        *(
            f"{channel}:{name}"
            for name in ("binary_classification_accuracy", "binary_f_beta", "precision", "recall")
            for channel in ("validation", "test")
        ),
    ),
    refused=("optimizer", "best", "accepts one of the following: 'auto', 'sgd', 'adam', 'rmsprop'"),
    model=models.LINEAR,
    typed=LinearLearnerHyperparameters,
    jobs=[
        {"predictor_type": "binary_classifier"},
        {"predictor_type": "multiclass_classifier", "num_classes": "3"},
        {"predictor_type": "regressor"},
    ],
    scored={"validation": True, "test": True},
    constants={
        r'"num_examples": 1, "num_bytes"': "one mini-batch",
        r'Since Last Reset": \{"sum": 0\.0[^}]*\}': "the reader has been reset",
        r"@cpu\(0\)": "the device",
        r'"model": \d+': "counted",
    },
    better=({"epochs": "1"}, {"epochs": "10"}, "test:objective_loss", "Ascending"),
    endless={"epochs": "1000000", "early_stopping_patience": "1000000"},
)

KMEANS = Algorithm(
    name="kmeans",
    folder="kmeans",
    settings={"k": "2", "feature_dim": "2", "mini_batch_size": "20"},
    required=("k", "feature_dim"),
    metrics=(*PROGRESS, "train:msd", "test:msd"),
    refused=("k", "zero", f"expects one of the following: {POSITIVE}"),
    model=models.CENTERS,
    typed=KMeansHyperparameters,
    jobs=[{"k": "2", "feature_dim": "3"}],
    labelled=False,
    scored={"test": False},
    constants={
        **FIRST_BATCH,
        r"evaluated to 10\.": "the meaning of `auto`",
        r"center slices 1\b": "of the hyperparameter `_num_slices`",
        r"\bIter \d+": "counted",
        r"attempt #\d+": "counted",
        r"shrinking \d+ centers into \d+": "of the hyperparameters `k` and `extra_center_factor`",
    },
    better=({}, {"k": "5"}, "test:msd", "Ascending"),
)

PCA = Algorithm(
    name="pca",
    folder="pca",
    settings={"num_components": "1", "feature_dim": "2", "mini_batch_size": "20"},
    required=("feature_dim", "mini_batch_size", "num_components"),
    metrics=PROGRESS,
    refused=("algorithm_mode", "exact", "accepts one of the following: 'regular', 'randomized'"),
    model=models.COMPONENTS,
    typed=PCAHyperparameters,
    jobs=[{"feature_dim": "3", "mini_batch_size": "10", "num_components": "2"}],
    labelled=False,
    scored={"test": False},
    seeded={"algorithm_mode": "randomized"},
    constants={
        **FIRST_BATCH,
        r"\bcpu\(0\)": "the device",
        r"batch slice from 0 to 19": "of the hyperparameter `mini_batch_size`",
    },
)

KNN = Algorithm(
    name="knn",
    folder="knn",
    settings={
        "k": "3",
        "predictor_type": "classifier",
        "sample_size": "1000",
        "feature_dim": "2",
        "mini_batch_size": "20",
    },
    required=("k", "predictor_type", "sample_size"),
    metrics=(*PROGRESS, "test:accuracy"),
    refused=(
        "index_type",
        "faiss.HNSW",
        "accepts one of the following: 'faiss.Flat', 'faiss.IVFFlat', 'faiss.IVFPQ'",
    ),
    model=models.NEIGHBORS,
    typed=KNNHyperparameters,
    jobs=[
        {"k": "2", "predictor_type": "regressor", "sample_size": "9"},
        {
            "k": "2",
            "predictor_type": "classifier",
            "sample_size": "9",
            "dimension_reduction_target": "2",
            "faiss_index_pq_m": "8",
        },
    ],
    seeded={"sample_size": "50"},
    constants={
        **FIRST_BATCH,
        **CLUSTER,
        r"base\.cc:47": "a line of a source",
        r"device with ID \(0\)": "the instance has no GPU",
        r"sample size = 1000": "of the hyperparameter `sample_size`",
        r"GPU free memory = 0": "the instance has no GPU",
        r"number of workers = 1": "of the number of hosts",
        r"connection to 0 peer": "of the number of hosts",
        r"RETR /opt/rs completed=1": "the file is whole",
        r"NaNs=0": "such rows are refused",
    },
    better=({"k": "120"}, {}, "test:accuracy", "Descending"),
)

RANDOM_CUT_FOREST = Algorithm(
    name="randomcutforest",
    folder="random_cut_forest",
    settings={
        "num_trees": "50",
        "num_samples_per_tree": "40",
        "feature_dim": "2",
        "mini_batch_size": "20",
    },
    required=("feature_dim",),
    metrics=(*PROGRESS, "test:accuracy", "test:precision", "test:recall", "test:f1"),
    refused=(
        "num_trees",
        "49",
        f"expects one of the following: {POSITIVE.partition(' greater')[0]} between 50 and 1000",
    ),
    model=models.ANOMALIES,
    typed=RandomCutForestHyperparameters,
    jobs=[{"feature_dim": "2"}],
    labelled=False,
    distribution="ShardedByS3Key",
    constants={
        **FIRST_BATCH,
        **CLUSTER,
        r"sendfile\(2\)": "the section of a manual",
        r"num_trees: 50": "of the hyperparameter `num_trees`",
        r"shingle_size: 1": "the container does not shingle",
    },
    better=({"num_samples_per_tree": "1"}, {}, "test:f1", "Descending"),
    share=0.05,
)

FACTORIZATION_MACHINES = Algorithm(
    name="factorization-machines",
    folder="factorization_machines",
    settings={
        "num_factors": "2",
        "predictor_type": "binary_classifier",
        "feature_dim": "2",
        "mini_batch_size": "20",
    },
    required=("feature_dim", "num_factors", "predictor_type"),
    metrics=(
        *PROGRESS,
        *(
            metric
            for name in ("accuracy", "cross_entropy")
            for metric in (
                f"train:binary_classification_{name}",
                f"train:binary_classification_{name}:epoch",
                f"test:binary_classification_{name}",
            )
        ),
        *("train:binary_f_beta", "train:binary_f_beta:epoch", "test:binary_f_beta"),
    ),
    refused=("num_factors", "many", f"expects one of the following: {POSITIVE}"),
    model=models.MACHINE,
    typed=FactorizationMachinesHyperparameters,
    jobs=[{"feature_dim": "3", "num_factors": "2", "predictor_type": "regressor"}],
    reads_csv=False,
    constants={**FIRST_BATCH, r"\bbatch=0\b": "the first mini-batch"},
    better=({}, {"epochs": "20"}, "test:binary_classification_cross_entropy", "Ascending"),
)

XGBOOST = Algorithm(
    name="xgboost",
    folder="xgboost",
    settings={
        "num_round": "3",
        "objective": "binary:logistic",
        "eval_metric": "logloss,accuracy,auc",
    },
    required=("num_round",),
    metrics=tuple(
        f"{channel}:{name}"
        for channel in ("train", "validation")
        for name in ("logloss", "accuracy", "auc")
    ),
    refused=("eta", "2", "Hyperparameter eta: 2.0 is not in [0, 1]"),
    model=models.TREES,
    scored={"validation": True},
    text=True,
    toolkit=False,
    seeded=None,
    constants={
        r"Determined 0 GPU": "the instance has none",
        r"label_column=0": "the first column",
        r"#011": "a tab",
        r"pid: 7": "the id of a process",
    },
    better=({}, {"num_round": "20"}, "validation:logloss", "Ascending"),
    endless={"num_round": "1000000", "save_model_on_termination": "true"},
)

ALGORITHMS = (LINEAR_LEARNER, KMEANS, PCA, KNN, RANDOM_CUT_FOREST, FACTORIZATION_MACHINES, XGBOOST)
OF_THE_TOOLKIT = tuple(each for each in ALGORITHMS if each.toolkit)
